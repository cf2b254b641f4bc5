#include "cli/life_options.h"

#include "base/fail.h"

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, hx_life_options, MEMBER, __VA_ARGS__)

const hx_option hx_around_group[] = {
    ROW(STRING, life.setup, "setup", .metavar = "CMD",
        .help = "run this command once, before the first run"),
    ROW(STRING, life.prepare, "prepare", .metavar = "CMD",
        .help = "run this command before each run, untimed; it may have placeholders such as "
                "{workers}"),
    ROW(STRING, life.conclude, "conclude", .metavar = "CMD",
        .help = "run this command after each run, untimed; it may have placeholders"),
    ROW(STRING, life.cleanup, "cleanup", .metavar = "CMD",
        .help = "run this command at the end, also after a failure or Ctrl-C"),
    ROW(STRING, life.input, "input", .metavar = "FILE", .default_text = "/dev/null",
        .help = "stdin of commands"),
    ROW(STRING, life.folder, "cwd", .metavar = "DIR", .default_text = "the current folder",
        .help = "folder in which everything is run"),
    ROW(STRING, life.filter, "output-filter", .metavar = "CMD",
        .help = "send the outputs through this command before they are compared, for instance to "
                "drop time stamps"),
    ROW(FLAG, life.ignore_failure, "ignore-failure", .help = "accept runs with any exit code"),
    ROW(FLAG, life.show_output, "show-output", .help = "show on stderr what commands print"),
    {0}};

const hx_option hx_life_group[] = {
    {.group = hx_around_group},
    ROW(INT, warm_ups, "warmup", .metavar = "N", .default_text = "1", .min = 1, .max = 1000,
        .help = "serial runs before the first that counts; the last of them gives the outputs that "
                "all others are compared with"),
    ROW(CHOICE, outputs, "outputs", .metavar = "HOW", .default_text = "check",
        .choices = "check|ignore",
        .help = "check: every run must give the same outputs as the serial run; ignore: discard "
                "outputs"),
    {0}};

hx_life_options hx_life_defaults(void) {
  return (hx_life_options){.warm_ups = 1};
}

bool hx_life_take(const hx_life_options *options, bool commands, const hx_config *known,
                  bool expects, hx_run_life *life, pvs_error *error) {
  *life = options->life;
  life->ignore_outputs = options->outputs == HX_LIFE_IGNORE;
  const char *unused = commands            ? NULL
                       : life->input       ? "--input"
                       : life->filter      ? "--output-filter"
                       : life->show_output ? "--show-output"
                                           : NULL;
  if (unused)
    return hx_fail(error, PVS_BAD_VALUE, "%s is for commands, but no workload is a command",
                   unused);
  if (expects && life->ignore_outputs)
    return hx_fail(error, PVS_BAD_VALUE, "--expect has nothing to compare with --outputs ignore");
  return hx_run_life_check(life, known, error);
}

bool hx_life_is_plain(const hx_life_options *o) {
  const hx_run_life *l = &o->life;
  return !l->setup && !l->prepare && !l->conclude && !l->cleanup && !l->input && !l->folder &&
         !l->filter && !l->ignore_failure && !l->show_output && o->outputs == HX_LIFE_CHECK &&
         o->warm_ups == 1;
}
