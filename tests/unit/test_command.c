/* Option tables: what argv becomes, what is said about a mistake, and that every command's table is
 * sound. */
#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/suggest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct sample {
  bool flag, pin;
  const char *text;
  long count;
  double ratio, margin, budget;
  int schedule;
  hx_strings loads;
  int level;
} sample;

#define MEMBER(name) offsetof(sample, name)

static const hx_option sample_table[] = {
    {'f', "flag", HX_OPT_FLAG, .offset = MEMBER(flag), .help = "a flag"},
    {'p', "pin", HX_OPT_FLAG, .offset = MEMBER(pin), .help = "a flag that can be cleared",
     .flags = HX_OPT_NEGATABLE},
    {'t', "text", HX_OPT_STRING, .offset = MEMBER(text), .metavar = "TEXT", .help = "a text"},
    {'n', "count", HX_OPT_INT, .offset = MEMBER(count), .metavar = "N", .min = 1, .max = 64,
     .help = "a count"},
    {0, "ratio", HX_OPT_DOUBLE, .offset = MEMBER(ratio), .metavar = "X", .min = -INFINITY,
     .max = INFINITY, .help = "any number"},
    {0, "margin", HX_OPT_PERCENT, .offset = MEMBER(margin), .metavar = "P", .max = 1,
     .help = "a share"},
    {0, "budget", HX_OPT_DURATION, .offset = MEMBER(budget), .metavar = "TIME", .max = INFINITY,
     .help = "a time"},
    {0, "age", HX_OPT_DURATION, .offset = MEMBER(budget), .flags = HX_OPT_UNIT, .max = INFINITY,
     .help = "an age"},
    {'s', "schedule", HX_OPT_CHOICE, .offset = MEMBER(schedule), .choices = "dynamic|static",
     .help = "an order"},
    {'l', "load", HX_OPT_LIST, .offset = MEMBER(loads), .metavar = "NAME", .help = "a load"},
    {'v', "level", HX_OPT_COUNT, .offset = MEMBER(level), .help = "more"},
    {0}};

enum { WORDS_MAX = 16 };

typedef struct parse {
  sample values;
  hx_parsed parsed;
  pvs_error error;
  char *argv[WORDS_MAX + 1];
  char *words; /* what argv points into */
} parse;

/* Parses a line of words parted by single spaces; "''" is an empty word. */
static bool parse_line(parse *p, const char *line, bool rest_apart) {
  memset(p, 0, sizeof *p);
  p->words = strdup(line);
  int argc = 0;
  p->argv[argc++] = p->words;
  for (char *at = p->words; (at = strchr(at, ' ')) != NULL;) {
    *at++ = '\0';
    p->argv[argc++] = strncmp(at, "''", 2) == 0 ? strchr(at, '\0') : at;
    assert_in_range(argc, 1, WORDS_MAX);
  }
  hx_option_set set = {sample_table, &p->values};
  return hx_options_parse(&set, 1, rest_apart, argc, p->argv, &p->parsed, &p->error);
}

static void release(parse *p) {
  hx_options_release(&(hx_option_set){sample_table, &p->values}, 1);
  free(p->words);
}

static void test_values(void **state) {
  (void)state;
  parse p;
  assert_true(parse_line(
      &p, "x --flag --text=a=b -n 7 --ratio -1e-3 --margin 3% --budget 1.5h -sstatic", false));
  assert_true(p.values.flag);
  assert_string_equal(p.values.text, "a=b");
  assert_int_equal(p.values.count, 7);
  assert_true(p.values.ratio == -1e-3);
  assert_true(p.values.margin == 0.03);
  assert_true(p.values.budget == 5400);
  assert_int_equal(p.values.schedule, 1);
  assert_int_equal(p.parsed.n_args, 0);
  release(&p);
}

static void test_order_bundles_and_repeats(void **state) {
  (void)state;
  parse p;
  assert_true(parse_line(&p, "x one -fvv -n1 -l a two --load=b -n 2 -fl c - three", false));
  assert_true(p.values.flag);
  assert_int_equal(p.values.level, 2);
  assert_int_equal(p.values.count, 2);
  assert_int_equal(p.values.loads.count, 3);
  assert_string_equal(p.values.loads.items[0], "a");
  assert_string_equal(p.values.loads.items[1], "b");
  assert_string_equal(p.values.loads.items[2], "c");
  assert_int_equal(p.parsed.n_args, 4);
  assert_string_equal(p.parsed.args[0], "one");
  assert_string_equal(p.parsed.args[1], "two");
  assert_string_equal(p.parsed.args[2], "-");
  assert_string_equal(p.parsed.args[3], "three");
  release(&p);
  assert_true(parse_line(&p, "x --pin --no-pin", false));
  assert_false(p.values.pin);
  release(&p);
}

static void test_double_dash(void **state) {
  (void)state;
  parse p;
  assert_true(parse_line(&p, "x a -- -f --flag", false));
  assert_false(p.values.flag);
  assert_int_equal(p.parsed.n_args, 3);
  assert_string_equal(p.parsed.args[2], "--flag");
  assert_int_equal(p.parsed.n_rest, 0);
  release(&p);
  assert_true(parse_line(&p, "x a -- xz -- -f", true));
  assert_int_equal(p.parsed.n_args, 1);
  assert_int_equal(p.parsed.n_rest, 3);
  assert_string_equal(p.parsed.rest[0], "xz");
  assert_string_equal(p.parsed.rest[1], "--");
  release(&p);
}

static void test_units(void **state) {
  (void)state;
  static const struct {
    const char *line;
    double margin, budget;
  } rows[] = {
      {"x --margin 50% --budget 90s", 0.5, 90},    {"x --margin 0.5% --budget 90s", 0.005, 90},
      {"x --margin 100% --budget 120", 1, 120},    {"x --margin 0% --budget 250ms", 0, 0.25},
      {"x --margin 7% --budget 0.5min", 0.07, 30}, {"x --margin 1e-1% --budget 1h", 0.001, 3600}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    parse p;
    assert_true(parse_line(&p, rows[i].line, false));
    assert_true(p.values.margin == rows[i].margin);
    assert_true(p.values.budget == rows[i].budget);
    release(&p);
  }
}

static void test_mistakes(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"x --counts 1", "unknown option '--counts'; did you mean '--count'?"},
      {"x --qqqq", "unknown option '--qqqq'"},
      {"x -x", "unknown option '-x'"},
      {"x --no-flag", "unknown option '--no-flag'"},
      {"x --count", "--count: found no value, expected --count N"},
      {"x -n", "--count: found no value, expected --count N"},
      {"x --count 0", "--count: found 0, expected 1 to 64"},
      {"x --count 65", "--count: found 65, expected 1 to 64"},
      {"x --count 6.5", "--count: found '6.5', expected a whole number"},
      {"x --count ''", "--count: found '', expected a whole number"},
      {"x --count 99999999999999999999",
       "--count: found 99999999999999999999, expected a number that fits 64 bits"},
      {"x --ratio inf", "--ratio: found 'inf', expected a number"},
      {"x --ratio 1e999", "--ratio: found '1e999', expected a number"},
      {"x --margin 3s", "--margin: found '3s', expected a percentage such as 3%"},
      {"x --margin 1", "--margin: found '1', expected a percentage such as 3%"},
      {"x --margin 0.03", "--margin: found '0.03', expected a percentage such as 3%"},
      {"x --margin 101%", "--margin: found 101%, expected 0% to 100%"},
      {"x --budget 3%",
       "--budget: found '3%', expected a duration such as 90s, 2m, 1.5h, 30d or 250ms"},
      {"x --age 3", "--age: found '3', expected a duration such as 90s, 2m, 1.5h, 30d or 250ms"},
      {"x --budget -1s", "--budget: found -1s, expected at least 0s"},
      {"x --schedule statc",
       "--schedule: found 'statc', expected one of dynamic, static; did you mean 'static'?"},
      {"x --schedule x", "--schedule: found 'x', expected one of dynamic, static"},
      {"x --text --flag",
       "--text: found '--flag', expected --text TEXT (or --text=--flag, if that is meant)"},
      {"x --flag=1", "--flag: found the value '1', expected none"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    parse p;
    assert_false(parse_line(&p, rows[i][0], false));
    assert_string_equal(p.error.message, rows[i][1]);
    release(&p);
  }
}

static void test_required(void **state) {
  (void)state;
  static const hx_option table[] = {
      {.name = "base", .type = HX_OPT_STRING, .metavar = "REV", .flags = HX_OPT_REQUIRED}, {0}};
  const char *text = NULL;
  hx_option_set set = {table, &text};
  hx_parsed parsed;
  pvs_error error = {0};
  char *bare[] = {(char *)"x", NULL}, *given[] = {(char *)"x", (char *)"--base=HEAD", NULL};
  assert_false(hx_options_parse(&set, 1, false, 1, bare, &parsed, &error));
  assert_string_equal(error.message, "--base is missing, expected --base REV");
  assert_true(hx_options_parse(&set, 1, false, 2, given, &parsed, &(pvs_error){0}));
  assert_string_equal(text, "HEAD");
}

static void test_idle_options(void **state) {
  (void)state;
  static const hx_option bisecting[] = {
      {.name = "good", .type = HX_OPT_STRING, .offset = MEMBER(text), .metavar = "REV"}, {0}};
  static const hx_option table[] = {
      {'b', "bisect", HX_OPT_FLAG, .offset = MEMBER(flag), .excludes = "count|level"},
      {.name = "pin",
       .type = HX_OPT_FLAG,
       .offset = MEMBER(pin),
       .flags = HX_OPT_NEGATABLE,
       .excludes = "budget"},
      {'n', "count", HX_OPT_INT, .offset = MEMBER(count), .metavar = "N", .max = 64},
      {'v', "level", HX_OPT_COUNT, .offset = MEMBER(level)},
      {.name = "budget",
       .type = HX_OPT_DURATION,
       .offset = MEMBER(budget),
       .metavar = "TIME",
       .max = 100},
      {.name = "tally",
       .type = HX_OPT_INT,
       .offset = MEMBER(count),
       .flags = HX_OPT_HIDDEN,
       .max = 64},
      {.name = "halve", .type = HX_OPT_FLAG, .offset = MEMBER(flag), .flags = HX_OPT_HIDDEN},
      {.group = bisecting, .needs = "bisect"},
      {0}};
  static const hx_command command = {
      .name = "sample", .synopsis = "", .options = table, .options_size = sizeof(sample)};
  static const struct {
    const char *words[4], *error;
  } rows[] = {
      {{"-b", "--good=a"}, ""},
      {{"--good=a"}, "--good has no effect without --bisect"},
      {{"-n1", "-v"}, ""},
      {{"-n1", "-b"}, "--count has no effect with --bisect: omit one of them"},
      {{"-b", "-v"}, "--level has no effect with --bisect: omit one of them"},
      {{"--pin", "--budget=1s"}, ""},
      {{"--no-pin"}, ""},
      {{"--no-pin", "--budget=1s"}, "--budget has no effect with --no-pin: omit one of them"},
      {{"--no-pin", "--pin", "--budget=1s"}, ""},
      {{"-b", "--tally=1"}, "--count has no effect with --bisect: omit one of them"},
      {{"--halve", "-v"}, "--level has no effect with --bisect: omit one of them"},
      {{"--halve", "--good=a"}, ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *argv[6] = {(char *)"x"};
    int argc = 1;
    for (; argc <= 4 && rows[i].words[argc - 1]; argc++)
      argv[argc] = (char *)rows[i].words[argc - 1];
    sample values = {0};
    hx_parsed parsed;
    pvs_error error = {0};
    hx_option_set set = {hx_command_option_table(&command, 0), &values};
    assert_int_equal(hx_options_parse(&set, 1, false, argc, argv, &parsed, &error),
                     !rows[i].error[0]);
    assert_string_equal(error.message, rows[i].error);
  }
}

/* ---- a whole command ---- */

static hx_context seen;
static sample seen_values;
static int n_runs;

static void sample_defaults(void *options) {
  *(sample *)options = (sample){.count = 3, .margin = 0.07, .text = "a\nb\\"};
}

static int sample_run(const hx_context *cx, void *options) {
  seen = *cx;
  seen_values = *(sample *)options;
  n_runs++;
  assert_non_null(cx->results_dir);
  assert_string_equal(cx->results_dir, "/tmp/somewhere");
  return HX_EXIT_INCONCLUSIVE;
}

static const hx_command sample_command = {.name = "sample",
                                          .summary = "a sample",
                                          .synopsis = "A [B]",
                                          .min_args = 1,
                                          .max_args = 2,
                                          .options = sample_table,
                                          .options_size = sizeof(sample),
                                          .defaults = sample_defaults,
                                          .run = sample_run,
                                          .prints_table = true};

static int run_words(const hx_command *command, char **words) {
  int argc = 0;
  while (words[argc] != NULL)
    argc++;
  return hx_command_main(command, "pvtune", argc, words);
}

static void test_command_main(void **state) {
  (void)state;
  char *words[] = {(char *)"sample",
                   (char *)"-qn5",
                   (char *)"--results=/tmp/somewhere",
                   (char *)"--json",
                   (char *)"a",
                   (char *)"b",
                   NULL};
  n_runs = 0;
  assert_int_equal(run_words(&sample_command, words), HX_EXIT_INCONCLUSIVE);
  assert_int_equal(n_runs, 1);
  assert_true(seen.quiet && seen.json && !seen.csv);
  assert_int_equal(seen.n_args, 2);
  assert_int_equal(seen_values.count, 5);
  assert_true(seen_values.margin == 0.07);
  assert_int_equal(seen.self_path[0], '/');
  hx_message_setup(false, 0);
}

static void test_command_refuses(void **state) {
  (void)state;
  char *lines[][5] = {{(char *)"sample", NULL},
                      {(char *)"sample", (char *)"a", (char *)"b", (char *)"c", NULL},
                      {(char *)"sample", (char *)"a", (char *)"--json", (char *)"--csv", NULL},
                      {(char *)"sample", (char *)"a", (char *)"--unknown", NULL}};
  n_runs = 0;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    assert_int_equal(run_words(&sample_command, lines[i]), HX_EXIT_USAGE);
  assert_int_equal(n_runs, 0);
}

static void test_describe(void **state) {
  (void)state;
  sample values = {0};
  sample_defaults(&values);
  values.ratio = 0.1 + 0.2;
  const char *items[] = {"x", "y"};
  values.loads = (hx_strings){items, 2};
  char *text = hx_command_describe(&sample_command, &values);
  assert_string_equal(
      text, "flag=no\npin=no\ntext=a\\nb\\\\\ncount=3\nratio=0.30000000000000004\nmargin=7%\n"
            "budget=0\nage=0\nschedule=dynamic\nload=x\nload=y\nlevel=0\n");
  free(text);
}

static const char *nearest(const char *typed, const char *const *candidates) {
  hx_suggestion s = hx_suggest_start(typed);
  for (; *candidates != NULL; candidates++)
    hx_suggest_offer(&s, *candidates);
  return s.best;
}

static void test_suggest(void **state) {
  (void)state;
  static const char *const names[] = {"run",     "validate", "sweep",  "tune", "compare",
                                      "history", "report",   "record", NULL};
  assert_string_equal(nearest("valdiate", names), "validate");
  assert_string_equal(nearest("tuen", names), "tune");
  assert_string_equal(nearest("rnu", names), "run");
  assert_string_equal(nearest("hist", names), "history");
  assert_string_equal(nearest("recrod", names), "record");
  assert_null(nearest("xyzzy", names));
  assert_null(nearest("", names));
  assert_null(nearest("go", names));
}

/* ---- every command there is ---- */

static bool is_one_line(const char *text, size_t longest) {
  size_t length = text == NULL ? 0 : strlen(text);
  return length > 0 && length <= longest && strchr(text, '\n') == NULL && text[length - 1] != '.';
}

static void check_option(const hx_command *c, const hx_option *o, bool is_own) {
  bool takes_value = o->type != HX_OPT_FLAG && o->type != HX_OPT_COUNT;
  bool is_number = o->type == HX_OPT_INT || o->type == HX_OPT_DOUBLE || o->type == HX_OPT_PERCENT ||
                   o->type == HX_OPT_DURATION;
  bool is_sound = is_one_line(o->help, HX_OPTION_HELP_MAX) && strchr(o->name, ' ') == NULL &&
                  o->name[0] != '-' && (is_number ? o->min < o->max : o->min <= o->max) &&
                  (o->type != HX_OPT_CHOICE || o->choices != NULL) &&
                  (takes_value || o->metavar == NULL) &&
                  (!takes_value || o->metavar != NULL || o->type == HX_OPT_CHOICE) &&
                  (!(o->flags & HX_OPT_NEGATABLE) || o->type == HX_OPT_FLAG) &&
                  (!is_own || o->offset < c->options_size);
  if (!is_sound)
    fail_msg("pvtune %s: the table line of --%s is not sound", c->name, o->name);
}

static void check_names_differ(const hx_command *c, const hx_option *one) {
  size_t same_name = 0, same_letter = 0;
  const hx_option *table;
  for (size_t i = 0; (table = hx_command_option_table(c, i)) != NULL; i++)
    for (const hx_option *o = table; o->name != NULL; o++) {
      same_name += strcmp(o->name, one->name) == 0;
      same_letter += o->short_name != 0 && o->short_name == one->short_name;
    }
  if (same_name != 1 || same_letter > 1)
    fail_msg("pvtune %s: --%s stands twice in its tables", c->name, one->name);
}

/* A misspelt one would exclude nothing. */
static void check_others(const hx_command *c, const hx_option *one) {
  for (int list = 0; list < 2; list++) {
    const char *names = list ? one->excludes : one->needs, *name;
    size_t length = 0;
    for (size_t i = 0; names && (name = hx_choice_at(names, i, &length)) != NULL; i++) {
      const hx_option *table;
      size_t found = 0;
      for (size_t t = 0; (table = hx_command_option_table(c, t)) != NULL; t++)
        for (const hx_option *o = table; o->name != NULL; o++)
          found += strlen(o->name) == length && strncmp(o->name, name, length) == 0;
      if (found != 1)
        fail_msg("pvtune %s: --%s names an option that is none: %s", c->name, one->name, name);
    }
  }
}

static void test_every_command(void **state) {
  (void)state;
  for (const hx_command *const *c = hx_commands; *c != NULL; c++) {
    if (!is_one_line((*c)->summary, HX_SUMMARY_MAX) || (*c)->synopsis == NULL ||
        (*c)->run == NULL || (*c)->examples == NULL ||
        ((*c)->max_args >= 0 && (*c)->max_args < (*c)->min_args))
      fail_msg("pvtune %s: its hx_command is not sound", (*c)->name);
    assert_ptr_equal(hx_command_find((*c)->name), *c);
    const hx_option *table;
    for (size_t i = 0; (table = hx_command_option_table(*c, i)) != NULL; i++)
      for (const hx_option *o = table; o->name != NULL; o++) {
        check_option(*c, o, i == 0);
        check_others(*c, o);
        check_names_differ(*c, o);
      }
  }
}

typedef struct grouped {
  bool own;
  sample parts[2];
} grouped;

static const hx_option part_group[] = {
    HX_OPTION(INT, sample, count, "count", .metavar = "N", .min = 0, .max = 9, .help = "a count"),
    HX_OPTION(STRING, sample, text, "text", .metavar = "TEXT", .help = "a text"),
    {0}};
static const hx_option grouped_table[] = {
    HX_OPTION(FLAG, grouped, own, "own", .help = "a flag"),
    {.group = part_group, .offset = offsetof(grouped, parts[1]), .default_text = "seven"},
    {0}};

static void test_groups(void **state) {
  (void)state;
  const hx_command command = {.name = "grouped", .synopsis = "", .options = grouped_table};
  const hx_option *flat = hx_command_option_table(&command, 0);
  assert_string_equal(flat[0].name, "own");
  assert_string_equal(flat[1].name, "count");
  assert_string_equal(flat[1].default_text, "seven");
  assert_string_equal(flat[2].name, "text");
  assert_null(flat[2].default_text);
  assert_null(flat[3].name);
  grouped values = {0};
  hx_parsed parsed;
  char *argv[] = {(char *)"x", (char *)"--count=7", (char *)"--text=t", (char *)"--own", NULL};
  hx_option_set set = {flat, &values};
  assert_true(hx_options_parse(&set, 1, false, 4, argv, &parsed, NULL));
  assert_true(values.own && values.parts[1].count == 7 && values.parts[0].count == 0);
  assert_string_equal(values.parts[1].text, "t");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_order_bundles_and_repeats),
      cmocka_unit_test(test_double_dash),
      cmocka_unit_test(test_units),
      cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_required),
      cmocka_unit_test(test_idle_options),
      cmocka_unit_test(test_command_main),
      cmocka_unit_test(test_command_refuses),
      cmocka_unit_test(test_describe),
      cmocka_unit_test(test_suggest),
      cmocka_unit_test(test_every_command),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
