/* Whichever allocation fails: what measures and compares does as with all the memory there is, or says
 * that memory ran out, and gives back what it has. */
#include "base/fail.h"
#include "base/files.h"
#include "compare/alarms.h"
#include "compare/comparison.h"
#include "compare/revision.h"
#include "compare/stored.h"
#include "measure/command_text.h"
#include "measure/store.h"
#include "measure/workload.h"

#include "refused_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char scratch[] = "/tmp/test_no_memory_measure_XXXXXX";

/* One way through some functions, ended early by what fails; what came out, as text. */
typedef bool (*way)(char *out, size_t cap, pvs_error *error);

static bool read_stored(char *out, size_t cap, pvs_error *error) {
  hx_stored stored;
  bool ok = hx_stored_read("runs.csv", ".", "cmd:x", NULL, &stored, error);
  if (ok)
    snprintf(out, cap, "%zu %g %s", stored.n, stored.seconds[stored.n - 1], stored.config);
  assert_true(ok || (!stored.seconds && !stored.n));
  hx_stored_deinit(&stored);
  return ok;
}

static bool compare_stored(char *out, size_t cap, pvs_error *error) {
  double seconds[2][3] = {{1, 2, 3},
                          {2, 2, 4}}; /* equal ones: the exact test needs memory of its own */
  hx_stored a = {.seconds = seconds[0], .n = 3}, b = {.seconds = seconds[1], .n = 3};
  hx_stored_answer answer;
  bool ok = hx_stored_compare(&a, &b, 0.05, &answer, error);
  if (ok)
    snprintf(out, cap, "%g %g %g", answer.a_s, answer.b_s, answer.change);
  return ok;
}

static bool read_alarms(char *out, size_t cap, pvs_error *error) {
  hx_compare_alarms alarms;
  hx_compare_options rule = hx_compare_defaults();
  bool ok = hx_alarms_read(".", "pus=4", &rule, &alarms, error);
  snprintf(out, cap, "%g", alarms.upper);
  return ok;
}

/* A table of its own for each way: all of a row or nothing of it. */
static bool append_rows(char *out, size_t cap, pvs_error *error) {
  hx_verdict_row row;
  hx_store_row_clear(&hx_verdicts_schema, &row);
  row.workload = "cmd:a rather long command, so that its text has to grow more than once";
  hx_store_file *file = hx_store_file_open(".", &hx_verdicts_schema, error);
  bool ok = file && hx_store_file_append(file, &row, 1, error) &&
            hx_store_file_append(file, &row, 1, error);
  hx_store_file_close(file);
  hx_store_rows rows = {0};
  ok = ok && hx_store_rows_read(".", &hx_verdicts_schema, &rows, error);
  if (ok)
    snprintf(out, cap, "%zu rows, %zu skipped", rows.n, rows.skipped);
  hx_store_rows_deinit(&rows);
  unlink("verdicts.csv");
  return ok;
}

static bool start_command(const char *text, char *out, size_t cap, pvs_error *error) {
  hx_workload workload = {0};
  hx_config config = hx_config_serial();
  char **argv = NULL, **environment = NULL;
  bool ok = hx_workload_parse(text, &config, &workload, error);
  if (ok)
    argv = hx_workload_argv(&workload, &config, "pvtune", "out", 3, error);
  for (size_t i = 0, used = 0; argv && argv[i] && used < cap; i++)
    used += (size_t)snprintf(out + used, cap - used, "%s|", argv[i]);
  if (argv) {
    environment = hx_command_environment(&config);
    if (!environment)
      hx_fail_memory(error);
  }
  ok = environment != NULL;
  free(argv);
  free(environment);
  hx_workload_deinit(&workload);
  return ok;
}

static bool start_words(char *out, size_t cap, pvs_error *error) {
  return start_command("cmd:prog --out {output} 'two words' -n {workers}", out, cap, error);
}

static bool start_script(char *out, size_t cap, pvs_error *error) {
  return start_command("cmd:prog <a >{output}; echo {workers}", out, cap, error);
}

static bool start_builtin(char *out, size_t cap, pvs_error *error) {
  return start_command("builtin:mixed:7", out, cap, error);
}

static bool start_study(char *out, size_t cap, pvs_error *error) {
  return start_command("study:./p/s", out, cap, error);
}

static bool resize(char *out, size_t cap, pvs_error *error) {
  hx_workload workload;
  bool ok = hx_workload_parse("builtin:mixed", NULL, &workload, error);
  if (ok && !hx_workload_resize(&workload, 12))
    ok = hx_fail_memory(error);
  if (ok)
    snprintf(out, cap, "%s %ld", workload.key, workload.size);
  hx_workload_deinit(&workload);
  return ok;
}

static bool write_lines(char *out, size_t cap, pvs_error *error) {
  hx_workload w[2] = {{.kind = HX_WORKLOAD_COMMAND,
                       .key = (char[]){"cmd:a b"},
                       .command = (char[]){"a b {workers}"}},
                      {.kind = HX_WORKLOAD_BUILTIN,
                       .key = (char[]){"builtin:mixed:3"},
                       .name = (char[]){"mixed"},
                       .size = 3}};
  hx_config config = hx_config_serial();
  char *said[4] = {hx_workload_line(&w[0], &config, "pvtune", NULL),
                   hx_workload_line(&w[1], &config, "pvtune", "out"),
                   hx_workload_pinned_line(&w[0], &config, "0-3"), hx_workload_join(w, 2)};
  bool ok = said[0] && said[1] && said[2] && said[3];
  if (ok)
    snprintf(out, cap, "%s %s %s %s", said[0], said[1], said[2], said[3]);
  else
    hx_fail_memory(error);
  for (int i = 0; i < 4; i++)
    free(said[i]);
  return ok;
}

static bool call_life(char *out, size_t cap, pvs_error *error) {
  hx_config config = hx_config_serial();
  hx_run_life life = {.prepare = "true {output}"};
  hx_life_call call = {.option = "--prepare",
                       .command = life.prepare,
                       .config = &config,
                       .output = "out",
                       .stdout_fd = -1};
  snprintf(out, cap, "called");
  return hx_run_life_call(&life, &call, error) == HX_LIFE_OK;
}

static bool describe_life(char *out, size_t cap, pvs_error *error) {
  hx_run_life life = {.setup = "make 'all of it'", .input = "in put", .ignore_outputs = true};
  hx_comparison_options options = {.life = &life, .min_effect = 0.1};
  static hx_comparison c;
  bool ok = hx_comparison_init(&c, &options, "cmd:a {workers}", "cmd:b {workers}", error);
  if (ok)
    snprintf(out, cap, "%s %s", c.around.at, c.side_workload[1].key);
  pvs_error ignored = {0};
  hx_comparison_close(&c, &ignored);
  return ok;
}

/* But for the versions, which come first: what cannot say its own is a "?". */
static bool make_key(char *out, size_t cap, pvs_error *error) {
  hx_recipe recipe = {.cache = "/proc/nowhere", .command = "true"};
  char *text = hx_revision_key_text(&recipe, "0123abc");
  if (!text)
    return hx_fail_memory(error);
  const char *behind = strstr(text, "\ntool ");
  snprintf(out, cap, "%zu characters", strlen(behind ? behind : text));
  free(text);
  return true;
}

static const struct {
  const char *name;
  way go;
} ways[] = {
    {"medians", compare_stored}, {"stored", read_stored}, {"alarms", read_alarms},
    {"rows", append_rows},       {"words", start_words},  {"script", start_script},
    {"builtin", start_builtin},  {"study", start_study},  {"resize", resize},
    {"lines", write_lines},      {"life", call_life},     {"around", describe_life},
    {"key", make_key},
};

static bool says_so(const pvs_error *error) {
  return error->code == PVS_NO_MEMORY || error->os_errno == ENOMEM ||
         strstr(error->message, strerror(ENOMEM)) != NULL;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    char usual[1024] = "", found[1024];
    pvs_error error = {0};
    if (!ways[i].go(usual, sizeof usual, &error))
      fail_msg("%s: %s", ways[i].name, error.message);
    long failed = 0;
    for (long which = 1;; which++) {
      long before = held;
      found[0] = '\0';
      error = (pvs_error){0};
      made = 0;
      refused = which;
      bool ok = ways[i].go(found, sizeof found, &error);
      refused = 0;
      bool asked = made >= which;
      failed += !ok;
      if (ok ? strcmp(found, usual) != 0 : !says_so(&error))
        fail_msg("%s, allocation %ld refused: %s '%s' instead of '%s', error %d (%s)", ways[i].name,
                 which, ok ? "done" : "failed", found, usual, (int)error.code, error.message);
      if (held != before)
        fail_msg("%s, allocation %ld refused: %ld blocks were not given back", ways[i].name, which,
                 held - before);
      if (!asked)
        break;
    }
    if (failed == 0)
      fail_msg("%s: no allocation was refused", ways[i].name);
  }
}

static int make_scratch(void **state) {
  (void)state;
  hx_run_row rows[3];
  if (!mkdtemp(scratch) || chdir(scratch) != 0 || !hx_files_make_folder("p/s", NULL))
    return -1;
  for (int i = 0; i < 3; i++) {
    hx_store_row_clear(&hx_runs_schema, &rows[i]);
    rows[i].workload = "cmd:x";
    rows[i].config = "serial";
    rows[i].allocation = "pus=4";
    rows[i].counted = 1;
    rows[i].seconds = 1 + i;
  }
  hx_store_file *file = hx_store_file_open(".", &hx_runs_schema, NULL);
  bool ok = file && hx_store_file_append(file, rows, 3, NULL);
  hx_store_file_close(file);
  return ok ? 0 : -1;
}

static int remove_scratch(void **state) {
  (void)state;
  return chdir("/") | !hx_files_remove(scratch);
}

int main(void) {
  if (!REFUSES)
    return 77;
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
  return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
