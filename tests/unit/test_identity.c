/* The machine id follows the hardware and nothing else; the allocation key follows what is allowed.
 */
#include "error_support.h"
#include "machine/identity.h"
#include "machine/topo.h"
#include "machine_support.h"

static hx_topo *open_topo(const hx_topo_origin *source) {
  pvs_error error;
  hx_topo *topo = hx_topo_open(source, afresh(&error));
  if (topo == NULL)
    fail_msg("%s", error.message);
  return topo;
}

static hx_identity identity(const hx_topo_origin *source) {
  hx_topo *topo = open_topo(source);
  hx_identity id = hx_identity_of(topo);
  hx_topo_close(topo);
  return id;
}

static hx_identity of_synthetic(const char *text) {
  return identity(&(hx_topo_origin){.synthetic = text});
}

#define MACHINE "pack:2 numa:2 l3:1(size=16777216) core:4 pu:2"

static void the_id_has_its_form(void **state) {
  (void)state;
  hx_identity id = of_synthetic(MACHINE);
  assert_int_equal(strlen(id.machine), 12);
  assert_memory_equal(id.machine, "m-", 2);
  assert_int_equal(strspn(id.machine + 2, "0123456789abcdef"), 10);
  assert_string_equal(id.allocation, "l3=4x4/numa=4x4/pus=32/quota=none");
}

static void what_is_allowed_changes_the_allocation_not_the_machine(void **state) {
  (void)state;
  hx_identity whole = of_synthetic(MACHINE);
  hx_identity part = identity(&(hx_topo_origin){.synthetic = MACHINE, .allowed = "0-7,12"});
  hx_identity slow = identity(&(hx_topo_origin){.synthetic = MACHINE, .quota_cpus = 1.5});
  assert_string_equal(part.machine, whole.machine);
  assert_string_equal(slow.machine, whole.machine);
  assert_string_equal(part.allocation, "l3=4x1+1x1/numa=4x1+1x1/pus=9/quota=none");
  assert_string_equal(slow.allocation, "l3=4x4/numa=4x4/pus=32/quota=1.5");
}

/* Which of several like domains is allowed makes no difference to the key. */
static void like_allocations_have_one_key(void **state) {
  (void)state;
  hx_identity first = identity(&(hx_topo_origin){.synthetic = MACHINE, .allowed = "0-7"});
  hx_identity last = identity(&(hx_topo_origin){.synthetic = MACHINE, .allowed = "24-31"});
  assert_string_equal(first.allocation, last.allocation);
}

static void other_hardware_is_another_machine(void **state) {
  (void)state;
  static const char *const machines[] = {
      MACHINE,
      "pack:2 numa:2 l3:1(size=33554432) core:4 pu:2", /* a larger cache */
      "pack:2 numa:2 l3:2(size=16777216) core:2 pu:2", /* shared otherwise */
      "pack:2 numa:2 l3:1(size=16777216) core:4 pu:1", /* no SMT */
      "pack:4 numa:1 l3:1(size=16777216) core:4 pu:2", /* other packages */
      "pack:2 numa:1 l3:2(size=16777216) core:4 pu:2", /* other nodes */
  };
  enum { N = sizeof machines / sizeof machines[0] };
  hx_identity id[N];
  for (int i = 0; i < N; i++)
    id[i] = of_synthetic(machines[i]);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < i; j++)
      assert_string_not_equal(id[i].machine, id[j].machine);
}

static void kinds_of_core_belong_to_the_machine(void **state) {
  (void)state;
  hx_topo *topo = open_topo(&(hx_topo_origin){.xml = PVT_TESTS_DIR "/topo/hybrid_pe.xml"});
  char text[4096];
  assert_true(hx_identity_describe(topo, text, sizeof text) < sizeof text);
  assert_non_null(strstr(text, "kind efficiency=0 pus=4\nkind efficiency=1 pus=8\n"));
  assert_non_null(strstr(text, "CPUModel=Hybrid 4P+4E"));
  assert_non_null(strstr(text, "core pus=2x4+1x4\n"));
  assert_non_null(strstr(text, "hypervisor -\n"));
  hx_topo_close(topo);
}

/* The same hardware under other kernels, loads and names; and through an XML export. */
static void the_live_machine_keeps_its_id(void **state) {
  (void)state;
  fake_root a = fake_root_make(), b = fake_root_make();
  fake_root_write(&a, "/proc/cpuinfo", "flags\t\t: fpu vme\n");
  fake_root_write(&a, "/proc/loadavg", "0.01 0.0 0.0 1/100 1\n");
  fake_root_write(&b, "/proc/cpuinfo", "flags\t\t: fpu vme\n");
  fake_root_write(&b, "/proc/loadavg", "9.99 9.0 9.0 9/100 1\n");
  fake_root_write(&b, "/proc/sys/kernel/osrelease", "7.0\n");
  hx_topo *topo = open_topo(&(hx_topo_origin){.root = a.path});
  hx_identity here = hx_identity_of(topo), busy = identity(&(hx_topo_origin){.root = b.path});
  assert_string_equal(here.machine, busy.machine);

  fake_root_write(&b, "/proc/cpuinfo", "flags\t\t: fpu vme hypervisor lahf_lm\n");
  hx_topo *guest = open_topo(&(hx_topo_origin){.root = b.path});
  hx_identity guest_id = hx_identity_of(guest);
  assert_string_not_equal(here.machine, guest_id.machine);

  pvs_error error;
  char xml[128];
  snprintf(xml, sizeof xml, "%s/export.xml", a.path);
  assert_true(hx_topo_export_xml(topo, xml, afresh(&error)));
  assert_string_equal(identity(&(hx_topo_origin){.xml = xml}).machine, here.machine);
  assert_true(hx_topo_export_xml(guest, xml, afresh(&error)));
  assert_string_equal(identity(&(hx_topo_origin){.xml = xml}).machine, guest_id.machine);
  assert_false(hx_topo_export_xml(topo, "/nonexistent/x.xml", afresh(&error)));
  char text[512];
  assert_non_null(strstr(pvs_error_text(&error, text, sizeof text), "/nonexistent/x.xml"));
  assert_non_null(strstr(text, "cannot be written: No such file or directory"));
  hx_topo_close(guest);
  hx_topo_close(topo);
  fake_root_remove(&a);
  fake_root_remove(&b);
}

/* ------------------------------------------------------------------------------------ facts */

static const char *fact_of(const hx_fact *fact, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(fact[i].name, name) == 0)
      return fact[i].value;
  fail_msg("no fact %s", name);
  return NULL;
}

static void facts_are_read(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  fake_root_write(&root, "/proc/sys/kernel/hostname", "sun\n");
  fake_root_write(&root, "/proc/sys/kernel/osrelease", "6.1.0\n");
  fake_root_write(&root, "/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
  fake_root_write(&root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  fake_root_write(&root, "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
  fake_root_write(&root, "/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  fake_root_write(&root, "/sys/devices/system/cpu/smt/control", "on\n");
  fake_root_write(&root, "/proc/sys/kernel/randomize_va_space", "2\n");
  fake_root_write(&root, "/proc/cpuinfo", "flags\t: fpu hypervisor\n");
  fake_root_write(&root, "/sys/class/dmi/id/sys_vendor", "QEMU\n");
  fake_root_write(&root, "/proc/meminfo", "MemTotal:  1000 kB\nSwapTotal:  2 kB\n");
  fake_root_write(&root, "/proc/loadavg", "0.25 0.5 0.75 1/9 4\n");
  fake_root_write(&root, "/proc/sys/kernel/random/boot_id", "b-1\n");
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:2 pu:1"});
  hx_fact fact[HX_FACTS_MAX];
  int n = hx_facts_read(topo, root.path, fact);
  static const char *const expected[][2] = {
      {"host", "sun"},
      {"kernel", "6.1.0"},
      {"os", "Debian GNU/Linux 12"},
      {"cpu_model", "unknown"},
      {"turbo", "off"},
      {"governor", "powersave+performance"},
      {"smt", "on"},
      {"aslr", "2"},
      {"hypervisor", "QEMU"},
      {"swap_bytes", "2048"},
      {"memory_bytes", "1024000"},
      {"load_1min", "0.25"},
      {"boot_id", "b-1"},
  };
  assert_int_equal(n, sizeof expected / sizeof expected[0]);
  for (int i = 0; i < n; i++)
    assert_string_equal(fact_of(fact, n, expected[i][0]), expected[i][1]);
  hx_topo_close(topo);
  fake_root_remove(&root);
}

static void a_silent_machine_gives_empty_facts(void **state) {
  (void)state;
  fake_root root = fake_root_make();
  hx_topo *topo = open_topo(&(hx_topo_origin){.synthetic = "core:2 pu:1"});
  hx_fact fact[HX_FACTS_MAX];
  int n = hx_facts_read(topo, root.path, fact);
  assert_int_equal(n, 13);
  for (int i = 0; i < n; i++) {
    bool known = strcmp(fact[i].name, "cpu_model") == 0 || strcmp(fact[i].name, "hypervisor") == 0;
    if (!known)
      assert_string_equal(fact[i].value, "");
  }
  assert_string_equal(fact_of(fact, n, "hypervisor"), "no");
  hx_topo_close(topo);
  fake_root_remove(&root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_id_has_its_form),
      cmocka_unit_test(what_is_allowed_changes_the_allocation_not_the_machine),
      cmocka_unit_test(like_allocations_have_one_key),
      cmocka_unit_test(other_hardware_is_another_machine),
      cmocka_unit_test(kinds_of_core_belong_to_the_machine),
      cmocka_unit_test(the_live_machine_keeps_its_id),
      cmocka_unit_test(facts_are_read),
      cmocka_unit_test(a_silent_machine_gives_empty_facts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
