#include "measure/outputs.h"

#include "base/files.h"
#include "base/grow.h"
#include "base/walk.h"
#include "measure/compare_files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

typedef struct names {
  char **items;
  size_t count, root_length;
  bool any; /* bytes */
} names;

/* As folders are listed: what is in "a" before "a.csv". */
static int by_name(const void *a, const void *b) {
  const unsigned char *x = *(void *const *)a, *y = *(void *const *)b;
  while (*x && *x == *y)
    x++, y++;
  return (*x == '/' ? 1 : 2 * *x) - (*y == '/' ? 1 : 2 * *y);
}

static hx_walk_step add_file(void *context, const hx_walked *entry) {
  names *list = context;
  if (!S_ISREG(entry->status->st_mode))
    return HX_WALK_ON;
  list->any |= entry->status->st_size > 0;
  if (!hx_grow(&list->items, list->count, sizeof *list->items))
    return HX_WALK_END;
  list->items[list->count] = strdup(entry->path + list->root_length);
  return list->items[list->count++] ? HX_WALK_ON : HX_WALK_END;
}

static bool digest_files(const char *root, const names *list, XXH3_state_t *state) {
  char path[PATH_MAX], hash[HX_HASH_TEXT];
  XXH3_64bits_reset(state);
  for (size_t i = 0; i < list->count; i++) {
    const char *name = list->items[i];
    snprintf(path, sizeof path, "%s%s", root, name);
    hx_file_hash(path, hash);
    if (!hash[0])
      return false; /* it cannot be read: there is no digest then */
    XXH3_64bits_update(state, name, strlen(name) + 1);
    XXH3_64bits_update(state, hash, sizeof hash - 1);
  }
  return list->any;
}

void hx_outputs_digest(const char *path, char digest[HX_HASH_TEXT]) {
  char root[PATH_MAX];
  struct stat st;
  names list = {.root_length = strlen(path)};
  XXH3_state_t *state = XXH3_createState();
  digest[0] = 0;
  if (!state || snprintf(root, sizeof root, "%s", path) >= (int)sizeof root ||
      stat(path, &st) != 0) {
    /* nothing */
  } else if (S_ISREG(st.st_mode)) {
    if (st.st_size > 0)
      hx_file_hash(path, digest);
  } else if (hx_walk(root, HX_WALK_INSIDE, add_file, &list)) {
    if (list.count > 0)
      qsort(list.items, list.count, sizeof *list.items, by_name);
    if (digest_files(path, &list, state))
      snprintf(digest, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  }
  for (size_t i = 0; i < list.count; i++)
    free(list.items[i]);
  free(list.items);
  XXH3_freeState(state);
}

static const double usual_rtol = 1e-9, usual_atol = 1e-6;

static void explain(const hx_verify_report *report, char *message, size_t cap) {
  for (size_t i = 0; i < report->n_files; i++) {
    const hx_verify_file *file = &report->files[i];
    if (file->status == HX_VERIFY_EQUAL || file->status == HX_VERIFY_NOT_CHECKED)
      continue;
    char *why = hx_verify_explain(file);
    snprintf(message, cap, "%s: %s%s", file->name, why ? why : "differs",
             report->n_different > 1 ? ", and other files" : "");
    free(why);
    return;
  }
}

hx_expected hx_outputs_compare(const char *expected, const char *actual, char *message,
                               size_t cap) {
  char a[HX_HASH_TEXT], b[HX_HASH_TEXT];
  hx_outputs_digest(expected, a);
  hx_outputs_digest(actual, b);
  if (a[0] && strcmp(a, b) == 0)
    return HX_EXPECTED_AGREES;
  size_t length = strlen(expected);
  if (!hx_files_is_folder(expected) && (length < 4 || strcmp(expected + length - 4, ".csv") != 0)) {
    bool there = access(expected, R_OK) == 0;
    snprintf(message, cap, there ? "the bytes are not those of %s" : "%s cannot be read", expected);
    return there ? HX_EXPECTED_DIFFERS : HX_EXPECTED_ERROR;
  }
  hx_verify_report report;
  pvs_error error = {0};
  hx_expected found = HX_EXPECTED_AGREES;
  if (!hx_verify_paths(expected, actual, usual_rtol, usual_atol, &report, &error)) {
    pvs_error_text(&error, message, cap);
    found = HX_EXPECTED_ERROR;
  } else if (report.n_different) {
    explain(&report, message, cap);
    found = HX_EXPECTED_DIFFERS;
  }
  hx_verify_release(&report);
  return found;
}
