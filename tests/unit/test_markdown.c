/* Texts in Markdown documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/markdown.h"

#include <stdlib.h>

static void test_nothing_is_markup_or_a_link(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {NULL, ""},
      {"a\nb", "a b"},
      {"a_b*|<i>[l](h)", "a\\_b\\*\\|\\<i>\\[l](h)"},
      {"https://example.org", "https\\://example.org"},
      {"HTTP://a and ftp://b", "HTTP\\://a and ftp\\://b"},
      {"see www.example.org", "see www\\.example.org"},
      {"WWW.a", "WWW\\.a"},
      {"cmd:a 1.5 s, ww.w", "cmd:a 1.5 s, ww.w"},
      {".www", ".www"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    hx_markdown_put(rows[i][0], out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, rows[i][1]);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_is_markup_or_a_link)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
