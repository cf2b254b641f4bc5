/* Tables as aligned text. Layout: columns get their natural width; while that is too much, the
 * widest text column gives way, down to its widest word and to a width at which wrapping still reads
 * well; columns that then do not fit start a further block, which repeats the first column so that
 * its rows are known. What people paste (a workload, a file, a configuration) is never wrapped; where
 * it is the first column and leaves too little room, it has a line of its own above the row. */
#include "cli/table_data.h"
#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2, NARROWEST_TEXT = 12 };

typedef struct layout {
  const hx_table *table;
  FILE *out;
  bool colour, stacked; /* stacked: the first column's cells have lines of their own */
  size_t width;
  size_t *widths, *least, *cells; /* one per column; cells: the widest cell */
  char **cleaned;                 /* printable cell texts, like table->cells */
} layout;

static size_t max_size(size_t a, size_t b) {
  return a > b ? a : b;
}

static size_t text_width(const char *text) {
  return text == NULL ? 0 : hx_text_width(text, strlen(text));
}

/* Widest line that remains when every space of the text breaks it. */
static size_t widest_word(const char *text) {
  size_t widest = 0;
  while (*text != '\0') {
    size_t bytes = strcspn(text, " ");
    widest = max_size(widest, hx_text_width(text, bytes));
    text += bytes + strspn(text + bytes, " ");
  }
  return widest;
}

static char *cell_text(const layout *l, size_t row, size_t column) {
  size_t index = row * l->table->n_columns + column;
  return index < l->table->n_cells ? l->cleaned[index] : NULL;
}

static bool is_shown(const hx_table *t, size_t column) {
  return t->columns[column].header != NULL;
}

/* Whether people paste its cells. */
static bool stays_whole(const hx_table_column_info *column) {
  static const char *const keys[] = {"workload", "config", "file", "folder"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(column->key, keys[i]) == 0)
      return true;
  return false;
}

static void measure(layout *l, size_t column) {
  const hx_table_column_info *info = &l->table->columns[column];
  size_t widest = 0, word = NARROWEST_TEXT;
  for (size_t r = 0; r < l->table->n_rows; r++) {
    const char *text = cell_text(l, r, column);
    widest = max_size(widest, text_width(text));
    word = max_size(word, text == NULL ? 0 : widest_word(text));
  }
  size_t header_word = widest_word(info->header);
  l->cells[column] = widest;
  l->widths[column] = max_size(widest, text_width(info->header));
  bool wraps = hx_column_is_text(info->kind) && !stays_whole(info);
  l->least[column] = max_size(header_word, wraps && widest > word ? word : widest);
}

/* Makes columns narrower until they fit, a column at a time: while some are only as wide as their
 * header, the widest of those (a header of two lines costs little), then the widest text. */
static void squeeze(layout *l, const size_t *columns, size_t count) {
  for (;;) {
    size_t total = 0, chosen = count;
    bool chosen_by_header = false;
    for (size_t i = 0; i < count; i++) {
      size_t c = columns[i];
      total += l->widths[c] + (i > 0 ? GAP : 0);
      bool by_header = l->widths[c] > max_size(l->cells[c], l->least[c]);
      if (l->widths[c] > l->least[c] &&
          (chosen == count || by_header > chosen_by_header ||
           (by_header == chosen_by_header && l->widths[c] > l->widths[columns[chosen]]))) {
        chosen = i;
        chosen_by_header = by_header;
      }
    }
    if (total + (l->stacked ? GAP : 0) <= l->width || chosen == count)
      return;
    l->widths[columns[chosen]]--;
  }
}

/* The widest line of a text wrapped to `width`. */
static size_t wrapped_width(const char *text, size_t width) {
  size_t widest = 0;
  while (text != NULL && *text != '\0') {
    size_t bytes = hx_text_break(text, width);
    widest = max_size(widest, hx_text_width(text, bytes));
    text = hx_text_skip(text, bytes);
  }
  return widest;
}

/* Gives back what wrapping left unused. */
static void tighten(layout *l, size_t column) {
  size_t widest = wrapped_width(l->table->columns[column].header, l->widths[column]);
  for (size_t r = 0; r < l->table->n_rows; r++)
    widest = max_size(widest, wrapped_width(cell_text(l, r, column), l->widths[column]));
  l->widths[column] = widest;
}

static void print_spaces(FILE *out, size_t count) {
  fprintf(out, "%*s", (int)count, "");
}

/* The colour of a verdict, by how it begins; "": none. */
static const char *colour_of(const layout *l, size_t column, const char *verdict) {
  static const struct {
    const char *begins, *colour;
  } colours[] = {{"best", "\033[32m"},
                 {"ties", "\033[32m"},
                 {"SAME", "\033[32m"},
                 {"FASTER", "\033[32m"},
                 {"agrees", "\033[32m"},
                 {"SLOWER, WAIVED", "\033[33m"},
                 {"INCONCLUSIVE", "\033[33m"},
                 {"over a limit", "\033[33m"},
                 {"NEW", "\033[33m"},
                 {"REMOVED", "\033[33m"},
                 {"MORE MEMORY, ", "\033[33m"},
                 {"SLOWER", "\033[1;31m"},
                 {"MORE MEMORY", "\033[1;31m"},
                 {"OUTPUTS DIFFER", "\033[1;31m"},
                 {"NOT MEASURED", "\033[1;31m"},
                 {"INTERRUPTED", "\033[1;31m"},
                 {"not valid", "\033[1;31m"},
                 {"differs", "\033[1;31m"},
                 {"missing", "\033[1;31m"}};
  if (l->colour && l->table->columns[column].kind == HX_COL_VERDICT)
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
      if (strncmp(verdict, colours[i].begins, strlen(colours[i].begins)) == 0)
        return colours[i].colour;
  return "";
}

/* A row of texts (NULL: empty), each wrapped in its column; ends every line behind its last text.
 */
static void print_row(const layout *l, const size_t *columns, size_t count, const char **texts) {
  bool more = true;
  while (more) {
    size_t pending = l->stacked ? GAP : 0;
    more = false;
    for (size_t i = 0; i < count; i++) {
      size_t width = l->widths[columns[i]];
      size_t bytes = texts[i] == NULL ? 0 : hx_text_break(texts[i], width);
      size_t used = texts[i] == NULL ? 0 : hx_text_width(texts[i], bytes);
      size_t blank = width > used ? width - used : 0;
      bool right = l->table->columns[columns[i]].kind == HX_COL_NUMBER;
      if (bytes > 0) {
        print_spaces(l->out, pending + (right ? blank : 0));
        const char *colour = colour_of(l, columns[i], texts[i]);
        fprintf(l->out, "%s%.*s%s", colour, (int)bytes, texts[i], *colour ? "\033[0m" : "");
        pending = GAP + (right ? 0 : blank);
        texts[i] = hx_text_skip(texts[i], bytes);
        more |= *texts[i] != '\0';
      } else {
        pending += width + GAP;
      }
    }
    fputc('\n', l->out);
  }
}

/* Below the first column's text, if that has a line of its own. */
static void print_below(const layout *l, const char *first, const size_t *columns, size_t count,
                        const char **texts) {
  if (l->stacked)
    fprintf(l->out, "%s\n", first == NULL ? "" : first);
  print_row(l, columns, count, texts);
}

static void print_block(const layout *l, const size_t *columns, size_t count, const char **texts) {
  size_t total = 0, first = 0;
  while (!is_shown(l->table, first))
    first++;
  for (size_t i = 0; i < count; i++) {
    texts[i] = l->table->columns[columns[i]].header;
    total += l->widths[columns[i]] + (i > 0 ? GAP : 0);
  }
  print_below(l, l->table->columns[first].header, columns, count, texts);
  for (size_t i = 0; i < total + (l->stacked ? GAP : 0); i++)
    fputc('-', l->out);
  fputc('\n', l->out);
  for (size_t r = 0; r < l->table->n_rows; r++) {
    for (size_t i = 0; i < count; i++)
      texts[i] = cell_text(l, r, columns[i]);
    print_below(l, cell_text(l, r, first), columns, count, texts);
  }
}

/* Parts the columns into blocks that fit at their least widths and prints each. */
static void print_blocks(layout *l, size_t *columns, const char **texts) {
  const hx_table *t = l->table;
  size_t next = 0, all = 0;
  for (size_t c = t->n_columns; c-- > 0;) {
    next = is_shown(t, c) ? c : next;
    all += is_shown(t, c) ? l->least[c] + GAP : 0;
  }
  l->stacked = all > l->least[next] + GAP && all > l->width + GAP &&
               stays_whole(&t->columns[next]) && l->least[next] > l->width / 2;
  next += l->stacked;
  for (bool first_block = true; next < t->n_columns; first_block = false) {
    size_t count = 0, total = l->stacked ? GAP : 0;
    if (!first_block && !l->stacked) {
      total = l->least[columns[0]];
      count = 1;
    }
    size_t repeated = count;
    for (; next < t->n_columns; next++) {
      if (!is_shown(t, next))
        continue;
      size_t needed = l->least[next] + (count > 0 ? GAP : 0);
      if (count > repeated && total + needed > l->width)
        break;
      total += needed;
      columns[count++] = next;
    }
    if (count == repeated)
      return;
    if (!first_block)
      fputc('\n', l->out);
    squeeze(l, columns, count);
    for (size_t i = 0; i < count; i++)
      tighten(l, columns[i]);
    print_block(l, columns, count, texts);
  }
}

/* "KEY: VALUE", or a note (key NULL), which wraps unless it is a command: a value and a command stay
 * on one line, for they may be pasted. */
static bool print_line(FILE *out, const char *key, const char *text, size_t width) {
  char *clean = hx_text_clean(text);
  for (const char *c = key; c != NULL && *c != '\0'; c++)
    fputc(*c == '_' ? ' ' : *c, out);
  if (key != NULL)
    fputs(": ", out);
  if (clean != NULL &&
      (key != NULL || strstr(clean, ": pvtune ") != NULL || strncmp(clean, "Use it: ", 8) == 0))
    fputs(clean, out);
  else if (clean != NULL)
    hx_text_wrap(out, clean, 0, 2, width);
  fputc('\n', out);
  bool ok = clean != NULL;
  free(clean);
  return ok;
}

static bool clean_cells(layout *l) {
  const hx_table *t = l->table;
  bool ok = true;
  for (size_t i = 0; i < t->n_cells; i++) {
    l->cleaned[i] = t->cells[i].text == NULL ? NULL : hx_text_clean(t->cells[i].text);
    ok &= (l->cleaned[i] != NULL) == (t->cells[i].text != NULL);
  }
  return ok;
}

static bool print_table(layout *l, size_t *columns, const char **texts) {
  const hx_table *t = l->table;
  bool ok = clean_cells(l);
  for (size_t c = 0; c < t->n_columns && ok; c++)
    if (is_shown(t, c))
      measure(l, c);
  if (t->title != NULL)
    fprintf(l->out, "%s\n", t->title);
  for (size_t i = 0; i < t->n_facts && ok; i++)
    ok = print_line(l->out, t->facts[i].key, t->facts[i].text, l->width);
  if ((t->title != NULL || t->n_facts > 0) && t->n_rows > 0)
    fputc('\n', l->out);
  if (t->n_rows > 0 && ok)
    print_blocks(l, columns, texts);
  if (t->n_notes > 0 && (t->n_rows > 0 || t->n_facts > 0 || t->title != NULL))
    fputc('\n', l->out);
  for (size_t i = 0; i < t->n_notes && ok; i++)
    ok = print_line(l->out, NULL, t->notes[i], l->width);
  for (size_t i = 0; i < t->n_cells; i++)
    free(l->cleaned[i]);
  return ok;
}

bool hx_table_write_text(const hx_table *t, FILE *out, size_t width, bool colour) {
  size_t n = t->n_columns + 1;
  layout l = {.table = t, .out = out, .width = width, .colour = colour};
  l.widths = calloc(n, sizeof *l.widths);
  l.least = calloc(n, sizeof *l.least);
  l.cells = calloc(n, sizeof *l.cells);
  l.cleaned = calloc(t->n_cells + 1, sizeof *l.cleaned);
  size_t *columns = calloc(n, sizeof *columns);
  const char **texts = calloc(n, sizeof *texts);
  bool ok = l.widths != NULL && l.least != NULL && l.cells != NULL && l.cleaned != NULL &&
            columns != NULL && texts != NULL && print_table(&l, columns, texts);
  free(texts);
  free(columns);
  free(l.cleaned);
  free(l.cells);
  free(l.least);
  free(l.widths);
  return ok;
}
