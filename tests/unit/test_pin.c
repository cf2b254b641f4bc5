/* Pin strategies, against the machines and expected places in tests/topo (see the README there). */
#include "error_support.h"
#include "machine/bind.h"
#include "machine/grid.h"
#include "machine/identity.h"
#include "machine/pin.h"
#include "machine/topo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 8192, LINES = 200 };

/* ------------------------------------------------------------------------- answering a line */

/* A case file, split into lines; each is a setting ("key = value"), a question ("what: expected"),
 * or text. */
typedef struct topo_case {
  char line[LINES][LINE];
  int n;
} topo_case;

static void say_machine(const hx_topo *topo, char *out) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n =
      snprintf(out, LINE,
               "packages %d, NUMA nodes %d, L3s %d, cores %d, PUs %d, most PUs a core %d, usable "
               "%d",
               c->packages, c->numa_nodes, c->l3s, c->cores, c->pus, c->pus_per_core, c->usable);
  if (c->kinds > 1)
    snprintf(out + n, LINE - (size_t)n, ", kinds %d, of the best %d cores %d PUs", c->kinds,
             c->cores_best_kind, c->pus_best_kind);
}

static void say_counts(const hx_topo *topo, int units, char *out) {
  hx_grid_count count[16];
  int n = hx_grid_counts(topo, units, count, 16);
  size_t at = 0;
  for (int i = 0; i < n; i++)
    at += (size_t)snprintf(out + at, LINE - at, "%s%d (%s)", i > 0 ? ", " : "", count[i].workers,
                           count[i].why);
}

static void say_shapes(const hx_topo *topo, int units, char *out) {
  hx_grid_shape shape[16];
  int n = hx_grid_shapes(topo, units, shape, 16);
  size_t at = 0;
  snprintf(out, LINE, "-");
  for (int i = 0; i < n; i++)
    at += (size_t)snprintf(out + at, LINE - at, "%s%dx%d (%s)", i > 0 ? ", " : "",
                           shape[i].processes, shape[i].threads, shape[i].why);
}

static void say_places(const hx_topo *topo, char *question, char *out) {
  pvs_error error;
  char *shape = strrchr(question, ' ');
  int first, second;
  if (shape == NULL || !hx_shape_parse(shape + 1, &first, &second, afresh(&error))) {
    snprintf(out, LINE, "not a question");
    return;
  }
  *shape = '\0';
  int processes = second > 0 ? first : 1, threads = second > 0 ? second : first;
  hx_place *place = calloc((size_t)(processes * threads), sizeof *place);
  assert_non_null(place);
  if (!hx_pin_place(topo, question, processes, threads, place, afresh(&error))) {
    snprintf(out, LINE, "error %s", error.message);
    free(place);
    return;
  }
  size_t at = 0;
  for (int w = 0; w < processes * threads; w++) {
    char set[HX_CPUSET_TEXT];
    hx_cpuset_format(&place[w].cpus, set, sizeof set);
    const char *part = w == 0 ? "" : w % threads == 0 && processes > 1 ? " | " : " ";
    at += (size_t)snprintf(out + at, LINE - at, "%s%s", part, set[0] != '\0' ? set : "-");
    if (place[w].mem_node >= 0)
      at += (size_t)snprintf(out + at, LINE - at, "@%d", place[w].mem_node);
  }
  free(place);
}

static const char *setting(const topo_case *c, const char *key) {
  static char value[4][LINE];
  static int turn;
  char prefix[64];
  snprintf(prefix, sizeof prefix, "%s = ", key);
  for (int i = 0; i < c->n; i++)
    if (strncmp(c->line[i], prefix, strlen(prefix)) == 0) {
      char *v = value[turn++ % 4];
      snprintf(v, LINE, "%s", c->line[i] + strlen(prefix));
      return v;
    }
  return NULL;
}

static hx_topo *open_case(const topo_case *c) {
  static char path[LINE * 2];
  pvs_error error;
  const char *xml = setting(c, "xml"), *quota = setting(c, "quota");
  snprintf(path, sizeof path, "%s/topo/%s", PVT_TESTS_DIR, xml != NULL ? xml : "");
  hx_topo_origin source = {.synthetic = setting(c, "synthetic"),
                           .xml = xml != NULL ? path : NULL,
                           .allowed = setting(c, "allowed"),
                           .quota_cpus = quota != NULL ? atof(quota) : 0};
  hx_topo *topo = hx_topo_open(&source, afresh(&error));
  if (topo == NULL)
    fail_msg("%s", error.message);
  return topo;
}

static void answer(const hx_topo *topo, int units, const char *question, char *out) {
  char q[LINE];
  snprintf(q, sizeof q, "%s", question);
  out[0] = '\0';
  if (strcmp(q, "machine") == 0)
    say_machine(topo, out);
  else if (strcmp(q, "allocation") == 0)
    snprintf(out, LINE, "%s", hx_identity_of(topo).allocation);
  else if (strcmp(q, "counts") == 0)
    say_counts(topo, units, out);
  else if (strcmp(q, "shapes") == 0)
    say_shapes(topo, units, out);
  else
    say_places(topo, q, out);
}

/* ------------------------------------------------------------------------------- the files */

static topo_case *read_case(const char *path) {
  topo_case *c = calloc(1, sizeof *c);
  FILE *f = fopen(path, "r");
  assert_non_null(c);
  assert_non_null(f);
  while (c->n < LINES && fgets(c->line[c->n], LINE, f) != NULL) {
    c->line[c->n][strcspn(c->line[c->n], "\n")] = '\0';
    c->n++;
  }
  assert_true(c->n < LINES);
  fclose(f);
  return c;
}

/* The colon that ends the question: the first followed by a blank or nothing ("list:0,1 2: ..." has
 * one before). */
static char *end_of_question(char *line) {
  if (line[0] == '#' || strstr(line, " = ") != NULL)
    return NULL;
  for (char *c = strchr(line, ':'); c != NULL; c = strchr(c + 1, ':'))
    if ((c[1] == ' ' && (c - line != 4 || strncmp(line, "list", 4) != 0)) || c[1] == '\0')
      return c;
  return NULL;
}

/* Returns the number of lines that differ; prints them. With `regenerate` the file is rewritten
 * instead. */
static int check_case(const char *name, bool regenerate, int *questions) {
  char path[LINE], got[LINE];
  snprintf(path, sizeof path, "%s/topo/%s", PVT_TESTS_DIR, name);
  topo_case *c = read_case(path);
  hx_topo *topo = open_case(c);
  const char *units_text = setting(c, "units");
  int units = units_text != NULL ? atoi(units_text) : 0, differing = 0;
  for (int i = 0; i < c->n; i++) {
    char *colon = end_of_question(c->line[i]);
    if (colon == NULL)
      continue;
    *colon = '\0';
    answer(topo, units, c->line[i], got);
    const char *expected = colon[1] == ' ' ? colon + 2 : colon + 1;
    ++*questions;
    if (!regenerate && strcmp(expected, got) != 0) {
      printf("topo/%s:%d  %s\n  expected  %s\n  got       %s\n", name, i + 1, c->line[i], expected,
             got);
      differing++;
    }
    *colon = ':';
    if (regenerate)
      snprintf(colon, LINE - (size_t)(colon - c->line[i]), ": %s", got);
  }
  if (regenerate) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < c->n; i++)
      fprintf(f, "%s\n", c->line[i]);
    assert_int_equal(fclose(f), 0);
  }
  hx_topo_close(topo);
  free(c);
  return differing;
}

static void every_place_is_as_expected(void **state) {
  (void)state;
  DIR *dir = opendir(PVT_TESTS_DIR "/topo");
  assert_non_null(dir);
  int files = 0, questions = 0, differing = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    const char *dot = strrchr(entry->d_name, '.');
    if (dot == NULL || strcmp(dot, ".txt") != 0)
      continue;
    files++;
    differing += check_case(entry->d_name, getenv("PVT_TOPO_REGENERATE") != NULL, &questions);
  }
  closedir(dir);
  printf("%d topologies, %d lines\n", files, questions);
  assert_true(files >= 12);
  assert_int_equal(differing, 0);
}

/* ---------------------------------------------------------------- what holds for every machine */

static const char *const machines[] = {
    "core:1 pu:1",
    "pack:1 core:2 pu:1",
    "pack:1 l3:2 core:3 pu:2",
    "pack:2 numa:2 core:3 pu:2",
    "pack:3 l3:1 core:5 pu:4",
    "numa:3 core:2 pu:1",
};
static const char *const restrictions[] = {NULL, "0", "0-1"};

/* Any strategy, shape and machine: allowed CPUs only, no empty set but for none, the same again
 * when asked again, and no PU is used twice while another is free (compact, cores). */
static void places_keep_the_rules(void **state) {
  (void)state;
  pvs_error error;
  int strategies;
  const hx_pin_ops *const *pin = hx_pin_strategies(&strategies);
  for (size_t m = 0; m < sizeof machines / sizeof machines[0]; m++)
    for (size_t r = 0; r < sizeof restrictions / sizeof restrictions[0]; r++) {
      if (m == 0 && r == 2)
        continue; /* that machine has no CPU 1 */
      hx_topo_origin source = {.synthetic = machines[m], .allowed = restrictions[r]};
      hx_topo *topo = hx_topo_open(&source, afresh(&error));
      assert_non_null(topo);
      const hx_cpuset *allowed = &hx_topo_get_allocation(topo)->allowed;
      int pus = hx_topo_get_counts(topo)->pus;
      for (int s = 0; s < strategies; s++)
        for (int processes = 1; processes <= 7; processes++)
          for (int threads = 1; threads <= 7; threads++) {
            if (pin[s]->takes_list)
              continue;
            hx_place place[49], again[49];
            int n = processes * threads, used[HX_CPUSET_BITS] = {0};
            assert_true(
                hx_pin_place(topo, pin[s]->name, processes, threads, place, afresh(&error)));
            assert_true(
                hx_pin_place(topo, pin[s]->name, processes, threads, again, afresh(&error)));
            for (int w = 0; w < n; w++) {
              assert_int_equal(place[w].process, w / threads);
              assert_int_equal(place[w].thread, w % threads);
              assert_true(hx_cpuset_equal(&place[w].cpus, &again[w].cpus));
              assert_int_equal(place[w].mem_node, again[w].mem_node);
              assert_true(hx_cpuset_is_inside(&place[w].cpus, allowed));
              assert_int_equal(hx_cpuset_is_empty(&place[w].cpus),
                               strcmp(pin[s]->name, "none") == 0);
              for (int c = hx_cpuset_next(&place[w].cpus, -1); c >= 0;
                   c = hx_cpuset_next(&place[w].cpus, c))
                used[c]++;
            }
            bool single =
                strcmp(pin[s]->name, "compact") == 0 || strcmp(pin[s]->name, "cores") == 0;
            for (int c = 0; c < HX_CPUSET_BITS && single; c++)
              assert_true(!hx_cpuset_has(allowed, c) || used[c] == n / pus ||
                          used[c] == n / pus + (n % pus != 0));
            for (int c = 0; c < HX_CPUSET_BITS && n <= pus && strcmp(pin[s]->name, "spread") == 0;
                 c++)
              assert_true(used[c] <= 1);
          }
      hx_topo_close(topo);
    }
}

static void strategies_are_found_by_name(void **state) {
  (void)state;
  int n;
  const hx_pin_ops *const *pin = hx_pin_strategies(&n);
  for (int i = 0; i < n; i++) {
    assert_ptr_equal(hx_pin_find(pin[i]->name), pin[i]);
    assert_int_equal(hx_pin_rank(pin[i]->name), i);
  }
  assert_ptr_equal(hx_pin_find("list:0-3"), &hx_pin_list);
  assert_null(hx_pin_find("compact:0"));
  assert_null(hx_pin_find(""));
  assert_null(hx_pin_find("compac"));
  assert_int_equal(hx_pin_rank("compac"), n);
}

/* --------------------------------------------------------------------------------- binding */

/* A worker on the first allowed CPU of this very machine. */
static hx_place first_cpu(void) {
  hx_cpuset inherited;
  assert_true(hx_affinity_read(0, &inherited));
  hx_place place = {.cpus = {{0}}, .mem_node = -1};
  hx_cpuset_add(&place.cpus, hx_cpuset_next(&inherited, -1));
  return place;
}

static void *bind_and_prove(void *to) {
  pvs_error error;
  hx_place place = first_cpu();
  hx_bind_proof *proof = to;
  if (hx_bind_self(&place, afresh(&error)))
    proof[0] = hx_bind_prove(&place);
  /* Undone behind the worker's back. */
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  sched_setaffinity(0, sizeof all, &all);
  proof[1] = hx_bind_prove(&place);
  return NULL;
}

static void a_binding_is_proven_and_its_loss_is_seen(void **state) {
  (void)state;
  hx_bind_proof proof[2] = {{.holds = false}, {.holds = true}};
  hx_cpuset before, after;
  assert_true(hx_affinity_read(0, &before));
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, bind_and_prove, proof), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_true(proof[0].holds);
  assert_int_equal(hx_cpuset_count(&proof[0].cpus), 1);
  assert_true(hx_cpuset_has(&proof[0].cpus, proof[0].last_cpu));
  if (hx_cpuset_count(&before) > 1)
    assert_false(proof[1].holds);
  assert_true(hx_affinity_read(0, &after));
  assert_true(hx_cpuset_equal(&before, &after)); /* other threads are left alone */
}

static void an_unbound_place_always_holds(void **state) {
  (void)state;
  hx_place place = {.cpus = {{0}}, .mem_node = -1};
  pvs_error error;
  hx_cpuset mask;
  assert_true(hx_bind_self(&place, afresh(&error)));
  hx_bind_proof proof = hx_bind_prove(&place);
  assert_true(hx_affinity_read(0, &mask));
  assert_true(proof.holds);
  assert_true(hx_cpuset_equal(&proof.cpus, &mask));
  assert_int_equal(proof.mem_node, -1);
}

static void a_cpu_that_is_not_there_is_refused_by_name(void **state) {
  (void)state;
  hx_place place = {.cpus = {{0}}, .mem_node = -1, .process = 3, .thread = 1};
  pvs_error error;
  hx_cpuset_add(&place.cpus, HX_CPUSET_BITS - 1);
  assert_false(hx_bind_self(&place, afresh(&error)));
  assert_non_null(strstr(error.message, "worker 3.1 cannot be bound to CPUs 1023"));
}

static void *bind_memory_too(void *to) {
  hx_place place = first_cpu();
  place.mem_node = 0;
  hx_bind_proof *proof = to;
  pvs_error error;
  if (hx_bind_self(&place, afresh(&error)))
    *proof = hx_bind_prove(&place);
  else
    proof->last_cpu = -2; /* a kernel or container without NUMA policies */
  return NULL;
}

static void memory_is_bound_where_the_kernel_lets_us(void **state) {
  (void)state;
  hx_bind_proof proof = {.holds = false};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, bind_memory_too, &proof), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  if (proof.last_cpu == -2)
    skip();
  assert_true(proof.holds);
  assert_int_equal(proof.mem_node, 0);
}

#ifdef __SANITIZE_THREAD__
enum { OWN_TASKS = 2 }; /* the sanitizer has one */
#else
enum { OWN_TASKS = 1 };
#endif

static void a_process_is_sampled_from_outside(void **state) {
  (void)state;
  hx_bind_sample sample = {.tasks = 0};
  assert_int_equal(hx_bind_sample_process(getpid(), &sample), OWN_TASKS);
  assert_true(sample.tasks >= 1);
  assert_true(hx_cpuset_count(&sample.ran_on) >= 1);
  assert_true(hx_cpuset_is_inside(&sample.ran_on, &sample.allowed));
  assert_int_equal(hx_bind_sample_process(0x7ffffffe, &sample), 0);
}

static void the_union_of_places(void **state) {
  (void)state;
  hx_place place[2] = {{.mem_node = -1}, {.mem_node = -1}};
  hx_cpuset_add(&place[0].cpus, 3);
  hx_cpuset_add(&place[1].cpus, 700);
  hx_cpuset all = hx_place_union(place, 2);
  assert_int_equal(hx_cpuset_count(&all), 2);
  assert_true(hx_cpuset_has(&all, 3) && hx_cpuset_has(&all, 700));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_place_is_as_expected),
      cmocka_unit_test(places_keep_the_rules),
      cmocka_unit_test(strategies_are_found_by_name),
      cmocka_unit_test(a_binding_is_proven_and_its_loss_is_seen),
      cmocka_unit_test(an_unbound_place_always_holds),
      cmocka_unit_test(a_cpu_that_is_not_there_is_refused_by_name),
      cmocka_unit_test(memory_is_bound_where_the_kernel_lets_us),
      cmocka_unit_test(a_process_is_sampled_from_outside),
      cmocka_unit_test(the_union_of_places),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
