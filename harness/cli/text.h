/* Text in columns: widths of UTF-8, line breaking, the terminal's width. */
#ifndef HX_CLI_TEXT_H
#define HX_CLI_TEXT_H

#include <stddef.h>
#include <stdio.h>

enum { HX_TEXT_COLUMNS = 80 };

/* The number of columns that the first `bytes` bytes take on a terminal. Wide characters count 2
 * and combining ones 0 when LC_CTYPE is a UTF-8 locale (main sets it), else every character counts
 * 1. */
size_t hx_text_width(const char *s, size_t bytes);

/* How many bytes of s fit `width` columns, at most to the end of the line. */
size_t hx_text_fit(const char *s, size_t width);

/* Where to break s for a line of `width` columns: at a space, or behind a first word that is longer:
 * a path or a file name stays in one piece. A newline always ends the line. */
size_t hx_text_break(const char *s, size_t width);

/* Where the next line starts after `bytes` bytes of s: behind the spaces or the newline of the
 * break. */
const char *hx_text_skip(const char *s, size_t bytes);

/* Prints s wrapped to `width` columns. The cursor stands at column `at`; further lines start with
 * `indent` spaces. Ends without a newline. */
void hx_text_wrap(FILE *out, const char *s, size_t at, size_t indent, size_t width);

/* Prints paragraphs parted by empty lines: lines are joined and filled to `width`, except those
 * that start with a space; all with `indent`. Ends with a newline. */
void hx_text_paragraphs(FILE *out, const char *s, size_t indent, size_t width);

/* A malloc'd copy in which each character is printable (hx_utf8_printable). NULL: out of memory. */
char *hx_text_clean(const char *s);

/* "s" unless n is 1, for "3 commits" and "1 commit". */
#define HX_S(n) ((n) == 1 ? "" : "s")

/* Columns of the terminal behind fd, HX_TEXT_COLUMNS when it is none. */
size_t hx_text_columns(int fd);

#endif
