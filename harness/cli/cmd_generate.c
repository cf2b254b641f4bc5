#include "cli/command.h"
#include "cli/message.h"
#include "cli/stop_signal.h"
#include "cli/table.h"
#include "cli/text.h"
#include "measure/shell_reading.h"
#include "synth/synth.h"

#include <string.h>

typedef struct generate_options {
  long customers, scenarios, days, load_files, flows, seed;
  int interval; /* index into INTERVALS */
  int study;    /* hx_synth_kind, or HX_SYNTH_KINDS for all */
  bool force;
} generate_options;

#define INTERVALS "1|5|15|30|60"
static const uint32_t intervals_min[] = {1, 5, 15, 30, 60};

static void defaults(void *storage) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  generate_options *o = storage;
  *o = (generate_options){.customers = spec.customers,
                          .scenarios = spec.scenarios,
                          .days = spec.days,
                          .load_files = spec.load_files,
                          .seed = (long)spec.seed,
                          .study = HX_SYNTH_KINDS};
  while (intervals_min[o->interval] != spec.interval_min)
    o->interval++;
}

static hx_synth_spec spec_of(const generate_options *o) {
  hx_synth_spec spec;
  hx_synth_defaults(&spec);
  spec.customers = (uint32_t)o->customers;
  spec.scenarios = (uint32_t)o->scenarios;
  spec.days = (uint32_t)o->days;
  spec.load_files = (uint32_t)o->load_files;
  spec.flows = (uint32_t)o->flows;
  spec.seed = (uint64_t)o->seed;
  spec.interval_min = intervals_min[o->interval];
  if (o->study != HX_SYNTH_KINDS)
    spec.kinds = 1u << o->study;
  return spec;
}

/* The library names members of the spec; a person knows options. */
static int report(const pvs_error *error, const char *folder) {
  char text[2048];
  if (error->code == PVS_BAD_VALUE && strcmp(error->column, "flows") == 0)
    hx_error("--flows: %s (--scenarios)", error->message);
  else
    hx_error("%s", pvs_error_text(error, text, sizeof text));
  if (error->code == PVS_DUPLICATE) {
    hx_text word = {0};
    hx_shell_quote_path(&word, folder);
    hx_note("--force replaces a base folder: pvtune generate %s --force",
            word.at ? word.at : "FOLDER");
    hx_text_deinit(&word);
  }
  return hx_command_exit_of(error);
}

static void add_study(hx_table *t, const hx_synth_spec *spec, hx_synth_kind kind) {
  hx_table_line(t, HX_T(hx_synth_kind_name(kind)), HX_N(spec->scenarios, 0),
                HX_N(hx_synth_flows(spec, kind), 0));
}

static int print_made(const hx_context *cx, const hx_synth_spec *spec, const hx_synth_made *made) {
  const char *folder = cx->args[0];
  hx_table *t = hx_table_create("studies", NULL);
  hx_table_fact(t, "folder", "%s", folder);
  hx_table_remark(t, "written", "%u file%s, %.1f MB", made->files, HX_S(made->files),
                  (double)made->bytes / 1e6);
  hx_table_remark(t, "loads", "%u households and cp, %u days of %u minutes, %u load file%s",
                  spec->customers, spec->days, spec->interval_min, spec->load_files,
                  HX_S(spec->load_files));
  hx_table_columns(t, "study=study|#scenarios=scenarios|#energy_flows=energy flows");
  hx_synth_kind first = HX_SYNTH_KINDS;
  for (hx_synth_kind kind = HX_SYNTH_STATIC; kind < HX_SYNTH_KINDS; kind++) {
    if (!(spec->kinds & 1u << kind))
      continue;
    if (first == HX_SYNTH_KINDS)
      first = kind;
    add_study(t, spec, kind);
  }
  hx_text word = {0};
  hx_shell_quote_path(&word, folder);
  hx_table_note(t, "Next: pvtune run -b %s -p " HX_SYNTH_PROJECT " -s %s",
                word.at ? word.at : "FOLDER", hx_synth_kind_name(first));
  hx_text_deinit(&word);
  return hx_command_print(cx, t);
}

static int run(const hx_context *cx, void *storage) {
  const generate_options *o = storage;
  hx_synth_spec spec = spec_of(o);
  hx_synth_made made;
  pvs_error error = {0};
  const volatile sig_atomic_t *stop = hx_stop_signal();
  hx_stop_signal_catch();
  hx_synth_stop_at(stop);
  bool written = hx_synth_write_folder(&spec, cx->args[0], o->force, &made, &error) == PVS_OK;
  if (*stop)
    hx_stop_signal_end(*stop);
  if (!written)
    return report(&error, cx->args[0]);
  return print_made(cx, &spec, &made);
}

#define ROW(KIND, MEMBER, ...) HX_OPTION(KIND, generate_options, MEMBER, __VA_ARGS__)

static const hx_option options[] = {
    ROW(INT, customers, "customers", .metavar = "N", .default_text = "18", .min = 1,
        .max = HX_SYNTH_MAX_CUSTOMERS, .help = "number of households, besides the common property"),
    ROW(INT, scenarios, "scenarios", .metavar = "N", .default_text = "36", .min = 1,
        .max = HX_SYNTH_MAX_SCENARIOS, .help = "rows of each study"),
    ROW(INT, days, "days", .metavar = "N", .default_text = "365", .min = 1,
        .max = HX_SYNTH_MAX_DAYS, .help = "days of data, from 1 January 2013 on"),
    ROW(CHOICE, interval, "interval", .metavar = "MIN", .default_text = "30", .choices = INTERVALS,
        .help = "minutes between readings"),
    ROW(INT, seed, "seed", .metavar = "N", .default_text = "1", .max = 1e15,
        .help =
            "another seed gives another building and weather; the same seed gives the same bytes "
            "anywhere"),
    ROW(CHOICE, study, "study", .metavar = "NAME", .default_text = "all",
        .choices = "static|batteries|mixed|all", .help = "which study to make"),
    ROW(INT, load_files, "load-files", .metavar = "N", .default_text = "1", .min = 1,
        .max = HX_SYNTH_MAX_LOAD_FILES,
        .help = "number of load files: each has other households under the same weather"),
    ROW(INT, flows, "flows", .metavar = "N", .default_text = "static: 20, others: as scenarios",
        .min = 1, .max = HX_SYNTH_MAX_SCENARIOS,
        .help =
            "distinct energy flows of each study; scenarios with the same flow differ in tariffs "
            "and costs"),
    ROW(FLAG, force, "force",
        .help = "replace an existing base folder, including all results in it"),
    {0}};

const hx_command hx_cmd_generate = {
    .name = "generate",
    .summary = "make a realistic synthetic base folder",
    .synopsis = "DIR",
    .min_args = 1,
    .max_args = 1,
    .description =
        "Makes a base folder with loads of an apartment building (morning and evening peaks, "
        "weekends, seasons, holidays, hot water at night, air conditioning on hot afternoons), PV "
        "under the same weather, lookup tables of tariffs, batteries and costs, and three "
        "studies.\n"
        "\n"
        "  static      arrangements, PV, tariffs and costs, no batteries\n"
        "  batteries   central batteries of different sizes and strategies\n"
        "  mixed       both, with individual batteries and time series\n"
        "\n"
        "DIR must be new or empty. Either the whole folder is written, with the folders above it "
        "that are missing, or nothing.",
    .examples = "pvtune generate demo\n"
                "    a year of 18 households and all three studies in ./demo\n"
                "pvtune generate big --customers 72 --scenarios 12 --study batteries\n"
                "    a building of 72 households, with twelve scenarios of central batteries\n",
    .options = options,
    .options_size = sizeof(generate_options),
    .defaults = defaults,
    .run = run,
    .prints_table = true,
};
