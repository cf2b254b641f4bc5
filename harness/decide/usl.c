#include "decide/usl.h"

#include "decide/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 60, PARAMETERS = 3 };

/* ln T = theta0 + ln((1 + a (n - 1) + b n (n - 1)) / n) */
static double predict(const double *theta, double n) {
  return theta[0] + log((1 + theta[1] * (n - 1) + theta[2] * n * (n - 1)) / n);
}

static double misfit_of(const hx_usl_point *p, size_t n, const double *theta) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double r = log(p[i].seconds) - predict(theta, p[i].workers);
    sum += p[i].runs * r * r;
  }
  return sum;
}

/* J'WJ and J'Wr at theta. */
static void normal_equations(const hx_usl_point *p, size_t n, const double *theta,
                             double a[PARAMETERS][PARAMETERS], double *b) {
  memset(a, 0, sizeof(double[PARAMETERS][PARAMETERS]));
  memset(b, 0, PARAMETERS * sizeof *b);
  for (size_t i = 0; i < n; i++) {
    double w = p[i].workers, bottom = 1 + theta[1] * (w - 1) + theta[2] * w * (w - 1);
    double j[PARAMETERS] = {1, (w - 1) / bottom, w * (w - 1) / bottom};
    double r = log(p[i].seconds) - predict(theta, w);
    for (int k = 0; k < PARAMETERS; k++) {
      b[k] += p[i].runs * j[k] * r;
      for (int l = 0; l < PARAMETERS; l++)
        a[k][l] += p[i].runs * j[k] * j[l];
    }
  }
}

/* Solves a x = b, with `damping` on the diagonal; inverse: of a. False when singular. */
static bool solve(double a[PARAMETERS][PARAMETERS], const double *b, double damping, double *x,
                  double inverse[PARAMETERS][PARAMETERS]) {
  double m[PARAMETERS][2 * PARAMETERS + 1] = {{0}};
  for (int i = 0; i < PARAMETERS; i++) {
    for (int j = 0; j < PARAMETERS; j++)
      m[i][j] = a[i][j] * (i == j ? 1 + damping : 1);
    m[i][PARAMETERS + i] = 1;
    m[i][2 * PARAMETERS] = b[i];
  }
  for (int i = 0; i < PARAMETERS; i++) {
    if (!(fabs(m[i][i]) > 1e-300))
      return false;
    for (int k = 0; k < PARAMETERS; k++) {
      double f = k == i ? 0 : m[k][i] / m[i][i];
      for (int j = 0; j <= 2 * PARAMETERS; j++)
        m[k][j] -= f * m[i][j];
    }
  }
  for (int i = 0; i < PARAMETERS; i++) {
    x[i] = m[i][2 * PARAMETERS] / m[i][i];
    for (int j = 0; j < PARAMETERS; j++)
      inverse[i][j] = m[i][PARAMETERS + j] / m[i][i];
  }
  return true;
}

/* Levenberg and Marquardt from theta; contention and coherency are at least 0. */
static double descend(const hx_usl_point *p, size_t n, double *theta) {
  double best = misfit_of(p, n, theta), damping = 1e-3;
  for (int round = 0; round < ROUNDS; round++) {
    double a[PARAMETERS][PARAMETERS], b[PARAMETERS], step[PARAMETERS], next[PARAMETERS];
    double inverse[PARAMETERS][PARAMETERS];
    normal_equations(p, n, theta, a, b);
    if (!solve(a, b, damping, step, inverse))
      break;
    for (int k = 0; k < PARAMETERS; k++)
      next[k] = k == 0 ? theta[k] + step[k] : fmax(0, theta[k] + step[k]);
    double misfit = misfit_of(p, n, next);
    if (misfit < best) {
      best = misfit;
      memcpy(theta, next, sizeof next);
      damping /= 5;
    } else
      damping *= 4;
  }
  return best;
}

hx_usl hx_usl_fit(const hx_usl_point *points, size_t n) {
  double nan = (double)NAN;
  hx_usl u = {.one_s = nan,
              .contention = nan,
              .contention_lower = nan,
              .contention_upper = nan,
              .coherency = nan,
              .coherency_lower = nan,
              .coherency_upper = nan,
              .peak = nan,
              .peak_speedup = nan,
              .misfit = nan};
  size_t distinct = 0, runs = 0;
  for (size_t i = 0; i < n; i++) {
    bool first = true;
    for (size_t j = 0; j < i; j++)
      first = first && points[j].workers != points[i].workers;
    distinct += first;
    runs += (size_t)points[i].runs;
  }
  if (distinct < PARAMETERS)
    return u;
  /* From either corner, and from within: the better one. */
  static const double starts[][2] = {{0.01, 1e-4}, {0, 1e-3}, {0.2, 0}};
  double theta[PARAMETERS] = {0}, best = INFINITY;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    double t[PARAMETERS] = {log(points[0].seconds * points[0].workers), starts[i][0], starts[i][1]};
    double misfit = descend(points, n, t);
    if (misfit < best) {
      best = misfit;
      memcpy(theta, t, sizeof t);
    }
  }
  if (!isfinite(best))
    return u;
  double df = (double)distinct - PARAMETERS;
  double a[PARAMETERS][PARAMETERS], b[PARAMETERS], x[PARAMETERS], inverse[PARAMETERS][PARAMETERS];
  normal_equations(points, n, theta, a, b);
  u.fitted = true;
  u.one_s = exp(theta[0]);
  u.contention = theta[1];
  u.coherency = theta[2];
  u.misfit = sqrt(best / (double)runs);
  if (df > 0 && solve(a, b, 0, x, inverse)) {
    double reach = hx_stats_t_quantile(0.975, df) * sqrt(best / df);
    double contention = reach * sqrt(fmax(0, inverse[1][1]));
    double coherency = reach * sqrt(fmax(0, inverse[2][2]));
    u.contention_lower = fmax(0, theta[1] - contention);
    u.contention_upper = theta[1] + contention;
    u.coherency_lower = fmax(0, theta[2] - coherency);
    u.coherency_upper = theta[2] + coherency;
    u.coherency_shown = u.coherency_lower > 0;
  }
  u.peak = theta[2] > 0 ? sqrt(fmax(0, 1 - theta[1]) / theta[2]) : INFINITY;
  u.peak_speedup = isfinite(u.peak) ? u.one_s / hx_usl_seconds(&u, fmax(1, u.peak))
                   : theta[1] > 0   ? 1 / theta[1]
                                    : INFINITY;
  return u;
}

double hx_usl_seconds(const hx_usl *u, double n) {
  return u->one_s * (1 + u->contention * (n - 1) + u->coherency * n * (n - 1)) / n;
}

void hx_usl_sentence(const hx_usl *u, char *text, size_t size) {
  if (!u->fitted || isnan(u->contention_lower))
    snprintf(text, size, "too few worker counts to tell what limits it");
  else if (u->contention_upper - u->contention_lower > 0.5)
    snprintf(text, size, "it cannot be told what limits it: the times scatter too much");
  else if (u->coherency_shown)
    snprintf(
        text, size,
        "%.1f %% of the work is serial (95 %%: %.1f to %.1f), and workers slow each other down: "
        "by the fit no more than %.0f pay",
        100 * u->contention, 100 * u->contention_lower, 100 * u->contention_upper,
        fmax(1, round(u->peak)));
  else
    snprintf(text, size,
             "%.1f %% of the work is serial (95 %%: %.1f to %.1f); no count is seen from "
             "which more workers are slower",
             100 * u->contention, 100 * u->contention_lower, 100 * u->contention_upper);
}
