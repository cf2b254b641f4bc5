/* pvs_study_run: the outputs of any other way to run the study, its numbers as doubles, and nothing
 * left behind when it fails or is cancelled. */
#include "core_support.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[256];

static int make_scratch(void **state) {
  (void)state;
  const char *parent = getenv("TMPDIR");
  snprintf(scratch, sizeof scratch, "%s/pvs_study_run_XXXXXX", parent && *parent ? parent : "/tmp");
  return mkdtemp(scratch) == NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at) {
  (void)status, (void)kind, (void)at;
  return remove(path);
}

static int remove_scratch(void **state) {
  (void)state;
  return nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *in_scratch(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", scratch, name);
  return path;
}

static size_t count_entries(const char *path) {
  DIR *folder = opendir(path);
  assert_non_null(folder);
  size_t n = 0;
  const struct dirent *entry;
  while ((entry = readdir(folder)) != NULL)
    n += entry->d_name[0] != '.';
  closedir(folder);
  return n;
}

static size_t read_file(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t n = fread(text, 1, size - 1, file);
  fclose(file);
  text[n] = '\0';
  return n;
}

/* Two scenarios over two load files each, one of which has PV. */
static void two_files_base(memory_base *base) {
  memory_base_init(base);
  memory_put(
      base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
      "1,two,bau,tou,flat,zero,demand,20,0.06\n"
      "4,two,en,tou,flat,demand,block,20,0.06\n");
}

static pvs_study *open_study(const memory_base *base) {
  pvs_study *study = NULL;
  pvs_error error = {0};
  char text[2048];
  pvs_study_options options = memory_options(base);
  if (pvs_study_open(&options, &study, &error))
    fail_msg("%s", pvs_error_text(&error, text, sizeof text));
  return study;
}

/* ---- outputs ---- */

static void same_outputs_as_piece_by_piece(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study *study;
  pvs_plan *plan;
  open_base(&base, (pvs_plan_options){0}, &study, &plan);
  pvs_error error = {0};
  uint64_t expected, written = 0, digested = 0;
  assert_int_equal(run_plan(plan, &(pvs_output_options){0}, NULL, &expected, NULL, &error), PVS_OK);
  pvs_run_options options = {.folder = in_scratch("out//")};
  assert_int_equal(pvs_study_run(study, &options, &written, &error), PVS_OK);
  options = (pvs_run_options){.simd = "portable"};
  assert_int_equal(pvs_study_run(study, &options, &digested, &error), PVS_OK);
  assert_int_equal(written, expected);
  assert_int_equal(digested, expected);
  assert_int_equal(count_entries(scratch), 1);
  assert_int_equal(count_entries(in_scratch("out")), 5);
  assert_int_equal(access(in_scratch("out/scenarios/s_001.csv"), F_OK), 0);
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void an_empty_folder_is_replaced(void **state) {
  (void)state;
  memory_base base;
  two_files_base(&base);
  pvs_study *study = open_study(&base);
  assert_int_equal(mkdir(in_scratch("empty"), 0777), 0);
  pvs_error error = {0};
  pvs_run_options options = {.folder = in_scratch("empty"), .no_scenario_files = true};
  assert_int_equal(pvs_study_run(study, &options, NULL, &error), PVS_OK);
  assert_int_equal(access(in_scratch("empty/s_results.csv"), F_OK), 0);
  assert_int_equal(access(in_scratch("empty/scenarios"), F_OK), -1);
  assert_int_equal(count_entries(scratch), 1);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

/* ---- numbers ---- */

/* The cells of line `line` of a file, as text and in order. */
typedef struct cells {
  char text[32768];
  char *cell[512];
  size_t n;
} cells;

static void read_cells(cells *c, const char *name, int line) {
  read_file(in_scratch(name), c->text, sizeof c->text);
  char *at = c->text;
  for (int i = 0; i < line; i++)
    at = strchr(at, '\n') + 1;
  *strchr(at, '\n') = '\0';
  c->n = 0;
  for (char *cell; (cell = strsep(&at, ",")) != NULL;)
    c->cell[c->n++] = cell;
}

static void expect_number(const char *cell, double value) {
  if (*cell == '\0')
    assert_true(isnan(value));
  else
    assert_true(strtod(cell, NULL) == value); /* shortest text reads back to the same double */
}

typedef struct kept {
  pvs_scenario_results results[4];
  pvs_customer_results customers[4][8];
  uint32_t n;
} kept;

static void keep(void *ctx, const pvs_scenario_results *results) {
  kept *k = ctx;
  assert_int_equal(results->scenario, k->n);
  assert_in_range(results->n_customers, 1, 8);
  k->results[k->n] = *results;
  memcpy(k->customers[k->n], results->customers, results->n_customers * sizeof *results->customers);
  k->n++;
}

static void numbers_are_those_of_the_tables(void **state) {
  (void)state;
  memory_base base;
  two_files_base(&base);
  pvs_study *study = open_study(&base);
  static kept k;
  static cells header, row;
  k.n = 0;
  pvs_error error = {0};
  pvs_run_options options = {.folder = in_scratch("out"), .ctx = &k, .scenario = keep};
  assert_int_equal(pvs_study_run(study, &options, NULL, &error), PVS_OK);
  assert_int_equal(k.n, 2);
  for (uint32_t s = 0; s < 2; s++) {
    const pvs_scenario_results *r = &k.results[s];
    assert_int_equal(r->id, s == 0 ? 1 : 4);
    assert_string_equal(r->arrangement, s == 0 ? "bau" : "en");
    assert_string_equal(r->load_folder, "two");
    /* Results: three texts, the households, a text, and all others in order. */
    read_cells(&header, "out/s_results.csv", 0);
    read_cells(&row, "out/s_results.csv", 1 + (int)s);
    assert_int_equal(header.n, 4 + PVS_RESULT_COUNT);
    assert_int_equal(row.n, header.n);
    expect_number(row.cell[3], r->value[PVS_RESULT_HOUSEHOLDS]);
    for (int i = 1; i < PVS_RESULT_COUNT; i++) {
      const char *name = pvs_result_name((pvs_result)i);
      assert_int_equal(strncmp(header.cell[4 + i], name, strlen(name)), 0);
      expect_number(row.cell[4 + i], r->value[i]);
    }
    read_cells(&row, "out/s_results_std_dev.csv", 1 + (int)s);
    assert_int_equal(row.n, 1 + PVS_RESULT_COUNT - PVS_RESULT_AVERAGE_BILL);
    for (int i = PVS_RESULT_AVERAGE_BILL; i < PVS_RESULT_COUNT; i++)
      expect_number(row.cell[1 + i - PVS_RESULT_AVERAGE_BILL], r->deviation[i]);
    /* Customers: a mean and a deviation for each household, one kind after the other. */
    read_cells(&row, "out/s_customer_results.csv", 1 + (int)s);
    assert_int_equal(r->n_customers, 3);
    assert_string_equal(k.customers[s][0].name, "cp");
    assert_false(k.customers[s][0].averaged);
    size_t cell = 1;
    for (int kind = 0; kind < PVS_CUSTOMER_RESULT_COUNT; kind++) {
      assert_true(k.customers[s][0].value[kind] == r->value[PVS_RESULT_CP_BILL + kind]);
      for (uint32_t i = 1; i < r->n_customers; i++) {
        assert_true(k.customers[s][i].averaged);
        expect_number(row.cell[cell++], k.customers[s][i].value[kind]);
        expect_number(row.cell[cell++], k.customers[s][i].deviation[kind]);
      }
    }
    assert_int_equal(cell, row.n);
    assert_true(r->deviation[PVS_RESULT_BUILDING_COSTS] > 0);
  }
  assert_string_equal(pvs_result_unit(PVS_RESULT_IMPORT), "kWh");
  assert_string_equal(pvs_result_name(PVS_RESULT_COUNT), "");
  assert_string_equal(pvs_result_unit((pvs_result)-1), "");
  pvs_study_close(study);
  memory_base_deinit(&base);
}

/* ---- failures ---- */

typedef struct counter {
  uint64_t calls, cancel_at, last, total;
} counter;

static bool count(void *ctx, uint64_t done, uint64_t total) {
  counter *c = ctx;
  assert_true(c->calls == 0 ? done == 0 : done > c->last);
  assert_true(done <= total);
  c->last = done;
  c->total = total;
  return c->calls++ != c->cancel_at;
}

static void cancelled_anywhere_it_leaves_nothing(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study *study = open_study(&base);
  counter whole = {.cancel_at = UINT64_MAX};
  pvs_error error = {0};
  pvs_run_options options = {.ctx = &whole, .progress = count};
  assert_int_equal(pvs_study_run(study, &options, NULL, &error), PVS_OK);
  assert_int_equal(whole.last, whole.total);
  assert_in_range(whole.calls, 10, whole.total + 1);
  for (uint64_t at = 0; at < whole.calls; at++) {
    counter c = {.cancel_at = at};
    uint64_t digest = 7;
    options = (pvs_run_options){.folder = in_scratch("out"), .ctx = &c, .progress = count};
    error = (pvs_error){0};
    assert_int_equal(pvs_study_run(study, &options, &digest, &error), PVS_CANCELLED);
    assert_int_equal(error.code, PVS_CANCELLED);
    assert_int_equal(c.calls, at + 1);
    assert_int_equal(digest, 7);
    assert_int_equal(count_entries(scratch), 0);
  }
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void expect_refused(const pvs_study *study, const char *folder, pvs_code code,
                           const char *message) {
  pvs_error error = {0};
  counter never = {0};
  pvs_run_options options = {.folder = folder, .ctx = &never, .progress = count};
  assert_int_equal(pvs_study_run(study, &options, NULL, &error), code);
  assert_int_equal(error.code, code);
  if (!strstr(error.message, message))
    fail_msg("%s: found '%s', expected '%s'", folder, error.message, message);
  assert_int_equal(never.calls, 0); /* before any work */
}

static void a_place_that_is_taken_is_left_alone(void **state) {
  (void)state;
  memory_base base;
  two_files_base(&base);
  pvs_study *study = open_study(&base);
  assert_int_equal(mkdir(in_scratch("full"), 0777), 0);
  assert_int_equal(mkdir(in_scratch("full/kept"), 0777), 0);
  expect_refused(study, in_scratch("full"), PVS_EXISTS, "holds something");
  int fd = creat(in_scratch("file"), 0666);
  assert_true(fd >= 0 && close(fd) == 0);
  expect_refused(study, in_scratch("file"), PVS_EXISTS, "exists and is not a folder");
  expect_refused(study, in_scratch("no/such"), PVS_IO, "No such file or directory");
  expect_refused(study, "", PVS_BAD_VALUE, "its last part must be a name");
  expect_refused(study, "/", PVS_BAD_VALUE, "its last part must be a name");
  expect_refused(study, in_scratch("full/.."), PVS_BAD_VALUE, "its last part must be a name");
  static char longer[5000];
  memset(longer, 'a', sizeof longer - 1);
  expect_refused(study, longer, PVS_BAD_VALUE, "4999 bytes");
  assert_int_equal(count_entries(scratch), 2);
  assert_int_equal(count_entries(in_scratch("full")), 1);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void a_full_disk_leaves_nothing(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_study *study = open_study(&base);
  struct rlimit limit, old;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  limit = (struct rlimit){.rlim_cur = 2000, .rlim_max = old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  pvs_error error = {0};
  pvs_run_options options = {.folder = in_scratch("out")};
  pvs_code code = pvs_study_run(study, &options, NULL, &error);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
  assert_int_equal(code, PVS_IO);
  assert_true(error.file[0] != '\0' && error.os_errno != 0);
  assert_int_equal(count_entries(scratch), 0);
  pvs_study_close(study);
  memory_base_deinit(&base);
}

static void the_version_is_that_of_the_header(void **state) {
  (void)state;
  assert_string_equal(pvs_version(), PVS_VERSION);
  assert_int_equal(pvs_version_number(), PVS_VERSION_NUMBER);
  char text[32];
  snprintf(text, sizeof text, "%d.%d.%d", PVS_VERSION_MAJOR, PVS_VERSION_MINOR, PVS_VERSION_PATCH);
  assert_string_equal(text, PVS_VERSION);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(same_outputs_as_piece_by_piece),
      IN_SCRATCH(an_empty_folder_is_replaced),
      IN_SCRATCH(numbers_are_those_of_the_tables),
      IN_SCRATCH(cancelled_anywhere_it_leaves_nothing),
      IN_SCRATCH(a_place_that_is_taken_is_left_alone),
      IN_SCRATCH(a_full_disk_leaves_nothing),
      cmocka_unit_test(the_version_is_that_of_the_header),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
