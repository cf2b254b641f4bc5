#include "synth/portable_math.h"

#include <math.h>

double hx_synth_sin(double radians) {
  double x = radians - 2 * HX_SYNTH_PI * floor(radians / (2 * HX_SYNTH_PI) + 0.5);
  if (x > HX_SYNTH_PI / 2)
    x = HX_SYNTH_PI - x;
  if (x < -HX_SYNTH_PI / 2)
    x = -HX_SYNTH_PI - x;
  double q = x * x;
  double tail = 1.0 / 6227020800.0;
  tail = tail * q - 1.0 / 39916800.0;
  tail = tail * q + 1.0 / 362880.0;
  tail = tail * q - 1.0 / 5040.0;
  tail = tail * q + 1.0 / 120.0;
  tail = tail * q - 1.0 / 6.0;
  return x + x * q * tail;
}

double hx_synth_cos(double radians) {
  return hx_synth_sin(radians + HX_SYNTH_PI / 2);
}

double hx_synth_exp(double x) {
  if (x < -700)
    return 0;
  if (x > 700)
    x = 700;
  double n = floor(x * 1.44269504088896340736 + 0.5);
  double r = x - n * 0.69314718055994530942;
  double sum = 1.0 / 362880.0;
  static const double inverse_factorial[] = {
      1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1.0, 1.0};
  for (int i = 0; i < 9; i++)
    sum = sum * r + inverse_factorial[i];
  return ldexp(sum, (int)n);
}
