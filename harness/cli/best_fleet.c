#include "cli/best.h"

#include "cli/message.h"
#include "cli/table.h"
#include "cli/text.h"

static void add_verdict(hx_table *t, const hx_fleet *fleet) {
  if (fleet->n == 1)
    hx_table_note(t, "This store has only one machine: copy the folders of others into it");
  else if (fleet->candidates == 0)
    hx_table_note(t,
                  "No configuration was measured on all of them: sweep the same ones everywhere, "
                  "for example with pvtune sweep --workers 1,2,4 --exhaustive");
  else
    hx_table_note(t,
                  "%s serves all: at most %.1f %% slower than the best of each machine "
                  "(%zu configuration%s measured on all of them)",
                  fleet->serves_all, 100 * fleet->worst_loss, fleet->candidates,
                  HX_S(fleet->candidates));
}

void hx_best_warn_of_unknown(const hx_fleet *fleet) {
  if (fleet->n_unknown > 0)
    hx_warn("nothing is known of %zu machine%s for %s: %s; run pvtune tune there, or remove %s",
            fleet->n_unknown, HX_S(fleet->n_unknown), fleet->workload, fleet->unknown,
            fleet->n_unknown == 1 ? "its folder" : "their folders");
}

int hx_best_print_fleet(const hx_context *cx, const char *workload) {
  hx_fleet fleet;
  pvs_error error = {0};
  int status;
  if (hx_fleet_read(&fleet, cx->results_dir, workload, &error)) {
    hx_table *t = hx_table_create("fleet", NULL);
    hx_table_fact(t, "workload", "%s", fleet.workload);
    if (fleet.serves_all[0])
      hx_table_fact(t, "serves_all", "%s", fleet.serves_all);
    hx_table_columns(t, "machine=machine|allocation|config=best|#seconds=seconds|#speedup=speed-up|"
                        "tuned=tuned|#loss=loss with what serves all");
    for (size_t i = 0; i < fleet.n; i++) {
      const hx_fleet_machine *m = &fleet.machines[i];
      hx_table_line(t, HX_T(m->machine), HX_T(m->allocation), HX_T(m->config),
                    HX_N(m->seconds, m->seconds < 0.1 ? 4 : 3), HX_N(m->speedup, 2), HX_T(m->tuned),
                    HX_P(m->loss, false));
    }
    add_verdict(t, &fleet);
    status = hx_command_print(cx, t);
    hx_best_warn_of_unknown(&fleet);
  } else {
    status = hx_command_fail(&error, HX_EXIT_FAILED);
  }
  hx_fleet_deinit(&fleet);
  return status;
}
