/* gnuplot writes an SVG file; a page wants an element. Its colours stay: the page's style replaces
 * them where they must differ (dark), so that the plot can be seen where styles are blocked. */
#include "report/draw.h"
#include "report/template.h"

#include <string.h>

static bool starts(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

/* Copies one tag, '<' to '>'; ids and their uses get the prefix. */
static const char *copy_tag(const char *at, const char *prefix, FILE *out) {
  static const char *const ids[][2] = {
      {" id='", " id='"}, {" id=\"", " id=\""}, {"xlink:href='#", "href='#"}, {"url(#", "url(#"}};
  enum { N_IDS = sizeof ids / sizeof *ids };
  while (*at && *at != '>') {
    size_t i = 0;
    while (i < N_IDS && !starts(at, ids[i][0]))
      i++;
    if (i < N_IDS) {
      fprintf(out, "%s%s-", ids[i][1], prefix);
      at += strlen(ids[i][0]);
    } else {
      fputc(*at++, out);
    }
  }
  if (*at)
    fputc(*at++, out);
  return at;
}

/* Behind the next `closing`, or the end. */
static const char *behind(const char *at, const char *closing) {
  const char *end = strstr(at, closing);
  return end ? end + strlen(closing) : strchr(at, '\0');
}

void hx_svg_inline(const char *svg, const char *prefix, const char *title, FILE *out) {
  const char *at = strstr(svg, "<svg");
  const char *box = at ? strstr(at, "viewBox=\"") : NULL;
  if (!box)
    return;
  box += strlen("viewBox=\"");
  fprintf(out, "<svg class=\"plot\" role=\"img\" viewBox=\"%.*s\"><title>", (int)strcspn(box, "\""),
          box);
  hx_html_text(title, out);
  fputs("</title>", out);
  at = behind(at, ">");
  while (*at) {
    if (starts(at, "<title>"))
      at = behind(at, "</title>");
    else if (starts(at, "<desc>"))
      at = behind(at, "</desc>");
    else if (starts(at, "<g fill=\"none\" color=\"black\" stroke=\"currentColor\"") &&
             starts(behind(at, ">"), "\n</g>\n"))
      at = behind(at, "</g>\n"); /* gnuplot leaves many empty groups */
    else if (*at == '<')
      at = copy_tag(at, prefix, out);
    else
      fputc(*at++, out);
  }
}
