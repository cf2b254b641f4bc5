/* sin, cos and exp from + - * / and exactly rounded operations alone: libm's last bit differs
 * between machines, and one bit can turn a rounded meter reading into the next. About 1e-9
 * relative, which is plenty for weather. */
#ifndef HX_SYNTH_PORTABLE_MATH_H
#define HX_SYNTH_PORTABLE_MATH_H

#define HX_SYNTH_PI 3.14159265358979323846

double hx_synth_sin(double radians);
double hx_synth_cos(double radians);
double hx_synth_exp(double x);

static inline double hx_synth_clamp(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

#endif
