/* Output folders: the files that a study has, their digest whether written or not, and what happens
 * when writing fails. */
#include "core_support.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct folder {
  char path[256];
} folder;

static folder make_folder(void) {
  folder f;
  const char *parent = getenv("TMPDIR");
  snprintf(f.path, sizeof f.path, "%s/pvs_output_XXXXXX", parent && *parent ? parent : "/tmp");
  assert_non_null(mkdtemp(f.path));
  return f;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at) {
  (void)status, (void)kind, (void)at;
  return remove(path);
}

static void remove_folder(const folder *f) {
  nftw(f->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool has_file(const folder *f, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", f->path, name);
  return access(path, F_OK) == 0;
}

/* First line of a file. */
static void read_header(const folder *f, const char *name, char *line, int size) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", f->path, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, size, file));
  fclose(file);
}

static pvs_code run_base(const memory_base *base, pvs_output_options options, uint64_t *digest,
                         pvs_work_stats *stats, pvs_error *error) {
  pvs_study *study;
  pvs_plan *plan;
  open_base(base, (pvs_plan_options){0}, &study, &plan);
  *error = (pvs_error){0};
  pvs_code code = run_plan(plan, &options, NULL, digest, stats, error);
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  return code;
}

static void all_files_are_there(void **state) {
  (void)state;
  static const char *const files[] = {
      "s_results.csv",
      "scenarios/s_001.csv",
      "scenarios/s_007.csv",
      "saved_tariffs/static_import_tariffs.csv",
      "saved_tariffs/static_solar_import_tariffs.csv",
      "saved_tariffs/static_export_tariffs.csv",
      "timeseries_d/s_003_en_pv_load.csv",
      "timeseries_b/s_004_btm_s_c_a.csv",
      "timeseries_b/s_004_btm_s_c_b.csv",
  };
  memory_base base;
  memory_base_init(&base);
  folder f = make_folder();
  pvs_error error;
  pvs_work_stats stats;
  uint64_t written, digested, without;
  assert_int_equal(
      run_base(&base, (pvs_output_options){.folder = f.path}, &written, &stats, &error), PVS_OK);
  for (size_t i = 0; i < COUNT_OF(files); i++)
    assert_true(has_file(&f, files[i]));
  /* Scenarios of different folders: no customers' table; the last has one load file. */
  assert_false(has_file(&f, "s_customer_results.csv"));
  assert_false(has_file(&f, "s_results_std_dev.csv"));
  assert_true(stats.bytes_written > 10000);
  assert_int_equal(run_base(&base, (pvs_output_options){0}, &digested, &stats, &error), PVS_OK);
  assert_int_equal(digested, written);
  assert_int_equal(stats.files_written, 0);
  remove_folder(&f);
  f = make_folder();
  assert_int_equal(run_base(&base,
                            (pvs_output_options){.folder = f.path, .no_scenario_files = true},
                            &without, &stats, &error),
                   PVS_OK);
  assert_int_equal(without, written);
  assert_false(has_file(&f, "scenarios"));
  assert_true(has_file(&f, "s_results.csv"));
  remove_folder(&f);
  memory_base_deinit(&base);
}

static void tables_of_one_folder_with_several_files(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  memory_put(
      &base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
      "1,two,bau,tou,flat,zero,demand,20,0.06\n");
  folder f = make_folder();
  pvs_error error;
  uint64_t digest;
  char line[8192];
  assert_int_equal(run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error),
                   PVS_OK);
  read_header(&f, "s_results.csv", line, sizeof line);
  assert_non_null(strstr(line, "average_hh_total$,total$_building_costs_mean,"));
  assert_non_null(strstr(line, ",cust_bill_cp_mean,cust_solar_bill_cp_mean,cust_total$_cp_mean\n"));
  read_header(&f, "s_results_std_dev.csv", line, sizeof line);
  assert_int_equal(
      strncmp(line, "scenario,std_hh_bill$,std_hh_solar_bill$,std_hh_total$,total$_", 62), 0);
  read_header(&f, "s_customer_results.csv", line, sizeof line);
  assert_string_equal(line, "scenario,cust_bill_A1_mean,cust_bill_A1_std,cust_bill_A2_mean,"
                            "cust_bill_A2_std,cust_solar_bill_A1_mean,cust_solar_bill_A1_std,"
                            "cust_solar_bill_A2_mean,cust_solar_bill_A2_std,cust_total$_A1_mean,"
                            "cust_total$_A1_std,cust_total$_A2_mean,cust_total$_A2_std\n");
  assert_false(has_file(&f, "timeseries_d"));
  remove_folder(&f);
  memory_base_deinit(&base);
}

/* More rows than a table's buffer holds. */
static void long_tables_are_written_in_pieces(void **state) {
  (void)state;
  enum { SCENARIOS = 400, ROOM = SCENARIOS * 64 + 256 };
  memory_base base;
  memory_base_init(&base);
  char *text = malloc(ROOM), *end = text;
  assert_non_null(text);
  end += sprintf(end, "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,"
                      "a_term,a_rate\n");
  for (int i = 0; i < SCENARIOS; i++)
    end += sprintf(end, "%d,two,en,tou,flat,demand,block,%d,0.0625\n", i, 1 + i % 30);
  memory_put_bytes(&base, MEMORY_STUDY, text, (size_t)(end - text));
  free(text);
  folder f = make_folder();
  pvs_error error;
  uint64_t digest;
  assert_int_equal(run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error),
                   PVS_OK);
  static const char *const tables[] = {"s_results.csv", "s_results_std_dev.csv",
                                       "s_customer_results.csv"};
  for (size_t i = 0; i < COUNT_OF(tables); i++) {
    char path[512], line[8192];
    snprintf(path, sizeof path, "%s/%s", f.path, tables[i]);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (int scenario = 0; scenario < SCENARIOS; scenario++) {
      assert_non_null(fgets(line, sizeof line, file));
      assert_int_equal(atoi(line), scenario);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
  }
  remove_folder(&f);
  memory_base_deinit(&base);
}

/* Files end after so many bytes, wherever that strikes: an error that names a file, every time. */
static void a_full_disk_is_an_error(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  struct rlimit before;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  static const rlim_t limits[] = {0, 1, 100, 1500, 3000, 5000};
  for (size_t i = 0; i < COUNT_OF(limits); i++) {
    folder f = make_folder();
    pvs_error error;
    uint64_t digest;
    struct rlimit small = {.rlim_cur = limits[i], .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    pvs_code code = run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(code, PVS_IO);
    assert_int_equal(error.code, PVS_IO);
    assert_int_equal(error.os_errno, EFBIG);
    assert_int_equal(strncmp(error.file, f.path, strlen(f.path)), 0);
    remove_folder(&f);
  }
  signal(SIGXFSZ, handler);
  memory_base_deinit(&base);
}

static void a_folder_that_cannot_be_used_is_an_error(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  folder f = make_folder();
  pvs_error error;
  uint64_t digest;
  char path[512];
  snprintf(path, sizeof path, "%s/nowhere", f.path);
  assert_int_equal(run_base(&base, (pvs_output_options){.folder = path}, &digest, NULL, &error),
                   PVS_IO);
  assert_string_equal(error.file, path);
  /* A file where a folder, and a folder where a file is to be. */
  static const char *const in_the_way[] = {"scenarios", "timeseries_b", "saved_tariffs"};
  for (size_t i = 0; i < COUNT_OF(in_the_way); i++) {
    snprintf(path, sizeof path, "%s/%s", f.path, in_the_way[i]);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error),
                     PVS_IO);
    assert_string_equal(error.file, path);
    unlink(path);
    remove_folder(&f);
    f = make_folder();
  }
  snprintf(path, sizeof path, "%s/s_results.csv", f.path);
  assert_int_equal(mkdir(path, 0700), 0);
  assert_int_equal(run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error),
                   PVS_IO);
  assert_string_equal(error.file, path);
  remove_folder(&f);
  memory_base_deinit(&base);
}

/* Names that need quotes, and long ones, come out as they went in. */
static void names_are_quoted_where_needed(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  char series[512], expected[512], longest[121];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = 0;
  snprintf(series, sizeof series,
           "timestamp,cp,\"a, \"\"b\"\"\",%s\n5/04/2013 23:00,1,2,3\n5/04/2013 23:30,1,2,3\n",
           longest);
  memory_put(&base, "load_profiles/site/load.csv", series);
  memory_put(
      &base, MEMORY_STUDY,
      "scenario,load_folder,arrangement,cp,all_residents,parent,network_tariff,a_term,a_rate\n"
      "1,site,bau,tou,flat,zero,demand,20,0.06\n");
  folder f = make_folder();
  pvs_error error;
  uint64_t digest;
  char line[8192];
  assert_int_equal(run_base(&base, (pvs_output_options){.folder = f.path}, &digest, NULL, &error),
                   PVS_OK);
  read_header(&f, "scenarios/s_001.csv", line, sizeof line);
  snprintf(expected, sizeof expected, ",cust_bill_cp,\"cust_bill_a, \"\"b\"\"\",cust_bill_%s,",
           longest);
  assert_non_null(strstr(line, expected));
  read_header(&f, "s_customer_results.csv", line, sizeof line);
  assert_non_null(strstr(line, "\"cust_total$_a, \"\"b\"\"_std\""));
  remove_folder(&f);
  memory_base_deinit(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_files_are_there),
      cmocka_unit_test(tables_of_one_folder_with_several_files),
      cmocka_unit_test(long_tables_are_written_in_pieces),
      cmocka_unit_test(a_full_disk_is_an_error),
      cmocka_unit_test(a_folder_that_cannot_be_used_is_an_error),
      cmocka_unit_test(names_are_quoted_where_needed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
