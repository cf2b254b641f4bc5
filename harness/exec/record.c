#include "exec/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void hx_record_init(hx_record *record) {
  *record = (hx_record){.exit_status = -1, .bindings_held = -1};
}

void hx_record_deinit(hx_record *record) {
  free(record->workers);
  hx_record_init(record);
}

uint64_t hx_record_mix_digest(uint64_t mixed, uint64_t next) {
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

static void put_worker(FILE *out, size_t index, const hx_record_worker *worker) {
  fprintf(out, "worker %zu", index);
  put_cpuset(out, "asked", &worker->asked);
  put_cpuset(out, "seen", &worker->seen);
  fprintf(out, " node=%d cpu=%d held=%d units=%" PRIu64 " scenarios=%" PRIu64 " busy_ns=%" PRIu64,
          worker->mem_node, worker->last_cpu, worker->held, worker->units, worker->scenarios,
          worker->busy_ns);
  putc('\n', out);
}

char *hx_record_format(const hx_record *record, size_t *length) {
  char *text = NULL;
  FILE *out = open_memstream(&text, length);
  if (!out)
    return NULL;
  fprintf(out, "pvtune-record %d\n", HX_RECORD_PROTOCOL);
  put_text(out, "version", record->version);
  put_text(out, "config", record->config);
  put_text(out, "workload", record->workload);
  put_text(out, "class", record->workload_class);
  put_text(out, "error", record->error);
#define PUT_NUMBER(name) fprintf(out, #name " %" PRId64 "\n", record->name);
  HX_RECORD_NUMBERS(PUT_NUMBER)
#undef PUT_NUMBER
  fprintf(out, "digest %016" PRIx64 "\ninput_digest %016" PRIx64 "\n", record->digest,
          record->input_digest);
  for (size_t w = 0; w < record->n_workers; w++)
    put_worker(out, w, &record->workers[w]);
  fputs("end\n", out);
  bool failed = ferror(out);
  if (fclose(out) != 0 || failed) {
    free(text);
    return NULL;
  }
  return text;
}

bool hx_record_write(const hx_record *record, int fd) {
  size_t length;
  char *text = hx_record_format(record, &length);
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
