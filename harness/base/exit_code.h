/* Exit codes of pvtune's commands; what they mean is told in every command's help. */
#ifndef HX_BASE_EXIT_CODE_H
#define HX_BASE_EXIT_CODE_H

enum hx_exit {
  HX_EXIT_OK = 0,
  HX_EXIT_FAILED = 1,    /* also: nothing was measured */
  HX_EXIT_USAGE = 2,     /* usage or bad input */
  HX_EXIT_DIFFERENT = 3, /* outputs differ */
  HX_EXIT_SLOWER = 4,    /* or more memory than was allowed */
  HX_EXIT_INCONCLUSIVE = 5,
  HX_EXIT_SIGNAL = 128, /* plus the number of the signal that interrupted: 130, 143 */
};

#endif
