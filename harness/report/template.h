/* A template filled with data: text with places for the values of a JSON object.
 *
 *   {{name}}          the value, escaped for HTML text and quoted attributes
 *   {{name|format}}   a number or moment as people write it: see template_format.c; null is a dash
 *   {{&name}}         the value as it is: for markup of our own
 *   {{#name}}…{{/name}}   once for each element of an array; once for what is neither null, false,
 *                     zero, "" nor empty, and inside it when it is an object
 *   {{^name}}…{{/name}}   once for what {{#name}} would leave out
 *   {{?name}}…{{/name}}   once for what {{#name}} would not leave out, without going into it
 *   {{<name}}…{{/name}}   writes nothing here, but wherever {{>name}} stands, with the values of
 *                     that place; it may use itself
 *   {{!text}}         a remark
 *
 * A name is looked for in the innermost object, then in those around it; "a.b" is b in a, "." the
 * innermost value itself. A name that is nowhere is an error: data says null for what it lacks.
 * A tag alone on its line leaves no empty line. */
#ifndef HX_REPORT_TEMPLATE_H
#define HX_REPORT_TEMPLATE_H

#include "pvs/pvs.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes the template (NUL-terminated; `name` is its file, for errors) filled with `data`, an
 * object. False with an error that names row and tag; `out` may have been written to. */
bool hx_template_fill(const char *template, const char *name, const json_t *data, FILE *out,
                      pvs_error *error);

/* Writes text so that HTML takes it for text, without harmful characters (base/utf8.h). White space
 * becomes spaces. */
void hx_html_text(const char *text, FILE *out);

/* Writes the value in the format of that name; false when there is no such format. */
bool hx_template_format(const json_t *value, const char *format, FILE *out);

#endif
