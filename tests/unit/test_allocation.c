/* CPU sets as text, and what takes CPUs away: cgroup quotas of both versions, read from made-up
 * machines. */
#include "error_support.h"
#include "machine/allocation.h"
#include "machine/topo.h"
#include "machine_support.h"

#include <sched.h>

/* ------------------------------------------------------------------------------------ sets */

static hx_cpuset parse(const char *text) {
  hx_cpuset set;
  pvs_error error;
  if (!hx_cpuset_parse(text, &set, afresh(&error)))
    fail_msg("%s", error.message);
  return set;
}

static void sets_keep_their_text(void **state) {
  (void)state;
  static const char *const same[] = {"", "0", "0-3,8", "1023", "0-1023", "62-65,127-128", "0,2,4"};
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
    char text[HX_CPUSET_TEXT];
    hx_cpuset set = parse(same[i]);
    assert_int_equal(hx_cpuset_format(&set, text, sizeof text), strlen(same[i]));
    assert_string_equal(text, same[i]);
  }
  static const char *const other[][2] = {
      {"3,1,2,0", "0-3"}, {"0-3\n", "0-3"}, {"0-5,2-7", "0-7"}, {"007", "7"}, {"\n", ""}};
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
    char text[HX_CPUSET_TEXT];
    hx_cpuset set = parse(other[i][0]);
    hx_cpuset_format(&set, text, sizeof text);
    assert_string_equal(text, other[i][1]);
  }
}

static void the_longest_set_fits(void **state) {
  (void)state;
  hx_cpuset set = {{0}};
  char text[HX_CPUSET_TEXT];
  for (int cpu = 0; cpu < HX_CPUSET_BITS; cpu += 2)
    hx_cpuset_add(&set, cpu);
  size_t length = hx_cpuset_format(&set, text, sizeof text);
  assert_true(length < sizeof text);
  hx_cpuset again = parse(text);
  assert_true(hx_cpuset_equal(&set, &again));
  char small[8];
  assert_int_equal(hx_cpuset_format(&set, small, sizeof small), length);
  assert_string_equal(small, "0,2,4,6");
}

static void bad_lists_are_refused_and_change_nothing(void **state) {
  (void)state;
  static const char *const bad[] = {"-1", "a",    "1-",          "3-1",    "1,",    ",1", "1,,2",
                                    " 1", "1024", "99999999999", "0-1024", "1-2-3", "1;2"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    pvs_error error;
    hx_cpuset set = parse("5");
    int cpu[4];
    assert_false(hx_cpuset_parse(bad[i], &set, afresh(&error)));
    assert_non_null(strstr(error.message, "expected CPU numbers 0 to 1023"));
    assert_true(hx_cpuset_has(&set, 5) && hx_cpuset_count(&set) == 1);
    assert_int_equal(hx_cpulist_parse(bad[i], cpu, 4, afresh(&error)), -1);
  }
}

static void lists_keep_their_order(void **state) {
  (void)state;
  int cpu[4] = {0};
  pvs_error error;
  assert_int_equal(hx_cpulist_parse("9,2-3,9", cpu, 4, afresh(&error)), 4);
  assert_true(cpu[0] == 9 && cpu[1] == 2 && cpu[2] == 3 && cpu[3] == 9);
  assert_int_equal(hx_cpulist_parse("0-99", cpu, 4, afresh(&error)), 100);
  assert_int_equal(cpu[3], 3);
}

static void sets_combine(void **state) {
  (void)state;
  hx_cpuset a = parse("0-3,64"), b = parse("2-5"), r;
  r = hx_cpuset_and(&a, &b);
  assert_int_equal(hx_cpuset_count(&r), 2);
  assert_true(hx_cpuset_is_inside(&r, &a) && hx_cpuset_is_inside(&r, &b));
  r = hx_cpuset_or(&a, &b);
  assert_int_equal(hx_cpuset_count(&r), 7);
  assert_false(hx_cpuset_is_inside(&r, &a));
  r = hx_cpuset_minus(&a, &b);
  assert_int_equal(hx_cpuset_next(&r, 1), 64);
  assert_int_equal(hx_cpuset_next(&r, 64), -1);
  assert_false(hx_cpuset_has(&a, -1) || hx_cpuset_has(&a, HX_CPUSET_BITS));
}

/* ----------------------------------------------------------------------------------- quotas */

#define V2_MOUNT "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT                                                                                   \
  "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"                                     \
  "32 31 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"                              \
  "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"

static void expect_quota(const fake_root *root, double cpus, const char *source) {
  hx_quota quota = hx_quota_read(root->path);
  assert_string_equal(quota.where, source);
  assert_true(quota.cpus > cpus - 1e-9 && quota.cpus < cpus + 1e-9);
}

static void no_cgroups_no_quota(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  expect_quota(&root, 0, "");
  fake_root_write(&root, "/proc/self/cgroup", "0::/a\n");
  expect_quota(&root, 0, "");
  fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT);
  expect_quota(&root, 0, "");
  fake_root_write(&root, "/sys/fs/cgroup/a/cpu.max", "max 100000\n");
  expect_quota(&root, 0, "");
  fake_root_remove(&root);
}

static void a_v2_quota_and_its_ancestors(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT);
  fake_root_write(&root, "/proc/self/cgroup", "0::/user.slice/job.scope\n");
  fake_root_write(&root, "/sys/fs/cgroup/user.slice/job.scope/cpu.max", "150000 100000\n");
  expect_quota(&root, 1.5, "/sys/fs/cgroup/user.slice/job.scope/cpu.max");
  fake_root_write(&root, "/sys/fs/cgroup/user.slice/cpu.max", "400000 100000\n");
  expect_quota(&root, 1.5, "/sys/fs/cgroup/user.slice/job.scope/cpu.max");
  fake_root_write(&root, "/sys/fs/cgroup/user.slice/cpu.max", "50000 200000\n");
  expect_quota(&root, 0.25, "/sys/fs/cgroup/user.slice/cpu.max");
  fake_root_remove(&root);
}

/* Whole CPUs, as this is how many jobs or workers there is room for. */
static void a_quota_limits_the_usable_cpus(void **state) {
  (void)state;
  cpu_set_t before, two;
  fake_root root = fake_root_make();
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  if (CPU_COUNT(&before) >= 2) {
    CPU_ZERO(&two);
    for (size_t cpu = 0; CPU_COUNT(&two) < 2; cpu++)
      if (CPU_ISSET(cpu, &before))
        CPU_SET(cpu, &two);
    assert_int_equal(sched_setaffinity(0, sizeof two, &two), 0);
    assert_int_equal(hx_cpus_usable(root.path), 2);
    static const struct {
      const char *quota;
      int cpus;
    } cases[] = {{"max 1000", 2},  {"3500 1000", 2}, {"2000 1000", 2},
                 {"1999 1000", 1}, {"1000 1000", 1}, {"200 1000", 1}};
    fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT);
    fake_root_write(&root, "/proc/self/cgroup", "0::/a\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      fake_root_write(&root, "/sys/fs/cgroup/a/cpu.max", cases[i].quota);
      assert_int_equal(hx_cpus_usable(root.path), cases[i].cpus);
    }
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
  }
  fake_root_remove(&root);
}

static void a_container_sees_its_cgroup_as_the_root(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  /* With a cgroup namespace the path is "/"; without, the mount shows the container's cgroup. */
  fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT);
  fake_root_write(&root, "/proc/self/cgroup", "0::/\n");
  fake_root_write(&root, "/sys/fs/cgroup/cpu.max", "200000 100000\n");
  expect_quota(&root, 2, "/sys/fs/cgroup/cpu.max");
  fake_root_write(&root, "/proc/self/mountinfo",
                  "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  fake_root_write(&root, "/proc/self/cgroup", "0::/docker/abc\n");
  expect_quota(&root, 2, "/sys/fs/cgroup/cpu.max");
  fake_root_write(&root, "/proc/self/cgroup", "0::/docker/abcdef\n"); /* not below /docker/abc */
  expect_quota(&root, 2, "/sys/fs/cgroup/cpu.max");
  fake_root_write(&root, "/proc/self/cgroup", "0::/docker/abc/inner\n");
  fake_root_write(&root, "/sys/fs/cgroup/inner/cpu.max", "100000 100000\n");
  expect_quota(&root, 1, "/sys/fs/cgroup/inner/cpu.max");
  fake_root_remove(&root);
}

static void a_v1_quota(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  const char *folder = "/sys/fs/cgroup/cpu,cpuacct/job";
  char path[128];
  fake_root_write(&root, "/proc/self/mountinfo", V1_MOUNT);
  fake_root_write(&root, "/proc/self/cgroup", "7:cpuset:/other\n4:cpu,cpuacct:/job\n0::/x\n");
  snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
  fake_root_write(&root, path, "100000\n");
  snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
  fake_root_write(&root, path, "-1\n");
  expect_quota(&root, 0, "");
  fake_root_write(&root, path, "250000\n");
  expect_quota(&root, 2.5, path);
  fake_root_remove(&root);
}

static void nonsense_in_quota_files_is_no_quota(void **state) {
  (void)state;
  static const char *const nonsense[] = {"", "abc", "100000", "0 100000", "-5 100000", "5 0"};
  fake_root root = fake_root_make();
  fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT "short line\n - cgroup2\n");
  fake_root_write(&root, "/proc/self/cgroup", "0::/a\nno colons here\n");
  for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
    fake_root_write(&root, "/sys/fs/cgroup/a/cpu.max", nonsense[i]);
    expect_quota(&root, 0, "");
  }
  fake_root_remove(&root);
}

static void a_quota_reaches_the_topology(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  pvs_error error;
  char text[512];
  fake_root_write(&root, "/proc/self/mountinfo", V2_MOUNT);
  fake_root_write(&root, "/proc/self/cgroup", "0::/a\n");
  fake_root_write(&root, "/sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  hx_topo_origin source = {.synthetic = "core:4 pu:2", .root = root.path, .allowed = "0-5"};
  hx_topo *topo = hx_topo_open(&source, afresh(&error));
  assert_non_null(topo);
  assert_int_equal(hx_topo_get_counts(topo)->usable, 2);
  hx_allocation_explain(hx_topo_get_allocation(topo), text, sizeof text);
  assert_string_equal(text, "6 of 8 CPUs (0-5); 6-7 taken by the restriction asked for; quota 1.5 "
                            "CPUs (/sys/fs/cgroup/a/cpu.max)");
  hx_topo_close(topo);
  fake_root_remove(&root);
}

static void the_inherited_mask_counts_on_the_live_machine(void **state) {
  (void)state;
  hx_cpuset before;
  pvs_error error;
  assert_true(hx_affinity_read(0, &before));
  int first = hx_cpuset_next(&before, -1);
  cpu_set_t one, all;
  CPU_ZERO(&one);
  CPU_SET((size_t)first, &one);
  CPU_ZERO(&all);
  for (int c = first; c >= 0; c = hx_cpuset_next(&before, c))
    CPU_SET((size_t)c, &all);
  assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
  hx_topo *topo = hx_topo_open(&(hx_topo_origin){0}, afresh(&error));
  assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
  assert_non_null(topo);
  assert_int_equal(hx_topo_get_counts(topo)->pus, 1);
  assert_int_equal(hx_topo_pus(topo, &(int){0})[0].cpu, first);
  hx_topo_close(topo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sets_keep_their_text),
      cmocka_unit_test(the_longest_set_fits),
      cmocka_unit_test(bad_lists_are_refused_and_change_nothing),
      cmocka_unit_test(lists_keep_their_order),
      cmocka_unit_test(sets_combine),
      cmocka_unit_test(no_cgroups_no_quota),
      cmocka_unit_test(a_v2_quota_and_its_ancestors),
      cmocka_unit_test(a_quota_limits_the_usable_cpus),
      cmocka_unit_test(a_container_sees_its_cgroup_as_the_root),
      cmocka_unit_test(a_v1_quota),
      cmocka_unit_test(nonsense_in_quota_files_is_no_quota),
      cmocka_unit_test(a_quota_reaches_the_topology),
      cmocka_unit_test(the_inherited_mask_counts_on_the_live_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
