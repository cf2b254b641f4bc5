#include "cli/stop_signal.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

/* The one thing a signal handler can reach. */
static volatile sig_atomic_t stop_signal;

static void on_signal(int number) {
  stop_signal = number;
}

void hx_stop_signal_catch(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  stop_signal = 0;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before;
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(numbers[i], &action, NULL);
  }
}

const volatile sig_atomic_t *hx_stop_signal(void) {
  return &stop_signal;
}

_Noreturn void hx_stop_signal_end(int number) {
  fflush(stdout);
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number);
}
