/* What a measured program sends through its pipe: any bytes are read or refused with an error, and
 * what was read can be sent on and is read alike. */
#include "exec/telemetry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pvs_error error = {0};
  hx_telemetry first, second;
  char *copy = malloc(size + 1);
  require(copy != NULL);
  if (size > 0)
    memcpy(copy, data, size);
  copy[size] = '\0';
  hx_telemetry_init(&first);
  if (!hx_telemetry_parse(copy, size, &first, &error)) {
    require(error.code != PVS_OK && error.message[0]);
  } else {
    size_t length, again_length;
    char *text = hx_telemetry_format(&first, &length);
    hx_telemetry_init(&second);
    require(text && hx_telemetry_parse(text, length, &second, NULL));
    char *again = hx_telemetry_format(&second, &again_length);
    require(again && again_length == length && memcmp(text, again, length) == 0);
    free(again);
    free(text);
    hx_telemetry_deinit(&second);
  }
  hx_telemetry_deinit(&first);
  free(copy);
  return 0;
}
