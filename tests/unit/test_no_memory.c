/* Whichever allocation of the core fails: it says that memory ran out, gives back what it has, and
 * never goes on with less. Sanitizers have allocators of their own, and leave this out. */

#include "core_support.h"

#include "refused_memory.h"

#include "base/arena.h"
#include "output/new_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
/* Most of an arena's blocks need no memory of their own. The linker sends calls here, so that each of
 * them may fail too (tests/CMakeLists.txt). */
void *__real_pvs_arena_alloc(pvs_arena *arena, size_t n, size_t size);
void *__real_pvs_arena_small(pvs_arena *arena, size_t size);
char *__real_pvs_arena_string(pvs_arena *arena, const char *text, size_t length);
void *__wrap_pvs_arena_alloc(pvs_arena *arena, size_t n, size_t size);
void *__wrap_pvs_arena_small(pvs_arena *arena, size_t size);
char *__wrap_pvs_arena_string(pvs_arena *arena, const char *text, size_t length);

void *__wrap_pvs_arena_alloc(pvs_arena *arena, size_t n, size_t size) {
  return refuse() ? NULL : __real_pvs_arena_alloc(arena, n, size);
}

void *__wrap_pvs_arena_small(pvs_arena *arena, size_t size) {
  return refuse() ? NULL : __real_pvs_arena_small(arena, size);
}

char *__wrap_pvs_arena_string(pvs_arena *arena, const char *text, size_t length) {
  return refuse() ? NULL : __real_pvs_arena_string(arena, text, length);
}
/* NOLINTEND(bugprone-reserved-identifier) */
/* Opens, plans and makes a workspace, then runs in another with all the memory it wants; gives back what
 * was made. */
static pvs_code prepare(const memory_base *base, uint64_t *digest, pvs_error *error) {
  pvs_study *study = NULL;
  pvs_plan *plan = NULL;
  pvs_workspace *workspace = NULL;
  pvs_study_options options = memory_options(base);
  pvs_code code = pvs_study_open(&options, &study, error);
  if (!code)
    code = pvs_plan_create(study, &(pvs_plan_options){0}, &plan, error);
  long before = made;
  if (!code)
    code = pvs_workspace_create(plan, &workspace, error);
  if (!code && before < refused && refused <= made)
    fail_msg("allocation %ld refused: there is a workspace, without it", refused);
  refused = 0;
  if (!code)
    code = run_plan(plan, &(pvs_output_options){0}, NULL, digest, NULL, error);
  pvs_workspace_destroy(workspace);
  pvs_plan_destroy(plan);
  pvs_study_close(study);
  return code;
}

/* A few of them are made again in another way: then nothing is lost, and the outputs are the same. */
static void every_allocation_may_fail(void **state) {
  (void)state;
  if (!REFUSES)
    skip();
  memory_base base;
  memory_base_init(&base);
  memory_put_calendar_tariff(
      &base, "tariff_id,charge,register,rate,unit,days,per,up_to_kWh_per_day,rate_above\n"
             "cal,import,,20,c/kWh,all,,,\ncal,import,pool,9,c/kWh,all,,,\n"
             "cal,feed_in,,9,c/kWh,all,month,0.5,3\ncal,solar,,12,c/kWh,all,,,\n"
             "cal,demand,,30,c/kW/day,weekday,month,,\n");
  memory_put_series(&base, "load_profiles/pool/load.csv",
                    (const char *const[]){"cp", "A1", "A1:pool"}, 3, false, 6);
  const memory_file *study = memory_find(&base, MEMORY_STUDY);
  char text[8192];
  snprintf(text, sizeof text,
           "%.*s8,pool,btm_s_c,cal,cal,zero,cal,20,0.06,usual,roof,legacy,,,,,,,,,,,\n",
           (int)study->size, study->data);
  memory_put(&base, MEMORY_STUDY, text);
  pvs_error error = {0};
  uint64_t expected = 0;
  assert_int_equal(prepare(&base, &expected, &error), PVS_OK);
  long failed = 0;
  for (long which = 1;; which++) {
    long before = held;
    uint64_t digest = 0;
    error = (pvs_error){0};
    made = 0;
    refused = which;
    pvs_code code = prepare(&base, &digest, &error);
    if (made < which)
      break;
    failed += code != PVS_OK;
    if (code ? code != PVS_NO_MEMORY || error.code != code : digest != expected)
      fail_msg("allocation %ld refused: code %d, error %d", which, (int)code, (int)error.code);
    if (held != before)
      fail_msg("allocation %ld refused: %ld blocks were not given back", which, held - before);
  }
  assert_true(failed > 20);
  memory_base_deinit(&base);
}

static void a_folder_that_is_given_up_is_removed(void **state) {
  (void)state;
  if (!REFUSES)
    skip();
  char scratch[] = "/tmp/test_no_memory_XXXXXX", target[64], path[PATH_MAX + 16];
  assert_non_null(mkdtemp(scratch));
  snprintf(target, sizeof target, "%s/out", scratch);
  pvs_new_folder folder;
  assert_int_equal(pvs_new_folder_begin(&folder, target, NULL), PVS_OK);
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/in", folder.partial);
    assert_int_equal(i ? 0 : mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s%s/file.csv", folder.partial, i ? "" : "/in");
    assert_int_equal(close(creat(path, 0600)), 0);
  }
  made = 0;
  refused = 1;
  pvs_new_folder_abandon(&folder);
  refused = 0;
  assert_int_equal(rmdir(scratch), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                     cmocka_unit_test(a_folder_that_is_given_up_is_removed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
