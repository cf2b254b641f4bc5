/* Shell scripts as timed runs, and a folder for what they write. */
#ifndef TESTS_UNIT_PROCESS_SUPPORT_H
#define TESTS_UNIT_PROCESS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/files.h"
#include "measure/process.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64]; /* of the test, empty at its beginning */

__attribute__((unused)) static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/pvtune-test-process-XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

__attribute__((unused)) static int remove_folder(void **state) {
  (void)state;
  return hx_files_remove(folder) ? 0 : -1;
}

__attribute__((unused)) static hx_process_result
run_shell(const char *script, double cap_s, double timeout_s,
          const volatile sig_atomic_t *interrupts) {
  char *argv[] = {"sh", "-c", strdup(script), NULL};
  hx_process_result result;
  hx_process_run(&(hx_process_spec){.argv = argv,
                                    .telemetry = true,
                                    .stdout_fd = -1,
                                    .cap_s = cap_s,
                                    .timeout_s = timeout_s,
                                    .interrupts = interrupts},
                 &result);
  free(argv[2]);
  return result;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

#endif
