/* pvtune doctor: what would disturb measurements here, and what to do about it. */
#include "cli/command.h"
#include "cli/text.h"

#include "cli/table.h"
#include "machine/doctor.h"
#include "machine/identity.h"
#include "machine/topo.h"

typedef struct doctor_options {
  const char *root, *synthetic; /* a recorded machine, for tests */
} doctor_options;

static bool worth_a_note(const hx_context *cx, const hx_finding *f) {
  return f->level == HX_DOCTOR_WARN || (cx->verbose > 0 && f->level != HX_DOCTOR_OK);
}

static hx_table *findings_table(const hx_context *cx, const hx_topo *topo,
                                const hx_finding *finding, int n) {
  hx_table *t = hx_table_create("findings", NULL);
  int of_level[4] = {0};
  for (int i = 0; i < n; i++)
    of_level[finding[i].level]++;
  hx_table_fact(t, "machine", "%s, %s", hx_identity_of(topo).machine, hx_topo_cpu_model(topo));
  hx_table_remark(t, "findings", "%d warning%s, %d note%s, %d ok, %d unknown",
                  of_level[HX_DOCTOR_WARN], HX_S(of_level[HX_DOCTOR_WARN]),
                  of_level[HX_DOCTOR_NOTE], HX_S(of_level[HX_DOCTOR_NOTE]), of_level[HX_DOCTOR_OK],
                  of_level[HX_DOCTOR_UNKNOWN]);
  hx_table_columns(t, "check=check|level=|found=found|why|advice");
  for (int i = 0; i < n; i++) {
    hx_table_line(t, HX_T(finding[i].check), HX_T(hx_doctor_level_name(finding[i].level)),
                  HX_T(finding[i].found), HX_T(finding[i].why), HX_T(finding[i].advice));
  }
  for (int i = 0; i < n; i++)
    if (worth_a_note(cx, &finding[i]))
      hx_table_note(t, "%s: %s. What to do: %s", finding[i].check, finding[i].why,
                    finding[i].advice);
  if (cx->verbose == 0 && of_level[HX_DOCTOR_NOTE] > 0)
    hx_table_note(t, "-v explains the notes as well");
  return t;
}

static int run(const hx_context *cx, void *storage) {
  const doctor_options *o = storage;
  pvs_error error = {0};
  hx_topo_origin origin = {.root = o->root, .synthetic = o->synthetic};
  hx_topo *topo = hx_topo_open(&origin, &error);
  if (topo == NULL)
    return hx_command_fail(&error, HX_EXIT_FAILED);
  hx_finding finding[HX_DOCTOR_MAX];
  int n = hx_doctor_run(topo, o->root, finding);
  hx_table *t = findings_table(cx, topo, finding, n);
  int status = hx_command_print(cx, t);
  hx_topo_close(topo);
  return status;
}

static const hx_option options[] = {
    HX_OPTION(STRING, doctor_options, root, "root", .metavar = "DIR", .flags = HX_OPT_HIDDEN,
              .help = "read /proc and /sys below this folder"),
    HX_OPTION(STRING, doctor_options, synthetic, "synthetic", .metavar = "TEXT",
              .flags = HX_OPT_HIDDEN,
              .help = "a machine by description instead of this one, as hwloc reads it"),
    {0}};

const hx_command hx_cmd_doctor = {
    .name = "doctor",
    .summary = "find what would disturb measurements on this machine",
    .synopsis = "",
    .description =
        "Checks frequency control, SMT, CPU quota and cpuset, the hypervisor, other load, swap and "
        "kernel settings. It says what each finding means for measurements and what to do about "
        "it, and changes nothing. \"warn\": it makes measurements noisier or slower. \"note\": "
        "good to know. \"unknown\": this machine does not say.",
    .examples = "pvtune doctor\n"
                "    what to fix before tuning\n"
                "pvtune doctor -v\n"
                "    with an explanation of every finding\n"
                "pvtune doctor --csv\n"
                "    for scripts: one line per check, with reason and advice\n",
    .options = options,
    .options_size = sizeof(doctor_options),
    .run = run,
    .prints_table = true,
};
