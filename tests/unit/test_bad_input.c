/* Every error that a user can cause in an input file: a small valid base gets one fault, and the
 * message must say in which file, row and column, what was found and what was expected. */
#include "input_support.h"

#define LOAD_B "load_profiles/two/b.csv"
#define OWNERS "pv_profiles/owners.csv"

/* `from` (its first occurrence) becomes `to`; from NULL: `to` becomes the whole file; both NULL:
 * the file is removed. A '@' in `to` is a NUL byte. */
typedef struct fault {
  const char *file, *from, *to;
  pvs_code code;
  const char *expected;
} fault;

static void inject(memory_base *base, const fault *f) {
  if (!f->to) {
    memory_remove(base, f->file);
    return;
  }
  memory_file *file = memory_find(base, f->file);
  size_t at = 0, cut = file->size, added = strlen(f->to);
  if (f->from) {
    cut = strlen(f->from);
    char *hit = memmem(file->data, file->size, f->from, cut);
    if (!hit)
      fail_msg("%s has no '%s'", f->file, f->from);
    at = (size_t)(hit - file->data);
  }
  size_t size = file->size - cut + added;
  char *data = malloc(size + 1);
  assert_non_null(data);
  memcpy(data, file->data, at);
  memcpy(data + at, f->to, added);
  memcpy(data + at + added, file->data + at + cut, file->size - at - cut);
  for (size_t i = at; i < at + added; i++)
    if (data[i] == '@')
      data[i] = 0;
  memory_put_bytes(base, f->file, data, size);
  free(data);
}

static const fault faults[] = {
#include "bad_input_cases.inc"
};

static pvs_code open_study(const memory_base *base, pvs_error *error) {
  pvs_study_options options = memory_options(base);
  pvs_study *study = NULL;
  *error = (pvs_error){0};
  pvs_code code = pvs_study_open(&options, &study, error);
  assert_int_equal(code != PVS_OK, study == NULL);
  assert_int_equal(code, error->code);
  pvs_study_close(study);
  return code;
}

static void the_base_itself_is_fine(void **state) {
  (void)state;
  memory_base base;
  memory_base_init(&base);
  pvs_error error;
  char text[2048];
  if (open_study(&base, &error))
    fail_msg("%s", pvs_error_text(&error, text, sizeof text));
  assert_int_equal(base.held, 0);
  memory_base_deinit(&base);
}

static void every_fault_is_named(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < COUNT_OF(faults); i++) {
    memory_base base;
    pvs_error error;
    char text[2048];
    memory_base_init(&base);
    inject(&base, &faults[i]);
    pvs_code code = open_study(&base, &error);
    pvs_error_text(&error, text, sizeof text);
    if (code != faults[i].code || strcmp(text, faults[i].expected) != 0) {
      print_error("case %zu: code %d, expected %d\n  found    %s\n  expected %s\n", i, (int)code,
                  (int)faults[i].code, text, faults[i].expected);
      wrong++;
    }
    assert_int_equal(base.held, 0); /* everything read was released */
    memory_base_deinit(&base);
  }
  assert_int_equal(wrong, 0);
}

typedef struct findings {
  const char *expected;
  int errors, as_expected;
} findings;

/* Of several rows with the same fault the first is named. */
static void find(void *ctx, bool is_error, const char *text) {
  findings *f = ctx;
  size_t length = strlen(f->expected);
  f->errors += is_error;
  f->as_expected += is_error && strncmp(text, f->expected, length) == 0 &&
                    (!text[length] || strncmp(text + length, " (and so in ", 12) == 0);
}

/* A check goes on after an error, with whatever stands for the refused value, and tells it too. */
static void a_check_finds_every_fault(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < COUNT_OF(faults); i++) {
    memory_base base;
    pvs_error error = {0};
    findings found = {.expected = faults[i].expected};
    memory_base_init(&base);
    inject(&base, &faults[i]);
    pvs_study_options options = memory_options(&base);
    assert_int_equal(pvs_study_check(&options, find, &found, &error), PVS_OK);
    if (found.as_expected != 1) {
      print_error("case %zu: %d errors, %d of them\n  %s\n", i, found.errors, found.as_expected,
                  faults[i].expected);
      wrong++;
    }
    assert_int_equal(base.held, 0);
    memory_base_deinit(&base);
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_base_itself_is_fine),
      cmocka_unit_test(every_fault_is_named),
      cmocka_unit_test(a_check_finds_every_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
