/* decide/explore_state.h: the table of configurations, which has room for so many and no more. */
#include "decide/explore_state.h"

#include "unit/decide_support.h"

enum { MANY = 20000, VALUES = 50 };

/* Threads with one parameter: no pins, so that each point is itself. */
static hx_explore *search_of(int cpus) {
  hx_space space = {.executors = {HX_SPACE_SERIAL, HX_SPACE_THREADS},
                    .executor_names = {"serial", "threads"},
                    .n_executors = 2,
                    .axes = {{.name = "level", .n_values = VALUES, .ordered = true}},
                    .n_axes = 1,
                    .place_axis = 1,
                    .cpus = cpus};
  hx_explore_options options = hx_explore_defaults();
  hx_explore *x = hx_explore_create(&space, &options);
  assert_non_null(x);
  return x;
}

static hx_point point_of(int number) {
  return (hx_point){
      .executor = 1, .processes = 1, .threads = 1 + number / VALUES, .value = {number % VALUES}};
}

/* In the order in which they are asked for; the serial run is the first. */
static void each_has_a_number_until_the_table_is_full(void **state) {
  (void)state;
  hx_explore *x = search_of(MANY);
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < MANY; i++) {
      hx_point p = point_of(i);
      int expected = i + 1 < HX_EXPLORE_NODES ? i + 1 : -1;
      assert_int_equal(round == 0 ? hx_explore_node(x, p) : hx_explore_known(x, &p), expected);
    }
  assert_int_equal(hx_explore_count(x), HX_EXPLORE_NODES);
  hx_explore_destroy(x);
}

/* They are remembered too, so that nobody computes again that they cannot run: half of the table at the
 * most, in which a search for what is not there would otherwise take long or not end. */
static void what_is_not_part_of_the_space_fills_half_of_the_table(void **state) {
  (void)state;
  hx_explore *x = search_of(1);
  for (int i = 0; i < MANY; i++) {
    hx_point p = point_of(i + 2 * VALUES); /* three threads and more on one CPU */
    assert_int_equal(hx_explore_node(x, p), -1);
    assert_int_equal(hx_explore_known(x, &p), -1);
  }
  assert_int_equal(x->n_aliases, HX_EXPLORE_HASH / 2);
  assert_int_equal(hx_explore_count(x), 1);
  hx_explore_destroy(x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_has_a_number_until_the_table_is_full),
      cmocka_unit_test(what_is_not_part_of_the_space_fills_half_of_the_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
