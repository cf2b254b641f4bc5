#include "cli/progress.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hx_progress {
  char *what;
  unsigned long total;
  double start_s, drawn_s;
};

static bool is_drawn; /* there is one terminal, so one line on it */

hx_progress *hx_progress_start(const char *what, unsigned long total) {
  if (hx_message_is_quiet() || !isatty(STDERR_FILENO))
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
  char *clean = text == NULL ? NULL : hx_text_clean(text, true);
  if (clean != NULL) {
    fprintf(stderr, "\r%.*s\033[K", (int)hx_text_fit(clean, hx_text_columns(STDERR_FILENO) - 1),
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
