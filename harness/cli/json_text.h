/* JSON documents as text. */
#ifndef HX_CLI_JSON_TEXT_H
#define HX_CLI_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes the value, which has all that it was given: a character that is harmful (base/utf8.h) is
 * written as its escape, so that it may be shown on a terminal. False when out of memory, as is a
 * value that is NULL. */
bool hx_json_write(const json_t *value, FILE *out);

#endif
