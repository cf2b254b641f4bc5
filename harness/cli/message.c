#include "cli/message.h"

#include "base/clock.h"
#include "base/text.h"
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

void hx_message_mute(bool mute) {
  setup.mute = mute;
}

const char *hx_message_unsaid(void) {
  return setup.unsaid;
}

static void keep_unsaid(const char *format, va_list arguments) {
  if (setup.mute && !setup.unsaid[0])
    vsnprintf(setup.unsaid, sizeof setup.unsaid, format, arguments);
}

static bool progress_is_drawn; /* there is one terminal, so one line on it */

/* Its next update draws it again. */
static void hide_progress(void) {
  if (progress_is_drawn)
    fputs("\r\033[K", stderr);
  progress_is_drawn = false;
}

/* One fputs a message, so that lines of several processes on one terminal do not mix. */
static void say(const char *colour, const char *kind, const char *format, va_list arguments) {
  char *text = NULL, *clean = NULL, *line = NULL;
  if (setup.mute)
    return;
  if (vasprintf(&text, format, arguments) < 0)
    text = NULL;
  clean = hx_text_clean(text != NULL ? text : "out of memory");
  int length;
  if (kind == NULL)
    length = asprintf(&line, "%s\n", clean != NULL ? clean : "out of memory");
  else
    length = asprintf(&line, "pvtune: %s%s:%s %s\n", setup.colour ? colour : "", kind,
                      setup.colour ? "\033[0m" : "", clean != NULL ? clean : "out of memory");
  hide_progress();
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

/* ---- progress ---- */

struct hx_progress {
  char *what;
  unsigned long total;
  double start_s, drawn_s;
};

hx_progress *hx_progress_start(const char *what, unsigned long total) {
  if (setup.quiet || setup.mute || !isatty(STDERR_FILENO))
    return NULL;
  hx_progress *p = calloc(1, sizeof *p);
  if (p == NULL || (p->what = strdup(what)) == NULL) {
    free(p);
    return NULL;
  }
  p->total = total;
  p->start_s = hx_clock_s();
  p->drawn_s = -1;
  hx_progress_update(p, 0, NULL);
  return p;
}

/* "45 s", "3 min 05 s", "2 h 04 min". */
static void put_time_left(hx_text *out, double seconds) {
  unsigned long s = (unsigned long)(seconds + 0.5);
  if (s < 60)
    hx_text_printf(out, ", %lu s left", s);
  else if (s < 3600)
    hx_text_printf(out, ", %lu min %02lu s left", s / 60, s % 60);
  else
    hx_text_printf(out, ", %lu h %02lu min left", s / 3600, s % 3600 / 60);
}

char *hx_progress_text(const char *what, unsigned long done, unsigned long total, double elapsed_s,
                       const char *detail) {
  enum { SETTLED_S = 1 };
  hx_text text = {0};
  hx_text_printf(&text, "%s %lu", what, done);
  if (total > 0) {
    hx_text_printf(&text, "/%lu (%.0f %%)", total, 100.0 * (double)done / (double)total);
    if (done > 0 && done < total && elapsed_s >= SETTLED_S)
      put_time_left(&text, elapsed_s / (double)done * (double)(total - done));
  }
  if (detail != NULL)
    hx_text_printf(&text, "  %s", detail);
  return hx_text_take(&text);
}

void hx_progress_update(hx_progress *p, unsigned long done, const char *detail) {
  enum { REDRAW_MS = 100 };
  double now = hx_clock_s();
  if (p == NULL || (p->drawn_s >= 0 && now - p->drawn_s < 1e-3 * REDRAW_MS))
    return;
  char *text = hx_progress_text(p->what, done, p->total, now - p->start_s, detail);
  char *clean = text == NULL ? NULL : hx_text_clean(text);
  if (clean != NULL) {
    fprintf(stderr, "\r%.*s\033[K", (int)hx_text_fit(clean, hx_text_columns(STDERR_FILENO) - 1),
            clean);
    fflush(stderr);
    progress_is_drawn = true;
    p->drawn_s = now;
  }
  free(clean);
  free(text);
}

void hx_progress_finish(hx_progress *p) {
  if (p == NULL)
    return;
  hide_progress();
  free(p->what);
  free(p);
}
