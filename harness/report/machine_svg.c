#include "report/machine_svg.h"

#include "report/html.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MACHINE, PACKAGE, NUMA, L3, CORE, PU, LEVELS };
enum {
  WIDTH = 960, /* of the page's column; larger machines wrap */
  PAD = 10,
  GAP = 8,
  LABEL = 20, /* height of a box's first line */
  PU_WIDTH = 46,
  PU_HEIGHT = 30,
  PU_NARROW = 26,
  MANY_CORES = 24 /* from here on cores have no words */
};

typedef struct picture {
  const hx_pu *pu;
  const hx_cache *caches;
  const hx_place *places;
  int n_caches, n_places;
  bool drawn[LEVELS]; /* levels this machine has */
  bool small;
  FILE *out;
} picture;

const char *hx_bytes_text(double bytes, char text[HX_BYTES_TEXT]) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t i = 0;
  while (bytes >= 1024 && i + 1 < sizeof units / sizeof *units) {
    bytes /= 1024;
    i++;
  }
  snprintf(text, HX_BYTES_TEXT, bytes < 10 && bytes != floor(bytes) ? "%.1f %s" : "%.0f %s", bytes,
           units[i]);
  return text;
}

static int domain_of(const hx_pu *pu, int level) {
  switch (level) {
  case PACKAGE:
    return pu->package;
  case NUMA:
    return pu->numa;
  case L3:
    return pu->l3;
  case CORE:
    return pu->core;
  case PU:
    return pu->cpu;
  default:
    return 0;
  }
}

/* The next level that is drawn. */
static int below(const picture *p, int level) {
  do
    level++;
  while (!p->drawn[level]);
  return level;
}

/* End of the domain that begins at `first`: hardware threads of a domain stand next to each other.
 */
static int domain_end(const picture *p, int level, int first, int last) {
  int end = first + 1;
  while (end < last && domain_of(&p->pu[end], level) == domain_of(&p->pu[first], level))
    end++;
  return end;
}

typedef struct size {
  int w, h;
} size;

/* How the domains inside a box are arranged. */
typedef struct inside {
  int n, columns;
  size each; /* of the largest */
} inside;

static size measure(const picture *p, int level, int first, int last, int budget);

static int label_height(const picture *p, int level) {
  return level == CORE && p->small ? 6 : level == CORE ? 2 * LABEL : LABEL + 6;
}

static inside arrange(const picture *p, int level, int first, int last, int budget) {
  assert(first < last);
  int child = below(p, level), room = budget - 2 * PAD;
  inside in = {0};
  for (int at = first; at < last; in.n++) {
    int end = domain_end(p, child, at, last);
    size s = measure(p, child, at, end, room);
    in.each.w = s.w > in.each.w ? s.w : in.each.w;
    in.each.h = s.h > in.each.h ? s.h : in.each.h;
    at = end;
  }
  int most = (room + GAP) / (in.each.w + GAP);
  most = most < 1 ? 1 : most > in.n ? in.n : most;
  int rows = (in.n + most - 1) / most;
  in.columns = (in.n + rows - 1) / rows;
  return in;
}

static size measure(const picture *p, int level, int first, int last, int budget) {
  if (level == PU)
    return (size){p->small ? PU_NARROW : PU_WIDTH, PU_HEIGHT};
  inside in = arrange(p, level, first, last, budget);
  int rows = (in.n + in.columns - 1) / in.columns;
  int pad = level == CORE && p->small ? 4 : PAD;
  size s = {2 * pad + in.columns * (in.each.w + GAP) - GAP,
            label_height(p, level) + rows * (in.each.h + GAP) - GAP + pad};
  int words = level == CORE && !p->small ? 148 : level == CORE ? 0 : 150;
  s.w = s.w < words ? words : s.w;
  return s;
}

/* Sizes of the caches that `pus` hardware threads share, inner ones first: "L1d 32 KiB". */
static void say_caches(const picture *p, int least_level, int most_level, int pus) {
  bool any = false;
  for (int i = 0; i < p->n_caches; i++) {
    const hx_cache *c = &p->caches[i];
    char bytes[HX_BYTES_TEXT];
    if (c->level < least_level || c->level > most_level || c->pus != pus || c->type == 'i')
      continue;
    fprintf(p->out, "%sL%d%s %s", any ? " · " : "", c->level, c->type == 'd' ? "d" : "",
            hx_bytes_text((double)c->bytes, bytes));
    any = true;
  }
}

static void say_label(const picture *p, int level, int first, int last) {
  const hx_pu *pu = &p->pu[first];
  switch (level) {
  case MACHINE:
    fprintf(p->out, "Machine");
    break;
  case PACKAGE:
    fprintf(p->out, "Package %d", pu->package);
    break;
  case NUMA:
    fprintf(p->out, "NUMA node %d", pu->numa_os);
    break;
  case L3:
    say_caches(p, 3, 4, last - first);
    break;
  case CORE:
    fprintf(p->out, "Core %d%s", pu->core, pu->kind > 0 ? " (slower)" : "");
    break;
  default:
    break;
  }
}

/* The workers that may only sit where this CPU is: "0, 4". */
static int say_workers(const picture *p, int cpu, char *text, size_t cap) {
  int n = 0;
  size_t length = 0;
  text[0] = '\0';
  for (int i = 0; i < p->n_places; i++) {
    if (hx_cpuset_count(&p->places[i].cpus) == 0 || !hx_cpuset_has(&p->places[i].cpus, cpu))
      continue;
    if (length < cap)
      length += (size_t)snprintf(text + length, cap - length, "%s%d", n ? ", " : "", i);
    n++;
  }
  return n;
}

static void draw_pu(const picture *p, const hx_pu *pu, int x, int y, size s) {
  char workers[128];
  int n = say_workers(p, pu->cpu, workers, sizeof workers);
  fprintf(p->out,
          "<g class=\"pu%s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
          "<text x=\"%d\" y=\"%d\">%d</text><title>CPU %d",
          n > 0 ? " used" : "", x, y, s.w, s.h, x + s.w / 2, y + s.h / 2 + 4, pu->cpu, pu->cpu);
  if (n > 0) {
    fprintf(p->out, ": worker%s ", n == 1 ? "" : "s");
    hx_html_text(p->out, workers);
  }
  fprintf(p->out, "</title></g>");
}

static void draw(const picture *p, int level, int first, int last, int x, int y, size s,
                 int budget) {
  static const char *const names[LEVELS] = {"machine", "package", "numa", "l3", "core", "pu"};
  if (level == PU) {
    draw_pu(p, &p->pu[first], x, y, s);
    return;
  }
  assert(level >= MACHINE && level < PU);
  fprintf(p->out, "<g class=\"%s%s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>",
          names[level], level == CORE && p->pu[first].kind > 0 ? " slower" : "", x, y, s.w, s.h);
  if (level != CORE || !p->small) {
    fprintf(p->out, "<text x=\"%d\" y=\"%d\">", x + PAD, y + 17);
    say_label(p, level, first, last);
    fprintf(p->out, "</text>");
  }
  if (level == CORE && !p->small) {
    fprintf(p->out, "<text class=\"cache\" x=\"%d\" y=\"%d\">", x + PAD, y + 32);
    say_caches(p, 1, 2, last - first);
    fprintf(p->out, "</text>");
  }
  inside in = arrange(p, level, first, last, budget);
  int child = below(p, level), n = 0, pad = level == CORE && p->small ? 4 : PAD;
  if (level == CORE) /* hardware threads fill their core */
    in.each.w = (s.w - 2 * pad + GAP) / in.columns - GAP;
  for (int at = first; at < last; n++) {
    int end = domain_end(p, child, at, last);
    draw(p, child, at, end, x + pad + n % in.columns * (in.each.w + GAP),
         y + label_height(p, level) + n / in.columns * (in.each.h + GAP), in.each,
         budget - 2 * PAD);
    at = end;
  }
  fprintf(p->out, "</g>\n");
}

void hx_machine_svg(const hx_topo *topo, const hx_place *places, int n_places, FILE *out) {
  const hx_topo_counts *c = hx_topo_get_counts(topo);
  int n = 0;
  picture p = {.pu = hx_topo_pus(topo, &n),
               .places = places,
               .n_places = n_places,
               .drawn = {[MACHINE] = true,
                         [PACKAGE] = c->packages > 0,
                         [NUMA] = c->numa_nodes > 1,
                         [L3] = c->l3s > 0,
                         [CORE] = true,
                         [PU] = true},
               .small = c->cores > MANY_CORES,
               .out = out};
  p.caches = hx_topo_caches(topo, &p.n_caches);
  size s = measure(&p, MACHINE, 0, n, WIDTH);
  fprintf(
      out,
      "<svg class=\"machine-picture\" role=\"img\" viewBox=\"0 0 %d %d\" style=\"max-width:%dpx\">"
      "<title>%d package%s, %d NUMA node%s, %d core%s, %d hardware thread%s</title>\n",
      s.w + 2, s.h + 2, s.w + 2, c->packages, c->packages == 1 ? "" : "s", c->numa_nodes,
      c->numa_nodes == 1 ? "" : "s", c->cores, c->cores == 1 ? "" : "s", c->pus,
      c->pus == 1 ? "" : "s");
  draw(&p, MACHINE, 0, n, 1, 1, s, WIDTH);
  fprintf(out, "</svg>\n");
}
