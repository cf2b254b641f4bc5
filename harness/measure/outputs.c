#include "measure/outputs.h"

#include "base/files.h"
#include "base/text.h"
#include "base/walk.h"
#include "measure/compare_files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

typedef struct listing {
  hx_text names; /* each with its NUL */
  size_t root_length;
  bool any; /* bytes */
} listing;

/* As folders are listed: what is in "a" before "a.csv". */
static int by_name(const void *a, const void *b) {
  const unsigned char *x = *(void *const *)a, *y = *(void *const *)b;
  while (*x && *x == *y)
    x++, y++;
  return (*x == '/' ? 1 : 2 * *x) - (*y == '/' ? 1 : 2 * *y);
}

static hx_walk_step add_file(void *context, const hx_walked *entry) {
  listing *l = context;
  const char *name = entry->path + l->root_length;
  struct stat status = *entry->status;
  if (S_ISLNK(status.st_mode) && stat(entry->path, &status) != 0)
    return HX_WALK_ON;
  if (!S_ISREG(status.st_mode))
    return HX_WALK_ON;
  l->any |= status.st_size > 0;
  hx_text_add(&l->names, name, strlen(name) + 1);
  return l->names.failed ? HX_WALK_END : HX_WALK_ON;
}

static bool digest_files(const char *root, char **names, XXH3_state_t *state) {
  char path[PATH_MAX], hash[HX_HASH_TEXT];
  size_t n = 0;
  while (names && names[n])
    n++;
  if (n == 0)
    return false;
  qsort(names, n, sizeof *names, by_name);
  XXH3_64bits_reset(state);
  for (size_t i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s%s", root, names[i]);
    hx_file_hash(path, hash);
    if (!hash[0])
      return false; /* it cannot be read: there is no digest then */
    XXH3_64bits_update(state, names[i], strlen(names[i]) + 1);
    XXH3_64bits_update(state, hash, sizeof hash - 1);
  }
  return true;
}

void hx_outputs_digest(const char *path, char digest[HX_HASH_TEXT]) {
  char root[PATH_MAX];
  struct stat st;
  listing l = {.root_length = strlen(path)};
  char **names = NULL;
  XXH3_state_t *state = XXH3_createState();
  digest[0] = 0;
  if (!state || snprintf(root, sizeof root, "%s", path) >= (int)sizeof root ||
      stat(path, &st) != 0) {
    /* nothing */
  } else if (S_ISREG(st.st_mode)) {
    if (st.st_size > 0)
      hx_file_hash(path, digest);
  } else if (hx_walk(root, HX_WALK_INSIDE, add_file, &l) && l.any) {
    names = hx_text_take_argv(&l.names);
    if (digest_files(path, names, state))
      snprintf(digest, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  }
  free(names);
  hx_text_deinit(&l.names);
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
    struct stat st;
    bool there = access(expected, R_OK) == 0 && stat(expected, &st) == 0 && S_ISREG(st.st_mode);
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
