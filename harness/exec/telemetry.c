#include "exec/telemetry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void put_text(FILE *out, const char *key, const char *value) {
  if (value[0] == '\0')
    return;
  fprintf(out, "%s ", key);
  for (const char *c = value; *c; c++)
    putc(*c == '\n' || *c == '\r' ? ' ' : *c, out);
  putc('\n', out);
}

static void put_cpuset(FILE *out, const char *key, const hx_cpuset *set) {
  char text[HX_CPUSET_TEXT];
  hx_cpuset_format(set, text, sizeof text);
  fprintf(out, " %s=%s", key, text[0] ? text : "-");
}

static void put_worker(FILE *out, size_t index, const hx_telemetry_worker *worker) {
  fprintf(out, "worker %zu", index);
  put_cpuset(out, "asked", &worker->asked);
  put_cpuset(out, "seen", &worker->seen);
  fprintf(out, " node=%d cpu=%d held=%d units=%" PRIu64 " scenarios=%" PRIu64 " busy_ns=%" PRIu64,
          worker->mem_node, worker->last_cpu, worker->held, worker->units, worker->scenarios,
          worker->busy_ns);
  putc('\n', out);
}

char *hx_telemetry_format(const hx_telemetry *telemetry, size_t *length) {
  char *text = NULL;
  FILE *out = open_memstream(&text, length);
  if (!out)
    return NULL;
  fprintf(out, "pvtune-record %d\n", HX_TELEMETRY_PROTOCOL);
  put_text(out, "version", telemetry->version);
  put_text(out, "config", telemetry->config);
  put_text(out, "workload", telemetry->workload);
  put_text(out, "class", telemetry->workload_class);
  put_text(out, "error", telemetry->error);
#define PUT_NUMBER(name) fprintf(out, #name " %" PRId64 "\n", telemetry->name);
  HX_TELEMETRY_NUMBERS(PUT_NUMBER)
#undef PUT_NUMBER
  fprintf(out, "digest %016" PRIx64 "\ninput_digest %016" PRIx64 "\n", telemetry->digest,
          telemetry->input_digest);
  for (size_t w = 0; w < telemetry->n_workers; w++)
    put_worker(out, w, &telemetry->workers[w]);
  fputs("end\n", out);
  bool failed = ferror(out);
  if (fclose(out) != 0 || failed) {
    free(text);
    return NULL;
  }
  return text;
}

bool hx_telemetry_write(const hx_telemetry *telemetry, int fd) {
  size_t length;
  char *text = hx_telemetry_format(telemetry, &length);
  if (!text) {
    errno = ENOMEM;
    return false;
  }
  size_t done = 0;
  while (done < length) {
    ssize_t n = write(fd, text + done, length - done);
    if (n < 0 && errno != EINTR)
      break;
    done += n > 0 ? (size_t)n : 0;
  }
  free(text);
  return done == length;
}
