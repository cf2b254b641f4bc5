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
  bool any;          /* a file with bytes, or what is no file */
  bool just_entered; /* the entry before was a folder: empty, if it is left now */
} listing;

/* As folders are listed: what is in "a" before "a.csv". */
static int by_name(const void *a, const void *b) {
  const unsigned char *x = *(void *const *)a, *y = *(void *const *)b;
  while (*x && *x == *y)
    x++, y++;
  return (*x == '/' ? 1 : 2 * *x) - (*y == '/' ? 1 : 2 * *y);
}

/* All but folders with something in them: what is in them has their names. */
static hx_walk_step add_entry(void *context, const hx_walked *entry) {
  listing *l = context;
  const char *name = entry->path + l->root_length;
  bool folder = S_ISDIR(entry->status->st_mode), empty = entry->after && l->just_entered;
  l->just_entered = folder && !entry->after;
  if (!*name || (folder && !empty))
    return HX_WALK_ON;
  struct stat status = {0};
  bool file = stat(entry->path, &status) == 0 && S_ISREG(status.st_mode);
  l->any |= !file || status.st_size > 0;
  hx_text_add(&l->names, name, strlen(name) + 1);
  return l->names.failed ? HX_WALK_END : HX_WALK_ON;
}

/* What the path is: a file's bytes, where a link to anything else leads (inside the root, wherever that
 * is), or the kind of another entry. Empty when it cannot be read. */
static void put_contents(const char *root, const char *path, char text[PATH_MAX + 8]) {
  struct stat status;
  char target[PATH_MAX];
  size_t length = strlen(root);
  text[0] = '\0';
  if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
    hx_file_hash(path, text);
    return;
  }
  ssize_t n = readlink(path, target, sizeof target - 1);
  target[n > 0 ? n : 0] = '\0';
  bool inside = strncmp(target, root, length) == 0 && target[length] == '/';
  if (n > 0)
    snprintf(text, PATH_MAX + 8, "link %s", target + (inside ? length : 0));
  else if (lstat(path, &status) == 0)
    snprintf(text, PATH_MAX + 8, "kind %o", (unsigned)status.st_mode & S_IFMT);
}

static bool digest_entries(const char *root, char **names, XXH3_state_t *state) {
  char path[PATH_MAX], contents[PATH_MAX + 8];
  size_t n = 0;
  while (names && names[n])
    n++;
  if (n == 0)
    return false;
  qsort(names, n, sizeof *names, by_name);
  XXH3_64bits_reset(state);
  for (size_t i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s%s", root, names[i]);
    put_contents(root, path, contents);
    if (!contents[0])
      return false; /* it cannot be read: there is no digest then */
    XXH3_64bits_update(state, names[i], strlen(names[i]) + 1);
    XXH3_64bits_update(state, contents, strlen(contents));
  }
  return true;
}

bool hx_outputs_digest(const char *path, char digest[HX_HASH_TEXT]) {
  char root[PATH_MAX];
  struct stat st;
  listing l = {.root_length = strlen(path)};
  char **names = NULL;
  XXH3_state_t *state = XXH3_createState();
  digest[0] = 0;
  bool read = state != NULL, there = true;
  if (!state || snprintf(root, sizeof root, "%s", path) >= (int)sizeof root ||
      stat(path, &st) != 0) {
    there = false;
  } else if (S_ISREG(st.st_mode)) {
    there = st.st_size > 0;
    if (there)
      hx_file_hash(path, digest);
  } else {
    read = S_ISDIR(st.st_mode) && hx_walk(root, HX_WALK_INSIDE, add_entry, &l);
    there = !read || l.any;
    names = read && l.any ? hx_text_take_argv(&l.names) : NULL;
    if (names && digest_entries(path, names, state))
      snprintf(digest, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  }
  free(names);
  hx_text_deinit(&l.names);
  XXH3_freeState(state);
  return read && (!there || digest[0]);
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
