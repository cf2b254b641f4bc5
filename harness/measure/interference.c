#include "measure/interference.h"

#include "base/phrase.h"

#include <math.h>

/* The kernel counts ticks of 10 ms: what a run's counts may be wrong by, on CPUs that are busy at
 * either end of it. Over n runs such errors grow with the root of n. */
static const double tick_doubt_s = 0.03;
static const double other_share_min = 0.05, steal_share_min = 0.02;
static const double judged_alone_s = 0.5;
/* Reads from disk of a study are normal once; this many are swapping. */
static const long long major_faults_min = 100;

static double known(double value) {
  return isnan(value) ? 0 : value;
}

/* Did something take more than that share of a core's time, and more than n runs may be wrong by? */
static bool took_more(double taken_s, double share, double wall_s, int n) {
  return taken_s > fmax(tick_doubt_s * sqrt(n), share * wall_s);
}

bool hx_interference_disturbed(double wall_s, double other_cpu_s, double steal_s) {
  return took_more(known(other_cpu_s), other_share_min, wall_s, 1) ||
         took_more(known(steal_s), steal_share_min, wall_s, 1);
}

typedef struct sums {
  double wall_s, other_s, steal_s;
  int runs, rounds;
} sums;

static void judge(const sums *s, hx_interference *out, sums *other, sums *steal) {
  if (took_more(s->other_s, other_share_min, s->wall_s, s->runs)) {
    out->other_rounds += s->rounds;
    other->other_s += s->other_s;
    other->wall_s += s->wall_s;
  }
  if (took_more(s->steal_s, steal_share_min, s->wall_s, s->runs)) {
    out->steal_rounds += s->rounds;
    steal->steal_s += s->steal_s;
    steal->wall_s += s->wall_s;
  }
}

hx_interference hx_interference_of(const hx_interference_run *runs, size_t n) {
  hx_interference out = {.runs = (int)n};
  sums before = {0}, now = {0}, other = {0}, steal = {0};
  for (size_t i = 0; i < n; i++) {
    bool begins = i == 0 || runs[i].block != runs[i - 1].block;
    if (begins) {
      if (now.wall_s >= judged_alone_s) {
        judge(&before, &out, &other, &steal);
        before = now;
        now = (sums){0};
      }
      now.rounds++;
      out.rounds++;
    }
    now.runs++;
    now.wall_s += runs[i].wall_s;
    now.other_s += known(runs[i].other_cpu_s);
    now.steal_s += known(runs[i].steal_s);
    out.major_faults += runs[i].major_faults > 0 ? runs[i].major_faults : 0;
  }
  if (now.wall_s < judged_alone_s) { /* what is left is judged with what was before it */
    now.runs += before.runs;
    now.rounds += before.rounds;
    now.wall_s += before.wall_s;
    now.other_s += before.other_s;
    now.steal_s += before.steal_s;
  } else
    judge(&before, &out, &other, &steal);
  judge(&now, &out, &other, &steal);
  out.other_share = other.wall_s > 0 ? other.other_s / other.wall_s : 0;
  out.steal_share = steal.wall_s > 0 ? steal.steal_s / steal.wall_s : 0;
  return out;
}

static void say(hx_phrase *out, const char *who, double share, int rounds,
                const hx_interference *found) {
  hx_phrase_add(out, "%s%s took ", out->length ? "; " : "", who);
  if (share < 0.995)
    hx_phrase_add(out, "%.0f %% of a core", 100 * share);
  else
    hx_phrase_add(out, "%.1f cores", share);
  hx_phrase_add(out, " during %d of %d %s%s", rounds, found->rounds,
                found->runs == found->rounds ? "run" : "round", found->rounds == 1 ? "" : "s");
}

const char *hx_interference_sentence(const hx_interference *found, char *text, size_t cap) {
  hx_phrase out = {text, cap, 0};
  text[0] = 0;
  if (found->other_rounds)
    say(&out, "another job", found->other_share, found->other_rounds, found);
  if (found->steal_rounds)
    say(&out, "the hypervisor", found->steal_share, found->steal_rounds, found);
  if (found->major_faults >= major_faults_min)
    hx_phrase_add(&out, "%s%lld pages were read back from disk (is memory short?)",
                  out.length ? "; " : "", found->major_faults);
  return text;
}
