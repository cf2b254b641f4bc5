/* The confirmation: the race's winner against what it must beat, round by round. */
#include "decide/final_state.h"

#include <math.h>

enum {
  WINNER = 0, /* members */
  SERIAL = 1,
  NEEDED = 3, /* those two and the simplest sibling */
  FIRST_LOOK = 0,
  SIBLING_LOOKS = 3, /* those that a sibling gets anyway, of hx_final_looks: 16 rounds */
  SIBLING_MOST = 4,  /* and at the most, for a sibling that seems slower: 24 */
  FUTILE_LOOK = 2,   /* the first that may find more rounds useless */
  LAST_RUNS = 3,     /* of the winner, by which others are stopped */
  SMALL = 3,         /* CPUs: a machine with no more is small */
};

const int hx_final_looks[HX_FINAL_LOOKS] = {6, 8, 16, 24, 32};

/* One-sided level of "faster than serial" at the look after 8 rounds, at the later ones, and at the
 * last one: about 1 % all together at the most. After 8 rounds all of them must agree. */
static const double EARLY_ALPHA = 0.0045, LATER_ALPHA = 0.0025, LAST_ALPHA = 0.001;

/* After 6 rounds, too few for that level: slower by FAR, and in every one of them by FAR_LEAST. */
static const double FAR = 1.4, FAR_LEAST = 1.2;

/* One-sided levels at which a simpler sibling is shown to be slower. Where CPUs are few, pins,
 * executors and schedules matter so little that the same answer in every tuning is worth more: there
 * the sibling must also be slower by more than a tie. Schedules, chunk sizes and more workers than
 * CPUs matter least. */
static const double BEHIND_ALPHA = 0.05, BEHIND_ALPHA_SMALL = 0.02, BEHIND_ALPHA_FINE = 0.0025;

/* In tie widths, where CPUs are more. BEHIND: a sibling this much slower need be so at that level only.
 * BEHIND_INTERVAL: one this much slower must be so by its 95 % interval. COULD_MATTER: more rounds are
 * made while a sibling may still be this much slower. */
static const double BEHIND = 0.75, BEHIND_INTERVAL = 0.5, COULD_MATTER = 0.75;

/* With a one-sided p-value above FUTILE after 16 rounds, those up to 24 reach LATER_ALPHA in fewer than
 * one of 15 cases. The rounds up to 32 are for those that are close to it after 24. */
static const double FUTILE = 0.06, FUTILE_LATE = 0.01;

static const double SERIAL_SHARE = 30; /* runs of the winner that serial runs may cost together */
static const double SERIAL_CAP = 2; /* times the winner: where serial runs are stopped after that */
static const double CAP = 4;        /* times what is expected, for all others */

static bool is_small(const hx_space *space) {
  return space->cpus <= SMALL;
}

static bool add_member(hx_final *f, size_t point) {
  for (size_t i = 0; i < f->n_members; i++)
    if (f->member[i] == point)
      return true;
  if (f->n_members == HX_FINAL_MEMBERS)
    return false;
  f->member[f->n_members++] = point;
  return true;
}

/* Adds a point that may not have raced, if it is part of the space. */
static void add_point(hx_final *f, hx_point p) {
  if (!hx_space_canonical(f->space, &p) ||
      (f->options.hopeless && f->options.hopeless(f->options.context, &p)))
    return;
  size_t i = 0;
  while (i < f->m_all && !hx_point_equal(&f->points[i], &p))
    i++;
  if (i == f->m_all) {
    f->points[i] = p;
    f->seconds[i] = (double)NAN;
    f->m_all++;
  }
  add_member(f, i);
}

/* The simplest configuration of that many workers. */
static hx_point plain_of(const hx_space *space, const hx_point *winner, int workers) {
  int value[HX_SPACE_AXES];
  for (int a = 0; a < HX_SPACE_AXES; a++)
    value[a] = space->axes[a].parallel ? 0 : winner->value[a];
  int executor = winner->executor > 1 ? 1 : winner->executor;
  return hx_space_point(space, executor, winner->processes, workers, value);
}

/* Does it have other values of a program's parameters than the baseline? */
static bool has_other_params(const hx_space *space, const hx_point *p) {
  bool other = false;
  for (int a = 0; a < space->n_axes; a++)
    other = other || (!space->axes[a].parallel && p->value[a] != space->base[a]);
  return other;
}

/* Fills what a winner has to beat beside the baseline, the simplest first, and returns how many:
 *   - one worker with the same parameters, if the baseline has others;
 *   - the winner unpinned, with at most one worker per CPU. On few CPUs this one also runs in the
 *     simplest executor with the simplest schedule, so that tuning again gives the same answer;
 *   - the winner unpinned;
 *   - the winner with at most one worker per CPU. */
static size_t simpler_of(const hx_space *space, const hx_point *winner,
                         hx_point simpler[HX_FINAL_EXTRA]) {
  const int axis = space->place_axis;
  int workers = hx_point_workers(winner);
  bool pinned = axis < space->n_axes && winner->value[axis] > 0;
  bool crowded = workers > space->cpus;
  hx_point unpinned = *winner;
  if (pinned)
    unpinned.value[axis] = 0;
  hx_point plain = unpinned;
  int fitting = crowded ? space->cpus : workers;
  if (is_small(space))
    plain = plain_of(space, winner, fitting);
  else if (crowded)
    plain = hx_space_point(space, winner->executor, winner->processes, fitting, unpinned.value);
  size_t n = 0;
  if (workers > 1 && has_other_params(space, winner))
    simpler[n++] = hx_space_point(space, 0, 1, 1, winner->value);
  if (!hx_point_equal(&plain, winner))
    simpler[n++] = plain;
  if (pinned)
    simpler[n++] = unpinned;
  if (crowded)
    simpler[n++] =
        hx_space_point(space, winner->executor, winner->processes, fitting, winner->value);
  return n;
}

/* Serial runs to the end: enough for bounds, or else one, if the budget has room for it: the first run
 * of a search is often slower than those that follow, so a factor needs a fresh one. */
static int whole_serial_runs(const hx_final *f) {
  double winner = f->seconds[f->member[WINNER]], serial = f->seconds[0];
  if (isnan(serial))
    return HX_FINAL_ROUNDS;
  double round_s = ((double)(f->n_members - 1) + fmin(SERIAL_CAP, serial / winner)) * winner;
  double others_s = hx_final_looks[FIRST_LOOK + 1] * round_s;
  double left_s = f->left_s / f->options.cost_of_second - others_s;
  double most = fmin(SERIAL_SHARE * winner, left_s) / serial;
  if (most >= HX_PAIRS_FEWEST)
    return (int)fmin(HX_FINAL_ROUNDS, most);
  return serial <= left_s;
}

void hx_final_confirm(hx_final *f, size_t winner) {
  f->confirming = true;
  add_member(f, winner);
  add_member(f, 0);
  hx_point simpler[HX_FINAL_EXTRA];
  size_t n = simpler_of(f->space, &f->points[winner], simpler);
  for (size_t i = 0; i < n; i++)
    add_point(f, simpler[i]);
  for (size_t more = 0; more < f->m; more++) { /* the shaky ones, best first */
    size_t next = f->m;
    for (size_t i = 1; i < f->m; i++) {
      bool better = f->shaky[i] && !isnan(f->seconds[i]) &&
                    (next == f->m || f->seconds[i] < f->seconds[next]);
      next = better ? i : next;
    }
    if (next == f->m || !add_member(f, next))
      break;
    f->shaky[next] = false;
  }
  for (size_t r = 0; r < HX_FINAL_ROUNDS; r++)
    for (size_t c = 0; c < HX_FINAL_MEMBERS; c++)
      f->cells[r][c].y = (double)NAN;
  f->whole_serial = whole_serial_runs(f);
  f->round = 0;
  f->n_order = f->at = 0;
}

hx_pairs hx_final_against(const hx_final *f, size_t a, size_t b, bool whole) {
  return hx_pairs_compare(&f->cells[0][a], &f->cells[0][b], (size_t)f->round, HX_FINAL_MEMBERS,
                          whole);
}

static double level_of(const hx_pairs *p) {
  int early = hx_final_looks[FIRST_LOOK + 1];
  bool last = p->n > hx_final_looks[HX_FINAL_LOOKS - 2];
  return p->n < early ? 0 : p->n == early ? EARLY_ALPHA : last ? LAST_ALPHA : LATER_ALPHA;
}

/* Is a faster than b, by more than a tie? */
static bool shown_faster(const hx_pairs *p, double tie) {
  bool far =
      p->n >= hx_final_looks[FIRST_LOOK] && p->estimate > log(FAR) && p->least > log(FAR_LEAST);
  return p->estimate > tie && (far || p->p_a_faster <= level_of(p));
}

static bool alike(const hx_pairs *p, double tie) {
  return p->lower >= -tie && p->upper <= tie;
}

/* Simpler in kind: nowhere less simple in executor and values, somewhere simpler; as many workers, or
 * one per CPU instead of more, or one. */
static bool simpler_kind(const hx_final *f, size_t a, size_t b) {
  const hx_point *p = &f->points[f->member[a]], *q = &f->points[f->member[b]];
  int own = hx_point_workers(p), other = hx_point_workers(q);
  bool fewer = own < other, simpler = fewer || p->executor < q->executor;
  for (int i = 0; i < f->space->n_axes; i++) {
    if (f->space->axes[i].parallel ? p->value[i] > q->value[i] : p->value[i] != q->value[i])
      return false;
    simpler = simpler || p->value[i] < q->value[i];
  }
  return simpler && p->executor <= q->executor &&
         (own == other || (fewer && (own == 1 || own == f->space->cpus)));
}

/* Do two members differ in how work is divided among the workers, or has a more of them than there are
 * CPUs? */
static bool differ_finely(const hx_final *f, size_t a, size_t b) {
  const hx_point *p = &f->points[f->member[a]], *q = &f->points[f->member[b]];
  if (hx_point_workers(p) > f->space->cpus && hx_point_workers(q) <= f->space->cpus)
    return true;
  for (int i = 0; i < f->space->n_axes; i++)
    if (f->space->axes[i].parallel && i != f->space->place_axis && p->value[i] != q->value[i])
      return true;
  return false;
}

/* Is b slower than a, by enough to matter? p: of the two. */
static bool shown_behind(const hx_final *f, size_t a, size_t b, const hx_pairs *p) {
  double tie = f->options.tie;
  if (is_small(f->space))
    return p->estimate > tie &&
           p->p_a_faster <= (differ_finely(f, a, b) ? BEHIND_ALPHA_FINE : BEHIND_ALPHA_SMALL);
  return (p->estimate > BEHIND * tie && p->p_a_faster <= BEHIND_ALPHA) ||
         (p->estimate > BEHIND_INTERVAL * tie && p->lower > 0);
}

/* The race's winner, or another member where it is shown to be faster, or is simpler in kind and
 * not shown to be slower. */
static size_t choose(const hx_final *f) {
  size_t winner = WINNER;
  for (size_t c = SERIAL + 1; c < f->n_members; c++) {
    if (f->broken[c])
      continue;
    hx_pairs p = hx_final_against(f, winner, c, false);
    bool enough = p.n >= HX_PAIRS_FEWEST;
    bool faster = enough && p.estimate < -f->options.tie && p.p_b_faster <= EARLY_ALPHA / 2;
    bool simpler = enough && simpler_kind(f, c, winner) && !shown_behind(f, winner, c, &p);
    if (f->broken[winner] || faster || simpler)
      winner = c;
  }
  return winner;
}

/* Could more rounds show that the race's winner is faster than its simpler sibling? */
static bool sibling_open(const hx_final *f, size_t c) {
  hx_pairs p = hx_final_against(f, WINNER, c, false);
  double tie = f->options.tie;
  bool could = p.upper > COULD_MATTER * tie && f->look < SIBLING_LOOKS;
  return p.n > 0 && !f->broken[WINNER] && !f->broken[c] && !shown_behind(f, WINNER, c, &p) &&
         (could || (p.estimate > tie && f->look < SIBLING_MOST));
}

/* Are the rounds that are left unlikely to show which of the two is faster, or that they are alike? */
static bool futile(const hx_pairs *p, double tie) {
  const int late = hx_final_looks[FUTILE_LOOK], latest = hx_final_looks[HX_FINAL_LOOKS - 2];
  double at_end = (p->upper - p->lower) / 2 * sqrt((double)p->n / latest);
  double least = fmin(p->p_a_faster, p->p_b_faster);
  return p->n >= latest ? least > FUTILE_LATE : p->n >= late && least > FUTILE && at_end > tie;
}

/* Could more rounds show anything about serial? */
static bool serial_open(const hx_final *f, size_t c) {
  hx_pairs p = hx_final_against(f, c, SERIAL, false);
  double tie = f->options.tie;
  return p.n > 0 && !f->broken[SERIAL] && !f->broken[c] && !shown_faster(&p, tie) &&
         !alike(&p, tie) && p.p_b_faster > level_of(&p) && !futile(&p, tie);
}

/* After a look: what is open goes on, and whatever may still win. False when all is settled. */
static bool go_on(hx_final *f) {
  size_t winner = choose(f);
  bool siblings = false;
  for (size_t c = SERIAL + 1; c < f->n_members; c++) {
    f->out[c] = !sibling_open(f, c);
    siblings = siblings || !f->out[c];
  }
  f->out[WINNER] = !siblings;
  f->out[winner] = false;
  f->out[SERIAL] = true;
  for (size_t c = 0; c < f->n_members; c++)
    if (c != SERIAL && !f->out[c] && serial_open(f, c))
      f->out[SERIAL] = false;
  f->look++;
  return (siblings || !f->out[SERIAL]) && f->look < HX_FINAL_LOOKS && !f->broken[winner];
}

static double winner_s(const hx_final *f) {
  return f->seconds[f->member[WINNER]];
}

/* Of a sibling that did not race: what its first run took. */
static double expected_s(const hx_final *f, size_t c) {
  double raced = f->seconds[f->member[c]], first = f->cells[0][c].y;
  return !isnan(raced) ? raced : !isnan(first) ? exp(first) : winner_s(f);
}

/* Expected seconds until the next look. */
static double cost_s(const hx_final *f) {
  int rounds = hx_final_looks[f->look] - f->round;
  double sum = 0;
  for (size_t c = 0; c < f->n_members; c++) {
    double own = expected_s(f, c);
    int whole = c != SERIAL || f->whole_serial > rounds ? rounds : f->whole_serial;
    double each_s = fmin(own, SERIAL_CAP * winner_s(f));
    sum += f->out[c] || f->broken[c] ? 0 : whole * own + (rounds - whole) * each_s;
  }
  return sum * f->options.cost_of_second;
}

bool hx_final_confirm_next(hx_final *f) {
  if (f->round == hx_final_looks[f->look] && !go_on(f))
    return false;
  while (f->round == 0 && f->n_members > NEEDED && cost_s(f) > f->left_s)
    f->n_members--; /* rather without what the race dropped, and the other siblings */
  f->cut_short = cost_s(f) > f->left_s;
  if (f->cut_short)
    return false;
  f->round++;
  f->n_order = f->at = 0;
  for (size_t c = 0; c < f->n_members; c++)
    if (!f->out[c] && !f->broken[c])
      f->order[f->n_order++] = c;
  hx_rng_shuffle(&f->rng, f->order, f->n_order);
  return f->n_order > 1;
}

/* What the winner takes at the machine's speed of now: the longest of its last runs. */
static double winner_now_s(const hx_final *f) {
  double longest = -INFINITY;
  for (int r = f->round - 1, n = 0; r >= 0 && n < LAST_RUNS; r--)
    if (!isnan(f->cells[r][WINNER].y)) {
      longest = fmax(longest, f->cells[r][WINNER].y);
      n++;
    }
  return isfinite(longest) ? exp(longest) : winner_s(f);
}

double hx_final_confirm_cap_s(const hx_final *f, size_t member) {
  double expected = f->seconds[f->member[member]], winner = winner_now_s(f);
  bool alone = f->points[f->member[member]].executor == 0;
  if (member == SERIAL ? f->whole_serial <= 0 : alone)
    return SERIAL_CAP * winner;
  double slower = fmax(1, winner / winner_s(f));
  return CAP * fmax(winner, isnan(expected) ? 0 : expected * slower);
}

double hx_final_confirm_least_s(const hx_final *f) {
  double best = INFINITY;
  for (size_t i = 0; i < f->m; i++)
    best = isnan(f->seconds[i]) ? best : fmin(best, f->seconds[i]);
  if (!isfinite(best))
    return 0;
  double serial = isnan(f->seconds[0]) ? best : f->seconds[0];
  double round_s = 2 * best + fmin(SERIAL_CAP * best, serial);
  int rounds = hx_final_looks[serial > 1.1 * FAR * best ? FIRST_LOOK : FIRST_LOOK + 1];
  return f->options.cost_of_second * (rounds * round_s + best);
}

void hx_final_confirm_add(hx_final *f, size_t member, hx_final_outcome outcome, double seconds) {
  if (outcome == HX_FINAL_INVALID) {
    f->broken[member] = true;
    return;
  }
  f->cells[f->round - 1][member] = (hx_pairs_cell){log(seconds), outcome == HX_FINAL_CENSORED};
  if (member == SERIAL && outcome == HX_FINAL_VALID)
    f->whole_serial--;
}

/* ---- what it amounts to ---- */

hx_final_decision hx_final_decide(const hx_final *f) {
  double tie = f->options.tie;
  hx_final_decision d = {.state = HX_VERDICT_TOO_SHORT, .winner = WINNER, .answer = SERIAL};
  if (!f->confirming)
    return d;
  bool two = f->n_members > 1, barred = f->options.baseline_barred;
  d.winner = two ? choose(f) : WINNER;
  bool broken = f->broken[d.winner] || f->broken[SERIAL];
  for (size_t i = 0; i < f->n_racers; i++)
    broken = broken || (!two && f->racers[i].broken);
  d.compared = two && !broken;
  if (broken)
    d.state = HX_VERDICT_FAILED;
  if (!d.compared)
    return d;
  hx_pairs p = hx_final_against(f, d.winner, SERIAL, false);
  if (p.n < HX_PAIRS_FEWEST && !barred)
    return d;
  bool faster = barred || shown_faster(&p, tie), slower = p.n > 0 && p.p_b_faster <= level_of(&p);
  if (faster)
    d.answer = d.winner;
  d.state = faster || slower ? HX_VERDICT_FOUND
            : alike(&p, tie) ? HX_VERDICT_NO_EFFECT
                             : HX_VERDICT_NOT_SHOWN;
  return d;
}
