/* All trials of the short form. */
#define ALL_TRIALS
#include "test_replay_selftest.c" /* NOLINT(bugprone-suspicious-include) */
