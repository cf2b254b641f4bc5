/* Texts in Markdown documents. */
#ifndef HX_BASE_MARKDOWN_H
#define HX_BASE_MARKDOWN_H

#include <stdio.h>

/* Writes the text within a line or a cell of a table, so that it reads as it is: nothing in it is a
 * link, markup, an HTML element or the end of the cell, and no character is harmful (base/utf8.h).
 * The end of a line becomes a space; NULL is an empty text. No escape in Markdown prevents what a website
 * finds in the finished text, as GitHub does: mentions (@user), e-mail addresses, emoji (:tada:). */
void hx_markdown_put(const char *text, FILE *out);

#endif
