/* Templates of the report: any text is filled or refused with an error, and nothing that the data
 * holds leaves it as markup. */
#include "report/template.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char model[] =
      "{\"a\":{\"b\":[1,2.5,\"\\u0001<x>\"]},\"n\":null,\"t\":true,\"l\":[{\"a\":1},"
      "{\"a\":[]}],\"s\":\"<x>\"}";
  char *template = malloc(size + 1), *text = NULL;
  size_t length = 0;
  json_t *value = json_loads(model, 0, NULL);
  FILE *out = open_memstream(&text, &length);
  require(template && value && out);
  if (size > 0)
    memcpy(template, data, size);
  template[size] = '\0';
  pvs_error error = {0};
  bool ok = hx_template_fill(template, "fuzz", value, out, &error);
  require(fclose(out) == 0);
  require(ok == (error.code == PVS_OK));
  require(ok || (error.row >= 1 && error.message[0]));
  if (ok && !strpbrk(template, "<&")) /* neither markup nor values as they are were asked for */
    require(strchr(text, '<') == NULL);
  json_decref(value);
  free(template);
  free(text);
  return 0;
}
