/* JSON documents as text. */
#ifndef HX_CLI_JSON_TEXT_H
#define HX_CLI_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes the value unchanged: a reader gets every character, but harmful ones (base/utf8.h) are written as
 * escapes, so that it may be shown on a terminal. False when out of memory, as is a value that is NULL. */
bool hx_json_write(const json_t *value, FILE *out);

#endif
