#include "exec/telemetry.h"

#include "base/files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

void hx_telemetry_init(hx_telemetry *telemetry) {
  *telemetry = (hx_telemetry){.exit_status = -1, .bindings_held = -1};
}

void hx_telemetry_deinit(hx_telemetry *telemetry) {
  free(telemetry->workers);
  hx_telemetry_init(telemetry);
}

uint64_t hx_telemetry_mix_digest(uint64_t mixed, uint64_t next) {
  if (mixed == 0)
    return next;
  /* The finaliser of splitmix64 over a sum that depends on the order. */
  uint64_t z = mixed * 3 + next;
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* ---- writing ------------------------------------------------------------------------------- */

static void put_text(hx_text *out, const char *key, const char *value) {
  if (value[0] == '\0')
    return;
  hx_text_printf(out, "%s ", key);
  for (const char *c = value; *c; c++)
    hx_text_put_char(out, *c == '\n' || *c == '\r' ? ' ' : *c);
  hx_text_put_char(out, '\n');
}

static void put_cpuset(hx_text *out, const char *key, const hx_cpuset *set) {
  char text[HX_CPUSET_TEXT];
  hx_cpuset_format(set, text, sizeof text);
  hx_text_printf(out, " %s=%s", key, text[0] ? text : "-");
}

static void put_worker(hx_text *out, size_t index, const hx_telemetry_worker *worker) {
  hx_text_printf(out, "worker %zu", index);
  put_cpuset(out, "asked", &worker->asked);
  put_cpuset(out, "seen", &worker->seen);
  hx_text_printf(
      out, " node=%d cpu=%d held=%d units=%" PRIu64 " scenarios=%" PRIu64 " busy_ns=%" PRIu64 "\n",
      worker->mem_node, worker->last_cpu, worker->held, worker->units, worker->scenarios,
      worker->busy_ns);
}

char *hx_telemetry_format(const hx_telemetry *telemetry, size_t *length) {
  hx_text out = {0};
  hx_text_printf(&out, "pvtune-record %d\n", HX_TELEMETRY_PROTOCOL);
#define PUT_TEXT(key, member) put_text(&out, #key, telemetry->member);
  HX_TELEMETRY_TEXTS(PUT_TEXT)
#undef PUT_TEXT
#define PUT_NUMBER(name) hx_text_printf(&out, #name " %" PRId64 "\n", telemetry->name);
  HX_TELEMETRY_NUMBERS(PUT_NUMBER)
#undef PUT_NUMBER
  hx_text_printf(&out, "digest %016" PRIx64 "\ninput_digest %016" PRIx64 "\n", telemetry->digest,
                 telemetry->input_digest);
  for (size_t w = 0; w < telemetry->n_workers; w++)
    put_worker(&out, w, &telemetry->workers[w]);
  hx_text_put(&out, "end\n");
  *length = out.length;
  return hx_text_take(&out);
}

bool hx_telemetry_write(const hx_telemetry *telemetry, int fd) {
  size_t length;
  char *text = hx_telemetry_format(telemetry, &length);
  errno = ENOMEM;
  bool ok = text && hx_files_write_fd(fd, text, length);
  free(text);
  return ok;
}
