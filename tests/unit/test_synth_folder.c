/* Where synthetic base folders end up: on disk, whole or not at all, or in memory as a source of
 * studies. */
#include "unit/synth_support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[] = "/tmp/test_synth_folder.XXXXXX";

static int make_scratch(void **state) {
  (void)state;
  return mkdtemp(scratch) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
  (void)st;
  (void)kind;
  (void)ftw;
  return remove(path);
}

static int remove_scratch(void **state) {
  (void)state;
  return nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

typedef struct path {
  char text[PATH_MAX];
} path;

static path in_scratch(const char *name) {
  path p;
  snprintf(p.text, sizeof p.text, "%s/%s", scratch, name);
  return p;
}

static hx_synth_spec small_spec(void) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  spec.customers = 3;
  spec.scenarios = 4;
  spec.days = 5;
  return spec;
}

static char *content_of(const char *name, size_t *size) {
  FILE *f = fopen(name, "rb");
  if (!f)
    fail_msg("cannot open %s", name);
  char *data = malloc(1 << 20);
  assert_non_null(data);
  *size = fread(data, 1, 1 << 20, f);
  fclose(f);
  return data;
}

/* The folder holds the files of the spec, and each with the right bytes. */
static void assert_holds(const char *folder, const hx_synth_spec *spec) {
  rendered m = make(spec);
  for (size_t i = 0; i < m.count; i++) {
    path p;
    snprintf(p.text, sizeof p.text, "%s/%s", folder, m.files[i].path);
    size_t size;
    char *data = content_of(p.text, &size);
    assert_int_equal(size, m.files[i].size);
    assert_memory_equal(data, m.files[i].data, size);
    free(data);
  }
  unmake(&m);
}

/* Nothing but these names, hidden ones included. */
static void assert_scratch_holds(size_t count) {
  DIR *dir = opendir(scratch);
  assert_non_null(dir);
  size_t found = 0;
  while (readdir(dir))
    found++;
  closedir(dir);
  assert_int_equal(found, 2 + count);
}

static void clear_scratch(void) {
  remove_scratch(NULL);
  assert_int_equal(mkdir(scratch, 0700), 0);
}

static void test_new_and_empty_folders(void **state) {
  (void)state;
  hx_synth_spec spec = small_spec();
  pvs_error error = {0};
  hx_synth_made made;
  path fresh = in_scratch("fresh/");
  assert_int_equal(hx_synth_write_folder(&spec, fresh.text, false, &made, &error), PVS_OK);
  assert_int_equal(made.files, 14);
  assert_true(made.bytes > 10000);
  assert_holds(fresh.text, &spec);

  path empty = in_scratch("empty");
  assert_int_equal(mkdir(empty.text, 0755), 0);
  assert_int_equal(hx_synth_write_folder(&spec, empty.text, false, NULL, &error), PVS_OK);
  assert_holds(empty.text, &spec);

  path below = in_scratch("new/parents/base");
  assert_int_equal(hx_synth_write_folder(&spec, below.text, false, NULL, &error), PVS_OK);
  assert_holds(below.text, &spec);
  assert_scratch_holds(3);

  /* The rights that other new folders have, not a temporary one's. */
  path other = in_scratch("other");
  assert_int_equal(mkdir(other.text, 0777), 0);
  struct stat expected, found;
  assert_int_equal(stat(other.text, &expected), 0);
  assert_int_equal(stat(fresh.text, &found), 0);
  assert_int_equal(found.st_mode, expected.st_mode);
  clear_scratch();
}

static void test_full_folders_need_force(void **state) {
  (void)state;
  hx_synth_spec first = small_spec(), second = small_spec();
  second.seed = 7;
  second.kinds = 1u << HX_SYNTH_STATIC;
  path p = in_scratch("base");
  pvs_error error = {0};
  assert_int_equal(hx_synth_write_folder(&first, p.text, false, NULL, &error), PVS_OK);
  assert_int_equal(hx_synth_write_folder(&second, p.text, false, NULL, &error), PVS_DUPLICATE);
  assert_non_null(strstr(error.message, "not empty"));
  assert_holds(p.text, &first);
  error = (pvs_error){0};
  assert_int_equal(hx_synth_write_folder(&second, p.text, true, NULL, &error), PVS_OK);
  assert_holds(p.text, &second);
  path stale = in_scratch("base/studies/synthetic/inputs/study_mixed.csv");
  assert_int_equal(access(stale.text, F_OK), -1);
  assert_scratch_holds(1);

  /* What is no base folder is not replaced even so. */
  path foreign = in_scratch("base/thesis.tex");
  int fd = open(foreign.text, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  assert_true(fd >= 0);
  close(fd);
  assert_int_equal(hx_synth_write_folder(&first, p.text, true, NULL, &error), PVS_MISMATCH);
  assert_non_null(strstr(error.message, "thesis.tex"));
  assert_holds(p.text, &second);
  assert_int_equal(access(foreign.text, F_OK), 0);
  assert_scratch_holds(1);
  clear_scratch();
}

static void test_failures_leave_nothing(void **state) {
  (void)state;
  hx_synth_spec spec = small_spec();
  pvs_error error = {0};
  path file = in_scratch("file");
  int fd = open(file.text, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  assert_true(fd >= 0);
  close(fd);
  error = (pvs_error){0};
  assert_int_equal(hx_synth_write_folder(&spec, file.text, true, NULL, &error), PVS_MISMATCH);
  error = (pvs_error){0};
  path lost = in_scratch("file/base");
  assert_int_equal(hx_synth_write_folder(&spec, lost.text, false, NULL, &error), PVS_IO);
  assert_int_equal(error.os_errno, ENOTDIR);

  error = (pvs_error){0};
  assert_int_equal(hx_synth_write_folder(&spec, "", false, NULL, &error), PVS_BAD_VALUE);
  spec.days = 0;
  error = (pvs_error){0};
  path fresh = in_scratch("fresh");
  assert_int_equal(hx_synth_write_folder(&spec, fresh.text, false, NULL, &error), PVS_BAD_VALUE);
  assert_scratch_holds(1);

  /* A disk that is full in the middle of a file. */
  spec = small_spec();
  struct rlimit before, tight;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  tight = before;
  tight.rlim_cur = 3000;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  error = (pvs_error){0};
  pvs_code code = hx_synth_write_folder(&spec, fresh.text, false, NULL, &error);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  assert_int_equal(code, PVS_IO);
  assert_int_equal(error.os_errno, EFBIG);
  char final[PATH_MAX + 64];
  assert_non_null(realpath(in_scratch("").text, final));
  strcat(final, "/fresh/load_profiles/building/load_1.csv");
  assert_string_equal(error.file, final);
  assert_scratch_holds(1);
  clear_scratch();
}

typedef struct names {
  size_t count;
  char text[32][32];
} names;

static pvs_code note_name(void *ctx, const char *name) {
  names *n = ctx;
  snprintf(n->text[n->count++], sizeof n->text[0], "%s", name);
  return PVS_OK;
}

static pvs_code refuse_name(void *ctx, const char *name) {
  (void)name;
  ++*(int *)ctx;
  return PVS_EMPTY;
}

static void test_memory_is_a_source(void **state) {
  (void)state;
  hx_synth_memory *memory;
  pvs_error error = {0};
  assert_int_equal(hx_synth_builtin("batteries", 5, &memory, &error), PVS_OK);
  const pvs_source *source = hx_synth_memory_source(memory);
  const char *base = hx_synth_memory_base(memory);
  assert_string_equal(base, "builtin:batteries:5");

  hx_synth_spec spec;
  assert_int_equal(hx_synth_builtin_spec("batteries", 5, &spec, &error), PVS_OK);
  assert_int_equal(spec.customers, 18);
  rendered m = make(&spec);
  for (size_t i = 0; i < m.count; i++) {
    char full[200];
    snprintf(full, sizeof full, "%s/%s", base, m.files[i].path);
    pvs_bytes bytes;
    assert_int_equal(source->read(source->ctx, full, &bytes, &error), PVS_OK);
    assert_int_equal(bytes.size, m.files[i].size);
    assert_memory_equal(bytes.data, m.files[i].data, bytes.size);
    source->release(source->ctx, &bytes);
  }
  unmake(&m);

  names found = {0};
  assert_int_equal(source->list(source->ctx, "builtin:batteries:5/load_profiles/building",
                                note_name, &found, &error),
                   PVS_OK);
  assert_int_equal(found.count, 1);
  assert_string_equal(found.text[0], "load_1.csv");
  found.count = 0;
  assert_int_equal(
      source->list(source->ctx, "builtin:batteries:5/studies", note_name, &found, &error), PVS_OK);
  assert_int_equal(found.count, 0);
  int asked = 0;
  assert_int_equal(
      source->list(source->ctx, "builtin:batteries:5/reference", refuse_name, &asked, &error),
      PVS_EMPTY);
  assert_int_equal(asked, 1);
  assert_int_equal(error.code, PVS_OK);

  static const char *const absent[] = {"builtin:batteries:5/reference/x.csv",
                                       "elsewhere/reference/dst_lookup.csv", "builtin:batteries:5",
                                       "builtin:batteries:5/reference"};
  for (size_t i = 0; i < COUNT_OF(absent); i++) {
    pvs_bytes bytes;
    error = (pvs_error){0};
    assert_int_equal(source->read(source->ctx, absent[i], &bytes, &error), PVS_NOT_FOUND);
    assert_string_equal(error.file, absent[i]);
  }
  error = (pvs_error){0};
  assert_int_equal(
      source->list(source->ctx, "builtin:batteries:5/refer", note_name, &found, &error),
      PVS_NOT_FOUND);
  hx_synth_memory_destroy(memory);
  hx_synth_memory_destroy(NULL);
}

static void test_builtin_names_and_sizes(void **state) {
  (void)state;
  hx_synth_memory *memory;
  pvs_error error = {0};
  assert_int_equal(hx_synth_builtin("dynamic", 5, &memory, &error), PVS_UNKNOWN_ID);
  assert_null(memory);
  assert_non_null(strstr(error.message, "'dynamic'"));
  static const uint64_t sizes[] = {0, HX_SYNTH_MAX_SCENARIOS + 1, UINT64_MAX};
  for (size_t i = 0; i < COUNT_OF(sizes); i++) {
    error = (pvs_error){0};
    assert_int_equal(hx_synth_builtin("static", sizes[i], &memory, &error), PVS_BAD_VALUE);
    assert_null(memory);
  }
  for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
    hx_synth_spec spec;
    error = (pvs_error){0};
    assert_int_equal(hx_synth_kind_named(hx_synth_kind_name(kind)), kind);
    assert_int_equal(hx_synth_builtin_spec(hx_synth_kind_name(kind), 123, &spec, &error), PVS_OK);
    assert_int_equal(hx_synth_flows(&spec, kind), 123);
    assert_int_equal(spec.kinds, 1u << kind);
  }
  assert_null(hx_synth_kind_name(HX_SYNTH_KINDS));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_new_and_empty_folders),
      cmocka_unit_test(test_full_folders_need_force),
      cmocka_unit_test(test_failures_leave_nothing),
      cmocka_unit_test(test_memory_is_a_source),
      cmocka_unit_test(test_builtin_names_and_sizes),
  };
  return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
