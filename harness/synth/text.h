/* Text on its way to a sink: collected in one buffer and handed over in large pieces. */
#ifndef HX_SYNTH_TEXT_H
#define HX_SYNTH_TEXT_H

#include "base/text.h"
#include "synth/synth.h"

#include <stdint.h>

typedef struct hx_synth_text {
  hx_text piece; /* not handed over yet; has room for a whole piece from the beginning */
  hx_synth_sink sink;
  void *ctx;
  const char *path; /* of the file under way */
  pvs_code code;    /* first failure of the sink; nothing is handed over afterwards */
} hx_synth_text;

/* PVS_NO_MEMORY or PVS_OK. */
pvs_code hx_synth_text_init(hx_synth_text *t, hx_synth_sink sink, void *ctx);
void hx_synth_text_deinit(hx_synth_text *t);

/* Begin a file, whose path must stay valid until its end; end hands over the rest and returns the
 * first failure. */
void hx_synth_text_begin(hx_synth_text *t, const char *path);
pvs_code hx_synth_text_end(hx_synth_text *t);

void hx_synth_put(hx_synth_text *t, const char *string);
void hx_synth_put_char(hx_synth_text *t, char c);
/* At most 511 characters. */
void hx_synth_putf(hx_synth_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Rounds half up to `decimals` (0 … 6) and writes no trailing zeros: "0", "0.5", "12.375". value
 * within [0, 1e12]. */
void hx_synth_put_number(hx_synth_text *t, double value, int decimals);
void hx_synth_put_uint(hx_synth_text *t, uint64_t value);

#endif
