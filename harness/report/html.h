/* Writing HTML: everything that is not markup goes through here and is escaped. */
#ifndef HX_REPORT_HTML_H
#define HX_REPORT_HTML_H

#include <stdio.h>

/* Escaped for element content and quoted attributes; control characters become spaces, bytes that
 * are no UTF-8 become U+FFFD. NULL writes nothing. */
void hx_html_text(FILE *out, const char *text);
/* printf, the result escaped. */
void hx_html_say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A sortable table is made of these:
 *   hx_html_table_start(out, "configurations", "configuration|#runs|#time");
 *   hx_html_row(out, NULL); hx_html_cell(...); hx_html_number(...); hx_html_row_end(out); ...
 *   hx_html_table_end(out);
 * Columns are separated by '|'; those with a '#' in front hold numbers. */
void hx_html_table_start(FILE *out, const char *id, const char *columns);
void hx_html_row(FILE *out, const char *class_name); /* NULL: none */
void hx_html_cell(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sorted by `value`, shown as the format says; NaN comes last and is shown as a dash. */
void hx_html_number(FILE *out, double value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void hx_html_row_end(FILE *out);
void hx_html_table_end(FILE *out);

/* "51.2 ms", "1.23 s", "2 min 5 s". Returns text. */
enum { HX_DURATION_TEXT = 32 };
const char *hx_html_duration(double seconds, char text[HX_DURATION_TEXT]);

#endif
