/* gnuplot writes an SVG file; a page wants an element that takes part in its styles. */
#include "report/draw.h"
#include "report/html.h"

#include <ctype.h>
#include <string.h>

/* Colours of plots/common.gp and the variables that stand for them in plots/report.css. */
static const struct {
  int r, g, b;
  const char *variable;
} palette[] = {
    {0x22, 0x22, 0x22, "--plot-fg"},     {0x6b, 0x6b, 0x6b, "--plot-muted"},
    {0xd9, 0xd9, 0xd9, "--plot-faint"},  {0x00, 0x72, 0xb2, "--plot-blue"},
    {0xe6, 0x9f, 0x00, "--plot-orange"}, {0x00, 0x9e, 0x73, "--plot-green"},
    {0xd5, 0x5e, 0x00, "--plot-red"},    {0xcc, 0x79, 0xa7, "--plot-purple"},
    {0x56, 0xb4, 0xe9, "--plot-sky"},    {0xee, 0xf3, 0xf8, "--plot-wash"},
};

static const char *skip_spaces(const char *at) {
  while (*at == ' ')
    at++;
  return at;
}

/* "rgb( 34,  34,  34)" at `at`: what to write instead in `variable`, NULL when it is no colour of
 * ours. Returns where to go on. */
static const char *read_colour(const char *at, const char **variable) {
  int part[3];
  const char *c = at + 4;
  *variable = NULL;
  for (int i = 0; i < 3; i++) {
    c = skip_spaces(c);
    if (!isdigit((unsigned char)*c))
      return at;
    part[i] = 0;
    for (; isdigit((unsigned char)*c) && part[i] < 1000; c++)
      part[i] = 10 * part[i] + (*c - '0');
    c = skip_spaces(c);
    if (*c != (i < 2 ? ',' : ')'))
      return at;
    c++;
  }
  for (size_t i = 0; i < sizeof palette / sizeof *palette; i++)
    if (palette[i].r == part[0] && palette[i].g == part[1] && palette[i].b == part[2])
      *variable = palette[i].variable;
  return c;
}

static bool starts(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

/* Copies one tag, '<' to '>'. */
static const char *copy_tag(const char *at, const char *prefix, FILE *out) {
  /* What gnuplot writes; ids and their uses get the prefix, black and white follow the page. */
  static const struct {
    const char *from, *to;
    bool prefixed;
  } rules[] = {
      {" id='", " id='", true},
      {" id=\"", " id=\"", true},
      {"xlink:href='#", "href='#", true},
      {"url(#", "url(#", true},
      {"=\"black\"", "=\"currentColor\"", false},
      {"='black'", "='currentColor'", false},
      {"=\"white\"", "=\"var(--plot-bg)\"", false},
      {"='white'", "='var(--plot-bg)'", false},
  };
  while (*at && *at != '>') {
    const char *variable, *next = at;
    if (starts(at, "rgb(") && (next = read_colour(at, &variable)) != at) {
      if (variable)
        fprintf(out, "var(%s)", variable);
      else
        fwrite(at, 1, (size_t)(next - at), out);
      at = next;
      continue;
    }
    size_t i = 0;
    while (i < sizeof rules / sizeof *rules && !starts(at, rules[i].from))
      i++;
    if (i < sizeof rules / sizeof *rules) {
      fputs(rules[i].to, out);
      if (rules[i].prefixed)
        fprintf(out, "%s-", prefix);
      at += strlen(rules[i].from);
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
  hx_html_text(out, title);
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
