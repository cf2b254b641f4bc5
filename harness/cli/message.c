#include "cli/message.h"
#include "cli/progress.h"
#include "cli/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
  bool quiet;
  int verbose;
  hx_colour wanted;
  bool colour;
  bool mute;
  char unsaid[1024]; /* the first error while mute */
} setup;

void hx_message_setup(bool quiet, int verbose) {
  setup.quiet = quiet;
  setup.verbose = verbose;
  setup.colour = hx_message_colours(STDERR_FILENO);
}

void hx_message_set_colour(hx_colour wanted) {
  setup.wanted = wanted;
  setup.colour = hx_message_colours(STDERR_FILENO);
}

bool hx_message_colours(int fd) {
  const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
  if (setup.wanted != HX_COLOUR_AUTO)
    return setup.wanted == HX_COLOUR_ALWAYS;
  return isatty(fd) && (no_colour == NULL || *no_colour == '\0') &&
         (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

bool hx_message_is_quiet(void) {
  return setup.quiet || setup.mute;
}

void hx_message_mute(void) {
  setup.mute = true;
}

const char *hx_message_unsaid(void) {
  return setup.unsaid;
}

static void keep_unsaid(const char *format, va_list arguments) {
  if (setup.mute && !setup.unsaid[0])
    vsnprintf(setup.unsaid, sizeof setup.unsaid, format, arguments);
}

/* One fputs a message, so that lines of several processes on one terminal do not mix. */
static void say(const char *colour, const char *kind, const char *format, va_list arguments) {
  char *text = NULL, *clean = NULL, *line = NULL;
  if (setup.mute)
    return;
  if (vasprintf(&text, format, arguments) < 0)
    text = NULL;
  clean = hx_text_clean(text != NULL ? text : "out of memory", false);
  int length;
  if (kind == NULL)
    length = asprintf(&line, "%s\n", clean != NULL ? clean : "out of memory");
  else
    length = asprintf(&line, "pvtune: %s%s:%s %s\n", setup.colour ? colour : "", kind,
                      setup.colour ? "\033[0m" : "", clean != NULL ? clean : "out of memory");
  hx_progress_hide();
  fputs(length < 0 ? "pvtune: out of memory\n" : line, stderr);
  if (length >= 0)
    free(line);
  free(clean);
  free(text);
}

bool hx_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("\033[1;31m", "error", format, arguments);
  va_end(arguments);
  va_start(arguments, format);
  keep_unsaid(format, arguments);
  va_end(arguments);
  return false;
}

void hx_warn(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("\033[1;33m", "warning", format, arguments);
  va_end(arguments);
}

void hx_note(const char *format, ...) {
  if (setup.quiet)
    return;
  va_list arguments;
  va_start(arguments, format);
  say("", NULL, format, arguments);
  va_end(arguments);
}

void hx_verbose(const char *format, ...) {
  if (setup.quiet || setup.verbose < 1)
    return;
  va_list arguments;
  va_start(arguments, format);
  say("", NULL, format, arguments);
  va_end(arguments);
}
