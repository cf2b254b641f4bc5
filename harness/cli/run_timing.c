/* Where the time went, each stage beside what the same work would take at best. */
#include "base/clock.h"
#include "cli/run.h"
#include "cli/table.h"
#include "exec/outdir.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What one core can do. */
static const double read_bytes_per_s = 1e9;
static const double customer_step_s = 0.33e-9;
static const double battery_step_s = 1.5e-9;
static const double scenario_plan_s = 10e-9;
static const double number_finish_s = 2e-9;
static const double number_s = 5e-9; /* its text is known; making that takes 35 ns */

/* Limits are shown in tenths of milliseconds; a ratio to one that shows as 0 says nothing. */
static const double least_limit_s = 0.5e-4;

typedef struct stage {
  const char *name;
  uint64_t wall_ns; /* 0: inside simulate, by the workers */
  uint64_t cpu_ns;  /* 0: as long as the wall says */
  double limit_s;   /* NaN: none known */
} stage;

static void add_stage(hx_table *t, const char *study, const stage *s) {
  double cpu_s = 1e-9 * (double)s->cpu_ns;
  hx_table_line(t, HX_T(study), HX_T(s->name),
                HX_N(s->wall_ns ? 1e-9 * (double)s->wall_ns : NAN, 4),
                HX_N(s->cpu_ns ? cpu_s : NAN, 4), HX_N(s->limit_s, 4),
                HX_N(s->limit_s >= least_limit_s
                         ? (s->cpu_ns ? cpu_s : 1e-9 * (double)s->wall_ns) / s->limit_s
                         : NAN,
                     1));
}

enum { FILES_TRIED = 256, PIECE_BYTES = 64 * 1024, PIECES = 256 };

/* A folder beside the outputs to try things in; false: there are none, or it cannot be made. */
static bool begin_trial(const run_study *study, hx_publish *dir) {
  char path[PATH_MAX];
  return study->folder[0] &&
         snprintf(path, sizeof path, "%s.timing", study->folder) < (int)sizeof path &&
         hx_outdir_begin(dir, path, study->name, false, NULL);
}

/* Seconds per byte of writing a long file where the outputs went; NAN when it cannot be tried. */
static double bare_write_s(const run_study *study) {
  static const char piece[PIECE_BYTES] = {0};
  hx_publish dir;
  if (!begin_trial(study, &dir))
    return NAN;
  int folder = open(dir.temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int fd = folder < 0 ? -1 : openat(folder, "rows", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  int written = 0;
  uint64_t start_ns = hx_clock_ns();
  while (fd >= 0 && written < PIECES && write(fd, piece, sizeof piece) == (ssize_t)sizeof piece)
    written++;
  uint64_t passed_ns = hx_clock_ns() - start_ns;
  if (fd >= 0)
    close(fd);
  if (folder >= 0)
    close(folder);
  hx_publish_abandon(&dir);
  return written == PIECES ? 1e-9 * (double)passed_ns / ((double)PIECES * PIECE_BYTES) : NAN;
}

/* Of the tables with a row for each scenario. */
static double table_bytes(const run_study *study) {
  static const char *const names[] = {"results", "results_std_dev", "customer_results"};
  double bytes = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char path[PATH_MAX];
    struct stat status;
    if (study->folder[0] &&
        snprintf(path, sizeof path, "%s/%s_%s.csv", study->folder, study->name, names[i]) <
            (int)sizeof path &&
        stat(path, &status) == 0)
      bytes += (double)status.st_size;
  }
  return bytes;
}

/* Seconds that it takes to create and close an empty file where the outputs went; 0 when there are
 * none or it cannot be tried. */
static double bare_creation_s(const run_study *study) {
  hx_publish dir;
  if (!begin_trial(study, &dir))
    return 0;
  int folder = open(dir.temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int made = 0;
  uint64_t start_ns = hx_clock_ns();
  for (; folder >= 0 && made < FILES_TRIED; made++) {
    char name[32];
    snprintf(name, sizeof name, "%d.csv", made);
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
      break;
    close(fd);
  }
  uint64_t passed_ns = hx_clock_ns() - start_ns;
  if (folder >= 0)
    close(folder);
  hx_publish_abandon(&dir);
  return made > 0 ? 1e-9 * (double)passed_ns / made : 0;
}

hx_table *run_timing_table(const run_study *study) {
  char key[64];
  snprintf(key, sizeof key, "timing_%.50s", study->name);
  hx_table *t = hx_table_create(key, NULL);
  hx_table_column(t, "study", NULL, HX_COL_TEXT);
  hx_table_column(t, "stage", study->name, HX_COL_TEXT);
  hx_table_columns(t, "#wall_s=wall s|#workers_s=workers s|#limit_s=limit s|#ratio=ratio");

  const run_phases *p = &study->phases;
  const pvs_work_stats *w = &study->report.total;
  double energy_s =
      (double)w->customer_steps * customer_step_s + (double)w->battery_steps * battery_step_s;
  double file_s = bare_creation_s(study);
  double write_s = (double)w->numbers_written * number_s + (double)w->files_written * file_s;
  double byte_s = bare_write_s(study), appended = table_bytes(study);
  const stage stages[] = {
      {"read", p->read_ns, 0, (double)study->info.input_bytes / read_bytes_per_s},
      {"plan", p->plan_ns, 0, (double)study->plan.scenarios * scenario_plan_s},
      {"run", p->simulate_ns, 0, NAN},
      {"  simulate and bill", 0, w->flow_ns + w->bill_ns, energy_s},
      {"    flows", 0, w->flow_ns, NAN},
      {"    bills", 0, w->bill_ns, NAN},
      {"  finish", 0, w->finish_ns, (double)w->numbers_written * number_finish_s},
      {"  write", 0, w->write_ns, write_s},
      {"  append rows", 0, study->report.append_ns + study->report.coordinator_ns,
       appended * byte_s},
      {"flush", p->output_ns, 0, NAN},
      {"put in place", p->publish_ns, 0, NAN},
  };
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    add_stage(t, study->name, &stages[i]);
  char measured[96] = "";
  if (file_s > 0 && !isnan(byte_s))
    snprintf(measured, sizeof measured,
             ", %.1f us per file (measured), tables at %.1f GB/s (measured)", 1e6 * file_s,
             1e-9 / byte_s);
  hx_table_note(t,
                "limits on one core: inputs at 1 GB/s, 10 ns per scenario to plan, 0.33 ns per "
                "customer and step, 1.5 ns per battery and step, 2 ns per number to finish and "
                "5 ns to write (35 ns if its text was not made before)%s",
                measured);
  hx_table_note(t,
                "%llu customer-steps, %llu battery-steps, %llu numbers, %llu files, %llu bytes "
                "read",
                (unsigned long long)w->customer_steps, (unsigned long long)w->battery_steps,
                (unsigned long long)w->numbers_written, (unsigned long long)w->files_written,
                (unsigned long long)study->info.input_bytes);
  return t;
}
