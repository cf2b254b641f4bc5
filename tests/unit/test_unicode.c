#include "base/unicode.h"
#include "unit/base_support.h"

static void test_only_utf8_is_decoded(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length;
    uint32_t code;
  } cases[] = {
      {"a", 1, 'a'},
      {"", 1, 0},
      {"\u00a0", 2, 0xa0},
      {"\u20ac", 3, 0x20ac},
      {"\U0001f600", 4, 0x1f600},
      {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
      {"\x80", 0, 0},
      {"\xc1\xbf", 0, 0}, /* a character's later byte; overlong */
      {"\xe0\x9f\xbf", 0, 0},
      {"\xf0\x8f\xbf\xbf", 0, 0}, /* overlong */
      {"\xed\xa0\x80", 0, 0},     /* a surrogate */
      {"\xf4\x90\x80\x80", 0, 0},
      {"\xf9\x80\x80\x80", 0, 0}, /* beyond U+10FFFF */
      {"\xe2\x82", 0, 0},         /* its end is missing */
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    uint32_t code = 0;
    assert_int_equal(pvs_unicode_decode(cases[i].text, SIZE_MAX, &code), cases[i].length);
    if (cases[i].length > 0) {
      assert_int_equal(code, cases[i].code);
    }
  }
  uint32_t code;
  assert_int_equal(pvs_unicode_decode("\u20ac", 2, &code), 0); /* no room */
}

static void test_texts_that_look_the_same(void **state) {
  (void)state;
  static const struct {
    const char *text, *look;
  } cases[] = {
      {"TOU", "tou"},
      {" Apt\u00a0 1\u2003\u200bb\t",
       "apt 1 b"}, /* a no-break space, an em space, one without width */
      {"\u00c9t\u00e9 \u0160\u0142", "ete sl"}, /* Été Šł */
      {"E\u0301te\u0301", "ete"},               /* with combining accents */
      {"\u2010\u2013\u2212-", "----"},          /* a hyphen, an en dash, a minus */
      {"\ufeffso\u00adlar", "solar"},           /* a byte order mark, a soft hyphen */
      {"\u00c6\u00df\u00d7 \u03a9 \u20ac", "\u00c6\u00df\u00d7 \u03a9 \u20ac"}, /* others stay */
      {"\u0100\u010c\u010e\u0118\u011c\u0124\u0130\u0134\u0136\u013d", "acdeghijkl"},
      {"\u0147\u0150\u0158\u0160\u0164\u0170\u0174\u0178\u017d\u017f", "norstuwyzs"},
      {"apt_1-1", "apt_1-1"},
      {"\xff"
       "A",
       "\xff"
       "a"},
      {"", ""},
  };
  for (size_t i = 0; i < COUNT_OF(cases); i++) {
    char look[64];
    const size_t length = pvs_unicode_look(cases[i].text, look);
    look[length] = '\0';
    assert_string_equal(look, cases[i].look);
    assert_true(length <= strlen(cases[i].text));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_utf8_is_decoded),
      cmocka_unit_test(test_texts_that_look_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
