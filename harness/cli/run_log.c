#include "base/files.h"
#include "cli/message.h"
#include "cli/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern const hx_command hx_cmd_run;

static bool name_log(run_study *study) {
  char utc[32];
  time_t now = time(NULL);
  struct tm calendar;
  gmtime_r(&now, &calendar);
  strftime(utc, sizeof utc, "%Y%m%dT%H%M%SZ", &calendar);
  int n = snprintf(study->log, sizeof study->log, "%s/%s_%s_%ld.log", study->logs, study->name, utc,
                   (long)getpid());
  return n > 0 && (size_t)n < sizeof study->log;
}

static void put_seconds(FILE *out, const char *name, uint64_t ns) {
  fprintf(out, "%s_s=%.6f\n", name, 1e-9 * (double)ns);
}

static void put_workers(FILE *out, const hx_exec_report *report) {
  fprintf(out, "\n[workers]\nasked=%u\nseen=%u\n", report->workers_asked, report->workers_seen);
  for (uint32_t w = 0; w < report->workers_asked; w++) {
    const hx_exec_worker *worker = &report->workers[w];
    char asked[HX_CPUSET_TEXT], found[HX_CPUSET_TEXT];
    hx_cpuset_format(&worker->place.cpus, asked, sizeof asked);
    hx_cpuset_format(&worker->at_end.cpus, found, sizeof found);
    fprintf(out, "%u: cpus asked=%s found=%s last=%d, units=%llu scenarios=%llu busy_s=%.6f\n", w,
            asked[0] ? asked : "any", found, worker->at_end.last_cpu,
            (unsigned long long)worker->units, (unsigned long long)worker->scenarios,
            1e-9 * (double)worker->busy_ns);
  }
}

static void put_notes(FILE *out, const run_study *study) {
  bool any = false;
  for (int which = 0; which < RUN_REMARKS; which++) {
    const run_remark remark = run_remark_of(study, which);
    if (remark.text[0])
      fprintf(out, "%s%s\n", any ? "" : "\n[notes]\n", remark.text);
    any = any || remark.text[0];
  }
}

static void put_log(FILE *out, const run_setup *setup, const run_study *study) {
  struct utsname system;
  if (uname(&system) != 0)
    memset(&system, 0, sizeof system);
  char config[HX_CONFIG_TEXT];
  hx_config_format(&study->config, config, sizeof config);
  char *options = hx_command_describe(&hx_cmd_run, setup->options);
  fprintf(out, "pvtune %s\n\n[options]\n%s", PVS_VERSION, options ? options : "");
  free(options);
  fprintf(out, "\n[machine]\nhost=%s\nsystem=%s %s %s\n", system.nodename, system.sysname,
          system.release, system.machine);
  fprintf(out, "\n[run]\nworkload=%s\nclass=%s\nconfig=%s\nscenarios=%u\ngroups=%u\nunits=%u\n",
          study->workload.key, run_class_name(study->plan.workload_class), config,
          study->plan.scenarios, study->plan.groups, study->plan.units);
  fprintf(out, "flows_computed=%llu\nbills_computed=%llu\n",
          (unsigned long long)study->report.total.flows_computed,
          (unsigned long long)study->report.total.bills_computed);
  fprintf(out, "\n[timing]\n");
  put_seconds(out, "read", study->phases.read_ns);
  put_seconds(out, "plan", study->phases.plan_ns);
  put_seconds(out, "simulate", study->phases.simulate_ns);
  put_seconds(out, "output", study->phases.output_ns);
  put_seconds(out, "publish", study->phases.publish_ns);
  put_workers(out, &study->report);
  fprintf(out, "\n[warnings]\n");
  for (size_t i = 0; i < study->warnings.n; i++)
    fprintf(out, "%s\n", study->warnings.text[i]);
  put_notes(out, study);
  fprintf(out, "\n[result]\nfolder=%s\ninput_digest=%016llx\ndigest=%s\n", study->folder,
          (unsigned long long)study->info.input_digest, study->digest_text);
  if (study->error[0])
    fprintf(out, "error=%s\n", study->error);
  if (study->comparison[0])
    fprintf(out, "expected=%s: %s\n", study->expect, study->comparison);
}

void run_log_write(const run_setup *setup, run_study *study) {
  if (!study->logs[0] || !name_log(study))
    return;
  FILE *out = hx_files_make_folder(study->logs, NULL) ? fopen(study->log, "wxe") : NULL;
  bool ok = out != NULL;
  if (ok) {
    put_log(out, setup, study);
    ok = !ferror(out);
    ok = fclose(out) == 0 && ok;
  }
  if (ok)
    return;
  hx_warn("%s: the log cannot be written: %s", study->log, strerror(errno));
  study->log[0] = '\0';
}
