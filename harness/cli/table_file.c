/* Tables in files beside what is printed: --export-json, --export-csv, --export-markdown. */
#include "cli/table_data.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/markdown.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Markdown: what the text form shows ---- */

static void write_markdown(const hx_table *t, FILE *out) {
  if (t->title) {
    fputs("**", out);
    hx_markdown_put(t->title, out);
    fputs("**\n\n", out);
  }
  for (size_t f = 0; f < t->n_facts; f++) {
    fprintf(out, "- %s: ", t->facts[f].key);
    hx_markdown_put(t->facts[f].text, out);
    fputc('\n', out);
  }
  fputs(t->n_facts ? "\n|" : "|", out);
  for (size_t c = 0; c < t->n_columns; c++)
    if (t->columns[c].header) {
      fputc(' ', out);
      hx_markdown_put(t->columns[c].header, out);
      fputs(" |", out);
    }
  fputs("\n|", out);
  for (size_t c = 0; c < t->n_columns; c++)
    if (t->columns[c].header)
      fputs(t->columns[c].kind == HX_COL_NUMBER ? "---:|" : "---|", out);
  for (size_t r = 0; r < t->n_rows; r++) {
    fputs("\n|", out);
    for (size_t c = 0; c < t->n_columns; c++)
      if (t->columns[c].header) {
        fputc(' ', out);
        hx_markdown_put(hx_table_cell(t, r, c).text, out);
        fputs(" |", out);
      }
  }
  fputc('\n', out);
  for (size_t n = 0; n < t->n_notes; n++) {
    fputc('\n', out);
    hx_markdown_put(t->notes[n], out);
    fputc('\n', out);
  }
}

/* ---- files ---- */

bool hx_table_file_is_replaced(const char *path) {
  struct stat st;
  return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

void hx_table_file_begin(const char *path) {
  struct stat st;
  if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
    return;
  bool link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
  if (link ? truncate(path, 0) != 0 : unlink(path) != 0)
    return; /* it is written later, or that fails with a reason */
}

/* Whether a file can be made, or written as it stands if it is none that is replaced. */
static bool can_be_written(const char *path) {
  if (!hx_table_file_is_replaced(path))
    return access(path, W_OK) == 0;
  char *probe = hx_format("%s.XXXXXX", path);
  int fd = probe ? mkstemp(probe) : -1, reason = errno;
  if (fd >= 0) {
    unlink(probe);
    close(fd);
  }
  free(probe);
  errno = reason;
  return fd >= 0;
}

bool hx_table_file_check(const char *option, const char *path, pvs_error *error) {
  const char *slash = strrchr(path, '/');
  char *folder = !slash          ? strdup(".")
                 : slash == path ? strdup("/")
                                 : strndup(path, (size_t)(slash - path));
  if (!folder)
    return hx_fail_memory(error);
  int rights = hx_table_file_is_replaced(path) ? W_OK | X_OK : X_OK;
  bool ok = strcmp(path, "-") != 0 && access(folder, rights) == 0;
  if (strcmp(path, "-") == 0)
    hx_fail(error, PVS_BAD_VALUE,
            "%s -: found -, expected a file; --json and --csv print to stdout, and ./- is a file",
            option);
  else if (!ok)
    hx_fail(error, PVS_BAD_VALUE, "%s %s: %s: %s", option, path, folder, strerror(errno));
  else if (hx_files_is_folder(path))
    ok = hx_fail(error, PVS_BAD_VALUE, "%s %s: a folder found, expected a file", option, path);
  else if (!can_be_written(path))
    ok = hx_fail(error, PVS_BAD_VALUE, "%s %s: cannot be written: %s", option, path,
                 strerror(errno));
  free(folder);
  return ok;
}

/* All of the tables, or for CSV the first and those that are like it. */
static bool write_file(const char *path, hx_table *const *tables, size_t count, hx_table_file form,
                       const hx_table_about *about, pvs_error *error) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (!out)
    return hx_fail_memory(error);
  bool ok = form != HX_TABLE_FILE_JSON || hx_tables_write_json(tables, count, about, out) == 0;
  for (size_t i = 0; ok && form != HX_TABLE_FILE_JSON && i < count; i++) {
    if (form == HX_TABLE_FILE_CSV && hx_tables_are_alike(tables[0], tables[i]))
      ok = hx_table_write_csv(tables[i], i == 0, out);
    if (form != HX_TABLE_FILE_MARKDOWN)
      continue;
    if (i > 0)
      fputc('\n', out);
    write_markdown(tables[i], out);
  }
  ok = hx_text_stream_close(out, &text) && ok;
  ok = ok ? hx_files_replace(path, text, size, error) : hx_fail_memory(error);
  free(text);
  return ok;
}

/* "times.csv" and the table "regret": "times.regret.csv". */
static char *name_for(const char *path, const char *key) {
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  size_t stem = dot && dot > (slash ? slash + 1 : path) ? (size_t)(dot - path) : strlen(path);
  return hx_format("%.*s.%s%s", (int)stem, path, key, path + stem);
}

bool hx_tables_write_file(const char *path, hx_table *const *tables, size_t count,
                          hx_table_file form, const hx_table_about *about, pvs_error *error) {
  bool ok = write_file(path, tables, count, form, about, error);
  for (size_t i = 1; ok && form == HX_TABLE_FILE_CSV && i < count; i++) {
    bool written = false; /* with one before it */
    for (size_t k = 0; k < i && !written; k++)
      written = hx_tables_are_alike(tables[k], tables[i]);
    char *name = written ? NULL : name_for(path, tables[i]->key);
    if (!written)
      ok = name ? write_file(name, tables + i, count - i, form, about, error)
                : hx_fail_memory(error);
    free(name);
  }
  return ok;
}
