/* pvtune COMMAND …: finds the command; all else is the command's. */
#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/message.h"
#include "measure/store_file.h"
#include "pvs/pvs.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int unknown_command(const char *name) {
  if (strcmp(name, "version") == 0 || strcmp(name, "-V") == 0 || strcmp(name, "-v") == 0)
    return hx_error_exit(HX_EXIT_USAGE, "found '%s', expected a command, or 'pvtune --version'",
                         name);
  const char *near = hx_command_suggest(name);
  if (near != NULL)
    return hx_error_exit(HX_EXIT_USAGE, "unknown command '%s'; did you mean '%s'?", name, near);
  return hx_error_exit(HX_EXIT_USAGE, "unknown command '%s'; 'pvtune --help' lists all", name);
}

static int help(int argc, char **argv) {
  if (argc > 1)
    return hx_error_exit(
        HX_EXIT_USAGE, "found an argument too many: '%s', expected 'pvtune help COMMAND'", argv[1]);
  if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 ||
      strcmp(argv[0], "-h") == 0) {
    hx_help_overview(stdout);
    return HX_EXIT_OK;
  }
  const hx_command *command = hx_command_find(argv[0]);
  if (command == NULL)
    return unknown_command(argv[0]);
  hx_help_command(stdout, command);
  return HX_EXIT_OK;
}

static int dispatch(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : NULL;
  if (name == NULL) { /* not exit 0: a script that lost its command must not pass */
    hx_help_overview(stderr);
    return HX_EXIT_USAGE;
  }
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
    return help(0, NULL);
  if (strcmp(name, "help") == 0)
    return help(argc - 2, argv + 2);
  if (strcmp(name, "--version") == 0) {
    puts("pvtune " PVS_VERSION);
    return HX_EXIT_OK;
  }
  if (name[0] == '-' && strcmp(name, "-V") != 0 && strcmp(name, "-v") != 0)
    return hx_error_exit(HX_EXIT_USAGE, "found the option '%s', expected a command before options",
                         name);
  const hx_command *command = hx_command_find(name);
  return command == NULL ? unknown_command(name)
                         : hx_command_main(command, argv[0], argc - 1, argv + 1);
}

/* A file may be read several times, and is told of once. */
static void tell_of_store(const char *warning) {
  static hx_text told;
  if (told.at && strstr(told.at, warning))
    return;
  hx_text_printf(&told, "%s\n", warning);
  hx_warn("%s", warning);
}

/* What is opened next would take the place of one that is closed, and what is told would be written into
 * it. As on a closed one, reading or writing fails. */
static void fill_standard_descriptors(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
      return;
}

int main(int argc, char **argv) {
  fill_standard_descriptors();
  signal(SIGXFSZ, SIG_IGN); /* beyond the limit of file sizes write says EFBIG, which is told */
  setlocale(LC_CTYPE, "C.UTF-8"); /* column widths; numbers stay in the C locale */
  hx_message_setup(false, 0);
  hx_store_set_teller(tell_of_store);
  int status = dispatch(argc, argv);
  if ((fflush(stdout) != 0 || ferror(stdout)) && status == HX_EXIT_OK) {
    hx_error("cannot write to standard output: %s", strerror(errno));
    status = HX_EXIT_FAILED;
  }
  return status;
}
