#include "synth/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 1 << 20, LINE = 512 };

pvs_code hx_synth_text_init(hx_synth_text *t, hx_synth_sink sink, void *ctx) {
  *t = (hx_synth_text){.sink = sink, .ctx = ctx, .code = PVS_OK};
  return hx_text_reserve(&t->piece, PIECE) ? PVS_OK : PVS_NO_MEMORY;
}

void hx_synth_text_deinit(hx_synth_text *t) {
  hx_text_deinit(&t->piece);
}

static void hand_over(hx_synth_text *t) {
  if (t->code == PVS_OK && t->piece.length > 0)
    t->code = t->sink(t->ctx, t->path, t->piece.at, t->piece.length);
  t->piece.length = 0;
}

static inline char *reserve(hx_synth_text *t, size_t size) {
  assert(size <= PIECE);
  if (t->piece.length + size > PIECE)
    hand_over(t);
  return t->piece.at + t->piece.length;
}

void hx_synth_text_begin(hx_synth_text *t, const char *path) {
  assert(t->piece.length == 0);
  t->path = path;
}

pvs_code hx_synth_text_end(hx_synth_text *t) {
  hand_over(t);
  return t->code;
}

void hx_synth_put(hx_synth_text *t, const char *string) {
  size_t length = strlen(string);
  memcpy(reserve(t, length), string, length);
  t->piece.length += length;
}

void hx_synth_put_char(hx_synth_text *t, char c) {
  *reserve(t, 1) = c;
  t->piece.length++;
}

void hx_synth_putf(hx_synth_text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int length = vsnprintf(reserve(t, LINE), LINE, format, args);
  va_end(args);
  assert(length >= 0 && length < LINE);
  t->piece.length += (size_t)length;
}

void hx_synth_put_uint(hx_synth_text *t, uint64_t value) {
  char digits[20], *p = digits + sizeof digits;
  do {
    *--p = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  size_t length = (size_t)(digits + sizeof digits - p);
  memcpy(reserve(t, length), p, length);
  t->piece.length += length;
}

void hx_synth_put_number(hx_synth_text *t, double value, int decimals) {
  static const uint32_t scales[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
  assert(value >= 0 && value <= 1e12 && decimals >= 0 && decimals <= 6);
  uint32_t scale = scales[decimals];
  uint64_t scaled = (uint64_t)(value * (double)scale + 0.5);
  uint32_t fraction = (uint32_t)(scaled % scale);
  hx_synth_put_uint(t, scaled / scale);
  if (fraction == 0)
    return;
  char *p = reserve(t, 8), *start = p;
  *p++ = '.';
  while (fraction) {
    scale /= 10;
    *p++ = (char)('0' + fraction / scale);
    fraction %= scale;
  }
  t->piece.length += (size_t)(p - start);
}
