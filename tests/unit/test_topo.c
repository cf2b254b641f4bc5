/* Opening a topology: what is counted, how domains nest, and what is refused. (Counts of twenty
 * machines are in tests/topo, read by test_pin.) */
#include "error_support.h"
#include "machine/topo.h"
#include "machine_support.h"

#include <stdlib.h>
#include <sys/resource.h>

static hx_topo *open_topo(const hx_topo_origin *source) {
  pvs_error error;
  hx_topo *topo = hx_topo_open(source, afresh(&error));
  if (topo == NULL)
    fail_msg("%s", error.message);
  return topo;
}

static void expect_refusal(const hx_topo_origin *source, const char *part) {
  pvs_error error;
  assert_null(hx_topo_open(source, afresh(&error)));
  if (strstr(error.message, part) == NULL)
    fail_msg("found \"%s\", expected \"%s\" in it", error.message, part);
}

static void pus_know_their_domains(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "pack:2 numa:1 l3:2 core:2 pu:2"});
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  assert_int_equal(n, 16);
  for (int i = 0; i < n; i++) {
    assert_int_equal(pu[i].cpu, i);
    assert_int_equal(pu[i].core, i / 2);
    assert_int_equal(pu[i].sibling, i % 2);
    assert_int_equal(pu[i].l3, i / 4);
    assert_int_equal(pu[i].package, i / 8);
    assert_int_equal(pu[i].numa, i / 8);
    assert_int_equal(pu[i].numa_os, i / 8);
    assert_int_equal(pu[i].kind, 0);
  }
  hx_topo_close(topo);
}

/* Domains are renumbered over what is allowed; a lone second thread is its core's first. */
static void a_restriction_renumbers(void **state) {
  (void)state;
  hx_topo *topo = open_topo(
      &(hx_topo_origin){.synthetic = "pack:2 numa:1 l3:2 core:2 pu:2", .allowed = "3,12-13"});
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  assert_int_equal(n, 3);
  assert_true(pu[0].cpu == 3 && pu[0].core == 0 && pu[0].sibling == 0 && pu[0].numa_os == 0);
  assert_true(pu[1].cpu == 12 && pu[1].core == 1 && pu[1].l3 == 1 && pu[1].package == 1);
  assert_true(pu[2].cpu == 13 && pu[2].sibling == 1 && pu[2].numa == 1 && pu[2].numa_os == 1);
  assert_true(c->cores == 2 && c->cores_whole == 8 && c->pus_whole == 16);
  assert_true(c->l3s == 2 && c->l3s_whole == 4 && c->packages_whole == 2);
  hx_topo_close(topo);
}

static void levels_are_disjoint_and_nest(void **state) {
  (void)state;
  static const hx_topo_origin sources[] = {
      {.synthetic = "pack:2 numa:2 l3:2 core:2 pu:2"},
      {.synthetic = "pack:2 numa:2 l3:2 core:2 pu:2", .allowed = "1,3-9,20"},
      {.synthetic = "pu:1"},
      {.xml = PVT_TESTS_DIR "/topo/three_kinds.xml"},
  };
  for (size_t s = 0; s < sizeof sources / sizeof sources[0]; s++) {
    hx_topo *topo = open_topo(&sources[s]);
    const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
    int levels = hx_topo_levels(topo), n;
    for (int level = 0; level < levels; level++) {
      const hx_cpuset *domain = hx_topo_level(topo, level, &n);
      hx_cpuset seen = {{0}};
      for (int d = 0; d < n; d++) {
        hx_cpuset both = hx_cpuset_and(&seen, &domain[d]);
        assert_true(hx_cpuset_is_empty(&both));
        assert_false(hx_cpuset_is_empty(&domain[d]));
        assert_true(hx_cpuset_is_inside(&domain[d], allowed));
        seen = hx_cpuset_or(&seen, &domain[d]);
      }
    }
    const hx_cpuset *machine = hx_topo_level(topo, levels - 1, &n);
    assert_int_equal(n, 1);
    assert_true(hx_cpuset_equal(machine, allowed));
    hx_topo_close(topo);
  }
}

static void kinds_are_ranked_fastest_first(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/three_kinds.xml"});
  int n;
  const hx_pu *pu = hx_topo_pus(topo, &n);
  assert_int_equal(hx_topo_get_counts(topo)->kinds, 3);
  for (int i = 0; i < n; i++)
    assert_int_equal(pu[i].kind, pu[i].cpu < 4 ? 0 : pu[i].cpu < 8 ? 1 : 2);
  assert_int_equal(pu[n - 1].l3, -1); /* the slow cores have none */
  hx_topo_close(topo);
  /* Kinds that are not allowed do not count, and the ranks close up. */
  topo = open_topo(
      &(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/three_kinds.xml", .allowed = "5,8-9"});
  pu = hx_topo_pus(topo, &n);
  assert_int_equal(hx_topo_get_counts(topo)->kinds, 2);
  assert_true(pu[0].kind == 0 && pu[1].kind == 1 && pu[2].kind == 1);
  hx_topo_close(topo);
}

static void caches_are_counted_by_sharing(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/hybrid_pe.xml"});
  int n;
  const hx_cache *cache = hx_topo_caches(topo, &n);
  assert_int_equal(n, 3);
  assert_true(cache[0].level == 2 && cache[0].bytes == 1280 << 10 && cache[0].count == 4 &&
              cache[0].pus == 2);
  assert_true(cache[1].level == 2 && cache[1].bytes == 2 << 20 && cache[1].count == 1 &&
              cache[1].pus == 4);
  assert_true(cache[2].level == 3 && cache[2].pus == 12);
  assert_string_equal(hx_topo_cpu_model(topo), "Hybrid 4P+4E");
  hx_topo_close(topo);
}

static void this_machine_opens(void **state) {
  (void)state;
  fake_root no_quota = fake_root_make(); /* whatever cgroup the test itself runs in */
  hx_topo *topo = open_topo(&(hx_topo_origin){.root = no_quota.path});
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  hx_cpuset mask;
  assert_true(hx_affinity_read(0, &mask));
  assert_true(c->cores >= 1 && c->pus >= c->cores && c->usable == c->pus);
  assert_true(hx_cpuset_is_inside(&hx_topo_get_allocation(topo)->allowed, &mask));
  hx_topo_close(topo);
  fake_root_remove(&no_quota);
}

static void what_cannot_be_is_refused(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  char xml[128];
  snprintf(xml, sizeof xml, "%s/no.xml", root.path);
  expect_refusal(&(hx_topo_origin){.synthetic = "nonsense"}, "synthetic topology \"nonsense\"");
  expect_refusal(&(hx_topo_origin){.synthetic = ""}, "not understood by hwloc");
  expect_refusal(&(hx_topo_origin){.xml = xml}, "No such file or directory");
  fake_root_write(&root, "/no.xml", "not a topology");
  expect_refusal(&(hx_topo_origin){.xml = xml}, "expected a topology exported by hwloc");
  expect_refusal(&(hx_topo_origin){.xml = xml, .synthetic = "pu:1"}, "expected one of them");
  expect_refusal(&(hx_topo_origin){.synthetic = "pu:2", .allowed = "1-2"},
                 "--allowed: found 1-2, expected some of 0-1");
  expect_refusal(&(hx_topo_origin){.synthetic = "pu:2", .allowed = "x"}, "CPU list \"x\"");
  expect_refusal(&(hx_topo_origin){.synthetic = "pu:2", .allowed = ""}, "no CPU is allowed");
  expect_refusal(&(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/cgroup.xml", .allowed = "0-1"},
                 "taken by a cpuset cgroup");
  expect_refusal(&(hx_topo_origin){.synthetic = "pu:1025"},
                 "found 1025 CPUs, expected at most 1024");
  hx_topo_close(NULL);
  fake_root_remove(&root);
}

/* For a PU without a number hwloc wants 1 GB. */
static void memory_is_bounded_while_a_file_is_read(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  char xml[128], script[300];
  struct rlimit before, after;
  struct rusage of_children;
  pvs_error error;
  snprintf(xml, sizeof xml, "%s/numberless.xml", root.path);
  snprintf(script, sizeof script, "sed '/\"PU\" os_index=\"0\"/ s/os_index=\"0\"//' %s >%s",
           PVT_TESTS_DIR "/topo/cgroup.xml", xml);
  assert_int_equal(system(script), 0);
  assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
  hx_topo *topo = hx_topo_open(&(hx_topo_origin){.xml = xml}, afresh(&error));
  hx_topo_close(topo); /* with sanitizers there is none: they end the child that tries */
  assert_int_equal(getrlimit(RLIMIT_DATA, &after), 0);
  assert_true(after.rlim_cur == before.rlim_cur && after.rlim_max == before.rlim_max);
  assert_int_equal(getrusage(RUSAGE_CHILDREN, &of_children), 0);
  assert_in_range(of_children.ru_maxrss, 1, 300000);
  fake_root_remove(&root);
}

static bool is_mapped(const char *name) {
  char line[512];
  bool found = false;
  FILE *f = fopen("/proc/self/maps", "r");
  assert_non_null(f);
  while (fgets(line, sizeof line, f))
    found = found || strstr(line, name) != NULL;
  fclose(f);
  return found;
}

/* Unless a file is read, or whoever wants them says where they are. */
static void plugins_of_hwloc_are_not_loaded(void **state) {
  (void)state;
  assert_null(getenv("HWLOC_PLUGINS_PATH"));
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "pu:2"});
  assert_true(is_mapped("/libhwloc.so") && !is_mapped("/hwloc_"));
  assert_null(getenv("HWLOC_PLUGINS_PATH"));
  hx_topo_close(topo);
  setenv("HWLOC_PLUGINS_PATH", "/proc/nowhere", 1);
  hx_topo_close(open_topo(&(hx_topo_origin){.synthetic = "pu:2"}));
  assert_string_equal(getenv("HWLOC_PLUGINS_PATH"), "/proc/nowhere");
  unsetenv("HWLOC_PLUGINS_PATH");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pus_know_their_domains),
      cmocka_unit_test(a_restriction_renumbers),
      cmocka_unit_test(levels_are_disjoint_and_nest),
      cmocka_unit_test(kinds_are_ranked_fastest_first),
      cmocka_unit_test(caches_are_counted_by_sharing),
      cmocka_unit_test(this_machine_opens),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(memory_is_bounded_while_a_file_is_read),
      cmocka_unit_test(plugins_of_hwloc_are_not_loaded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
