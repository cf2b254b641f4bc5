/* The report's template engine: what it writes, what it refuses, and that no template or data can
 * make it do worse. */
#include "error_support.h"
#include "report_support.h"

#include "report/template.h"

#include <math.h>

static json_t *parse(const char *json) {
  json_error_t error;
  json_t *value = json_loads(json, JSON_DECODE_ANY, &error);
  if (!value)
    fail_msg("%s: %s", json, error.text);
  return value;
}

static char *fill(const char *template, const char *json, bool *ok, pvs_error *error) {
  json_t *data = parse(json);
  text t;
  text_begin(&t);
  *ok = hx_template_fill(template, "a.html", data, t.out, afresh(error));
  json_decref(data);
  return text_end(&t);
}

static void fills(void **state) {
  (void)state;
  static const struct {
    const char *template, *json, *expected;
  } cases[] = {
      {"", "{}", ""},
      {"no tags { } }}", "{}", "no tags { } }}"},
      {"{{a}}{{ a }}", "{\"a\":\"x\"}", "xx"},
      {"{{a}} {{&a}}", "{\"a\":\"<b>&'\\\"\"}", "&lt;b&gt;&amp;&#39;&quot; <b>&'\""},
      {"{{n}} {{r}} {{z}}.", "{\"n\":-3,\"r\":0.25,\"z\":null}", "-3 0.25 ."},
      {"{{a.b.c}}", "{\"a\":{\"b\":{\"c\":1}}}", "1"},
      /* sections */
      {"{{#l}}({{x}}){{/l}}", "{\"l\":[{\"x\":1},{\"x\":2}]}", "(1)(2)"},
      {"{{#l}}{{.}},{{/l}}", "{\"l\":[1,\"b\",2.5]}", "1,b,2.5,"},
      {"{{#l}}never{{/l}}{{^l}}none{{/l}}", "{\"l\":[]}", "none"},
      {"{{?l}}<{{#l}}{{.}}{{/l}}>{{/l}}", "{\"l\":[1,2]}", "<12>"},
      {"{{?l}}never{{/l}}", "{\"l\":[]}", ""},
      {"{{#o}}{{x}}{{y}}{{/o}}", "{\"o\":{\"x\":1},\"y\":2}", "12"},
      {"{{#t}}T{{/t}}{{^t}}F{{/t}}", "{\"t\":true}", "T"},
      {"{{#t}}T{{/t}}{{^t}}F{{/t}}", "{\"t\":0}", "F"},
      {"{{#t}}T{{/t}}{{^t}}F{{/t}}", "{\"t\":\"\"}", "F"},
      {"{{#t}}T{{/t}}{{^t}}F{{/t}}", "{\"t\":null}", "F"},
      {"{{#a}}{{#a}}{{.}}{{/a}}{{/a}}", "{\"a\":[[1,2],[3]]}", NULL}, /* "a" is not in an array */
      /* parts */
      {"{{<p}}[{{x}}]{{/p}}{{>p}}{{#l}}{{>p}}{{/l}}", "{\"x\":0,\"l\":[{\"x\":1}]}", "[0][1]"},
      {"{{>p}}{{<p}}later{{/p}}", "{}", "later"},
      {"{{<t}}{{n}}{{#c}}({{>t}}){{/c}}{{/t}}{{>t}}",
       "{\"n\":1,\"c\":[{\"n\":2,\"c\":[]},{\"n\":3,\"c\":[{\"n\":4,\"c\":[]}]}]}", "1(2)(3(4))"},
      /* remarks and lines */
      {"a{{! a remark }}b", "{}", "ab"},
      {"a\n  {{#t}}\n  x\n  {{/t}}\nb\n", "{\"t\":true}", "a\n  x\nb\n"},
      {"a\n{{! alone }}\nb", "{}", "a\nb"},
      {"a {{#t}}\nx{{/t}}\n", "{\"t\":true}", "a \nx\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool ok;
    pvs_error error;
    char *out = fill(cases[i].template, cases[i].json, &ok, &error);
    if (cases[i].expected && !ok)
      fail_msg("%s: %s", cases[i].template, error.message);
    if (cases[i].expected)
      assert_string_equal(out, cases[i].expected);
    free(out);
  }
}

static void formats(void **state) {
  (void)state;
  static const struct {
    const char *template, *json, *expected;
  } cases[] = {
      {"{{x|duration}}", "{\"x\":0.00001234}", "12 µs"},
      {"{{x|duration}}", "{\"x\":0.01234}", "12.3 ms"},
      {"{{x|duration}}", "{\"x\":0.9994}", "999 ms"},
      {"{{x|duration}}", "{\"x\":0.9996}", "1.00 s"},
      {"{{x|duration}}", "{\"x\":75}", "75.00 s"},
      {"{{x|duration}}", "{\"x\":190}", "3 min 10 s"},
      {"{{x|duration}}", "{\"x\":179.7}", "3 min 0 s"},
      {"{{x|duration}}", "{\"x\":null}", "–"},
      {"{{x|bytes}}", "{\"x\":0}", "0 B"},
      {"{{x|bytes}}", "{\"x\":32000}", "32 kB"},
      {"{{x|bytes}}", "{\"x\":1500000}", "1.5 MB"},
      {"{{x|bytes}}", "{\"x\":32e9}", "32 GB"},
      {"{{x|percent}} {{x|change}} {{x|share}} {{x|ratio}}", "{\"x\":0.0312}",
       "3.1 % +3.1 % 3 % 0.03"},
      {"{{x}} run{{x|s}}", "{\"x\":1}", "1 run"},
      {"{{x}} run{{x|s}}", "{\"x\":2}", "2 runs"},
      {"{{x|count}} run{{x|s}}", "{\"x\":[1,2,3]}", "3 runs"},
      {"{{x|day}}", "{\"x\":\"2026-11-22T10:00:00Z\"}", "22 November 2026"},
      {"{{x|date}}", "{\"x\":\"2026-11-22T10:00:00Z\"}", "2026-11-22"},
      {"{{x|day}}", "{\"x\":\"<no day>\"}", "&lt;no day&gt;"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool ok;
    pvs_error error;
    char *out = fill(cases[i].template, cases[i].json, &ok, &error);
    assert_true(ok);
    assert_string_equal(out, cases[i].expected);
    free(out);
  }
}

static void escapes_everything(void **state) {
  (void)state;
  text t;
  text_begin(&t);
  hx_html_text("a<b> & \"c\" 'd'\n\x01\x7f\xe2\x80\xae \xc3\xa9 \xff\xc0\xaf \xed\xa0\x80 \xe2\x82",
               t.out);
  char *out = text_end(&t);
  assert_string_equal(out, "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; \\x01\\x7f\\u202e \xc3\xa9 "
                           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
  free(out);
}

/* Nothing unknown passes in silence; the error has the file and the row. */
static void refuses(void **state) {
  (void)state;
  static const struct {
    const char *template, *json, *message;
    long row;
  } cases[] = {
      {"a\nb {{c}}", "{}", "there is no value c", 2},
      {"{{#c}}{{/c}}", "{}", "there is no value c", 1},
      {"{{^c}}{{/c}}", "{}", "there is no value c", 1},
      {"{{a.b}}", "{\"a\":{}}", "there is no value a.b", 1},
      {"\n\n{{#a}}", "{\"a\":1}", "section a is not closed", 3},
      {"{{#a}}{{/b}}", "{\"a\":1}", "{{/b}} closes another section", 1},
      {"{{#a}}{{#b}}{{/a}}{{/b}}", "{\"a\":1,\"b\":1}", "{{/b}} closes another section", 1},
      {"{{/a}}", "{\"a\":1}", "{{/a}} closes nothing", 1},
      {"{{a", "{\"a\":1}", "{{ is not closed by }}", 1},
      {"{{}}", "{}", "a tag has no name, or too long a one", 1},
      {"{{|s}}", "{}", "a tag has no name, or too long a one", 1},
      {"{{>p}}", "{}", "there is no part {{<p}}", 1},
      {"{{a}}", "{\"a\":[]}", "a is neither text nor number", 1},
      {"{{a}}", "{\"a\":true}", "a is neither text nor number", 1},
      {"{{a|nothing}}", "{\"a\":1}", "there is no format nothing for this value", 1},
      {"{{a|ratio}}", "{\"a\":\"text\"}", "there is no format ratio for this value", 1},
      {"{{<p}}{{>p}}{{/p}}{{>p}}", "{}", "sections are nested too deeply", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool ok;
    pvs_error error;
    free(fill(cases[i].template, cases[i].json, &ok, &error));
    assert_false(ok);
    assert_string_equal(error.message, cases[i].message);
    assert_string_equal(error.file, "a.html");
    assert_int_equal(error.row, cases[i].row);
  }
}

/* Templates made by chance from what matters to the engine: each is filled or refused with an
 * error, and filling it again gives the same (the sanitizers see the rest). */
static void survives_any_template(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "{{",     "}}",     "{",      "}",       "#",      "^",      "?",      "/",
      "<",      ">",      "!",      "&",       "|",      "a",      "b",      "a.b",
      ".",      " ",      "\n",     "{{#a}}",  "{{/a}}", "{{#b}}", "{{/b}}", "{{a}}",
      "{{<p}}", "{{/p}}", "{{>p}}", "{{b|s}}", "{{?a}}", "{{^b}}", "\xff",   "text"};
  static const char *const data[] = {"{\"a\":{\"b\":[1,2]},\"b\":\"x\"}",
                                     "{\"a\":[{},{\"b\":null}]}", "{\"a\":1,\"b\":[true]}", "{}"};
  enum { ROUNDS = 40000, PIECES_MAX = 24 };
  uint32_t chance = 12345;
  size_t filled = 0;
  for (int round = 0; round < ROUNDS; round++) {
    char template[PIECES_MAX * 8 + 1] = "";
    chance = chance * 1664525U + 1013904223U;
    for (uint32_t n = (chance >> 16) % PIECES_MAX; n > 0; n--) {
      chance = chance * 1664525U + 1013904223U;
      strcat(template, pieces[(chance >> 16) % (sizeof pieces / sizeof *pieces)]);
    }
    const char *json = data[round % 4];
    bool ok, again;
    pvs_error error, other;
    char *out = fill(template, json, &ok, &error), *twice = fill(template, json, &again, &other);
    assert_int_equal(ok, again);
    assert_string_equal(out, twice);
    assert_int_equal(ok, error.code == PVS_OK);
    filled += ok;
    free(out);
    free(twice);
  }
  assert_in_range(filled, ROUNDS / 100, ROUNDS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills),
      cmocka_unit_test(formats),
      cmocka_unit_test(refuses),
      cmocka_unit_test(escapes_everything),
      cmocka_unit_test(survives_any_template),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
