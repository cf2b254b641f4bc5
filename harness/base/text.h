/* Text that grows as needed: one buffer, used wherever a text's length is not known beforehand. */
#ifndef HX_BASE_TEXT_H
#define HX_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A zeroed struct is an empty text. When memory runs out, `failed` is set, later additions are
 * ignored, and hx_text_take returns NULL, so it is enough to check once, at the end. */
typedef struct hx_text {
  char *at; /* NUL-terminated once something was added; owned */
  size_t length, room;
  bool failed;
} hx_text;

void hx_text_add(hx_text *text, const void *bytes, size_t size);
void hx_text_put(hx_text *text, const char *string);
void hx_text_put_char(hx_text *text, char c);
void hx_text_printf(hx_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The shortest decimal that reads back as the same double; nothing for NaN and infinities. */
void hx_text_put_real(hx_text *text, double value);
/* Makes room for `size` more bytes and returns where they go; the caller adds what it wrote to
 * `length`. NULL when memory runs out. */
char *hx_text_reserve(hx_text *text, size_t size);

/* One cell of a CSV file: in quotes only if it could be misread without them, so that files are
 * easy to read for awk and people. Control characters become spaces, so that a row is one line. A
 * cell that a spreadsheet would take for a formula gets an apostrophe in front. */
void hx_text_put_cell(hx_text *text, const char *value);
/* The reverse: the value that hx_text_put_cell was given, from a cell whose quotes are gone. Points
 * into cell. */
const char *hx_text_cell_value(const char *cell);
/* Whether a spreadsheet takes it for a formula: it begins with =, +, -, @, tab or return and is no
 * number. */
bool hx_text_is_formula(const char *value);

/* A fraction in percent, for one decimal: what would be shown as -0.0 is 0. */
double hx_text_percent(double fraction);

/* Returns the text, which the caller frees; NULL when memory ran out. *text is then empty. */
char *hx_text_take(hx_text *text);
void hx_text_deinit(hx_text *text); /* also of a text that is all zero */
/* Returns texts that follow each other, each with its NUL, as an argument vector in one piece of
 * memory, which the caller frees; NULL when memory ran out. *words is then empty. */
char **hx_text_take_argv(hx_text *words);

/* Closes a stream of open_memstream (NULL: there is none). True when *text has all that was
 * written. fclose alone does not tell: it succeeds even if memory ran out. */
bool hx_text_stream_close(FILE *stream, char *const *text);

/* Like sprintf, into new memory that the caller frees. NULL when memory ran out. */
char *hx_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
