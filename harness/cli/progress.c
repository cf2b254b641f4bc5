#include "cli/progress.h"
#include "cli/message.h"
#include "cli/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct hx_progress {
  char *what;
  unsigned long total;
  double start_s, drawn_s;
};

static bool is_drawn; /* there is one terminal, so one line on it */

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

hx_progress *hx_progress_start(const char *what, unsigned long total) {
  if (hx_message_is_quiet() || !isatty(STDERR_FILENO))
    return NULL;
  hx_progress *p = calloc(1, sizeof *p);
  if (p == NULL || (p->what = strdup(what)) == NULL) {
    free(p);
    return NULL;
  }
  p->total = total;
  p->start_s = now_s();
  p->drawn_s = -1;
  hx_progress_update(p, 0, NULL);
  return p;
}

/* "45 s", "3 min 05 s", "2 h 04 min". */
static void print_time_left(FILE *out, double seconds) {
  unsigned long s = (unsigned long)(seconds + 0.5);
  if (s < 60)
    fprintf(out, ", %lu s left", s);
  else if (s < 3600)
    fprintf(out, ", %lu min %02lu s left", s / 60, s % 60);
  else
    fprintf(out, ", %lu h %02lu min left", s / 3600, s % 3600 / 60);
}

char *hx_progress_text(const char *what, unsigned long done, unsigned long total, double elapsed_s,
                       const char *detail) {
  enum { SETTLED_S = 1 };
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL)
    return NULL;
  fprintf(out, "%s %lu", what, done);
  if (total > 0) {
    fprintf(out, "/%lu (%.0f %%)", total, 100.0 * (double)done / (double)total);
    if (done > 0 && done < total && elapsed_s >= SETTLED_S)
      print_time_left(out, elapsed_s / (double)done * (double)(total - done));
  }
  if (detail != NULL)
    fprintf(out, "  %s", detail);
  if (fclose(out) == 0)
    return text;
  free(text);
  return NULL;
}

void hx_progress_update(hx_progress *p, unsigned long done, const char *detail) {
  enum { REDRAW_MS = 100 };
  double now = now_s();
  if (p == NULL || (p->drawn_s >= 0 && now - p->drawn_s < 1e-3 * REDRAW_MS))
    return;
  char *text = hx_progress_text(p->what, done, p->total, now - p->start_s, detail);
  char *clean = text == NULL ? NULL : hx_text_clean(text, true);
  if (clean != NULL) {
    fprintf(stderr, "\r%.*s\033[K", (int)hx_text_break(clean, hx_text_columns(STDERR_FILENO) - 1),
            clean);
    fflush(stderr);
    is_drawn = true;
    p->drawn_s = now;
  }
  free(clean);
  free(text);
}

void hx_progress_hide(void) {
  if (is_drawn)
    fputs("\r\033[K", stderr);
  is_drawn = false;
}

void hx_progress_finish(hx_progress *p) {
  if (p == NULL)
    return;
  hx_progress_hide();
  free(p->what);
  free(p);
}
