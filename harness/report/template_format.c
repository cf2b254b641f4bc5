/* How values of a template are written: as text that HTML cannot misread, and as numbers and
 * moments that people read. */
#include "report/template.h"

#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <time.h>

void hx_html_text(const char *text, FILE *out) {
  static const char special[] = "&<>\"'";
  static const char *const written[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  while (*text) {
    char shown[HX_UTF8_SHOWN] = " ";
    if (isspace((unsigned char)*text))
      text++;
    else
      text = hx_utf8_printable(text, shown);
    const char *found = strchr(special, shown[0]);
    fputs(found ? written[found - special] : shown, out);
  }
}

static void write_duration(double s, FILE *out) {
  if (s < 0.0009995)
    fprintf(out, "%.0f µs", s * 1e6);
  else if (s < 0.09995)
    fprintf(out, "%.1f ms", s * 1e3);
  else if (s < 0.9995)
    fprintf(out, "%.0f ms", s * 1e3);
  else if (s < 99.995)
    fprintf(out, "%.2f s", s);
  else
    fprintf(out, "%.0f min %.0f s", floor(round(s) / 60), fmod(round(s), 60));
}

static void write_bytes(double bytes, FILE *out) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
  size_t i = 0;
  for (; bytes >= 999.5 && i + 1 < sizeof units / sizeof *units; i++)
    bytes /= 1000;
  fprintf(out, bytes < 10 && bytes != floor(bytes) ? "%.1f %s" : "%.0f %s", bytes, units[i]);
}

/* "22 November 2026" of an ISO 8601 moment; as it is when it is none. */
static void write_day(const char *utc, FILE *out) {
  struct tm day = {0};
  char text[40];
  if (strptime(utc, "%Y-%m-%d", &day) != NULL && strftime(text, sizeof text, "%B %Y", &day) > 0)
    fprintf(out, "%d %s", day.tm_mday, text);
  else
    hx_html_text(utc, out);
}

static const struct {
  const char *name, *shown;
  double scale;
} plain[] = {{"count", "%.0f", 1}, /* also the length of an array */
             {"ratio", "%.2f", 1},        {"millions", "%.4g", 1e-6},
             {"percent", "%.1f %%", 100}, {"share", "%.0f %%", 100}, /* whole percent */
             {"change", "%+.1f %%", 100}};

bool hx_template_format(const json_t *value, const char *format, FILE *out) {
  double x = json_is_array(value) ? (double)json_array_size(value) : json_number_value(value);
  if (json_is_null(value)) {
    fputs("–", out);
  } else if (json_is_string(value)) {
    const char *text = json_string_value(value);
    if (strcmp(format, "day") == 0)
      write_day(text, out);
    else if (strcmp(format, "date") == 0) /* 2026-11-22 */
      hx_html_text(strndupa(text, 10), out);
    else if (strcmp(format, "hash") == 0) /* of a commit: as much as tells it apart */
      hx_html_text(strndupa(text, 12), out);
    else
      return false;
  } else if (!json_is_number(value) && !json_is_array(value)) {
    return false;
  } else if (strcmp(format, "s") == 0) { /* "1 run", "2 runs": {{n}} run{{n|s}} */
    fputs(x == 1 ? "" : "s", out);
  } else if (strcmp(format, "duration") == 0) {
    write_duration(x, out);
  } else if (strcmp(format, "bytes") == 0) {
    write_bytes(x, out);
  } else {
    size_t i = 0;
    while (i < sizeof plain / sizeof *plain && strcmp(plain[i].name, format) != 0)
      i++;
    if (i == sizeof plain / sizeof *plain)
      return false;
    fprintf(out, plain[i].shown, plain[i].scale * x);
  }
  return true;
}
