/* measure/context.h: what a listener is told, and that nobody need listen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/context.h"

#include <stdio.h>
#include <string.h>

typedef struct heard {
  hx_saying kind;
  int sentences, runs;
  char text[256];
} heard;

static void hear(void *ctx, hx_saying kind, const char *text) {
  heard *h = ctx;
  h->kind = kind;
  h->sentences++;
  snprintf(h->text, sizeof h->text, "%s", text);
}

static void hear_run(void *ctx, const hx_run_progress *progress) {
  ((heard *)ctx)->runs += (int)progress->run;
}

static void test_what_is_left_behind(void **state) {
  (void)state;
  static const struct {
    const char *side;
    int n;
    const char *text; /* "": nothing is said */
  } cases[] = {
      {NULL, 0, ""},
      {"A", -1, ""},
      {NULL, 1, "cmd:x leaves 1 process running when it ends, which is then ended too"},
      {"B", 1, "B: cmd:x leaves 1 process running when it ends, which is then ended too"},
      {"A", 2, "A: cmd:x leaves 2 processes running when it ends, which are then ended too"},
      {NULL, 12, "cmd:x leaves 12 processes running when it ends, which are then ended too"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    heard h = {.kind = HX_SAY_DETAIL};
    hx_listener listener = {.say = hear, .ctx = &h};
    hx_listener_left_behind(&listener, "cmd:x", cases[i].side, cases[i].n);
    assert_string_equal(h.text, cases[i].text);
    assert_int_equal(h.sentences, cases[i].text[0] != '\0');
    assert_int_equal(h.kind, h.sentences ? HX_SAY_WARNING : HX_SAY_DETAIL);
  }
}

static void test_nobody_need_listen(void **state) {
  (void)state;
  heard h = {.kind = HX_SAY_DETAIL};
  hx_listener deaf = {.ctx = &h}, listener = {.say = hear, .progress = hear_run, .ctx = &h};
  const hx_run_progress progress = {.run = 3};
  hx_listener_note(NULL, "%d", 1);
  hx_listener_note(&deaf, "%d", 2);
  hx_listener_progress(NULL, &progress);
  hx_listener_progress(&deaf, &progress);
  assert_true(h.sentences == 0 && h.runs == 0);
  hx_listener_note(&listener, "%d of %s", 3, "many");
  hx_listener_progress(&listener, &progress);
  assert_string_equal(h.text, "3 of many");
  assert_true(h.sentences == 1 && h.runs == 3 && h.kind == HX_SAY_NOTE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_left_behind),
                                     cmocka_unit_test(test_nobody_need_listen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
