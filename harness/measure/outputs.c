#include "measure/outputs.h"

#include "base/files.h"
#include "measure/compare_files.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static int by_name(const FTSENT **a, const FTSENT **b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

void hx_outputs_digest(const char *path, char digest[HX_HASH_TEXT]) {
  struct stat st;
  char *copy = strdup(path);
  XXH3_state_t *state = XXH3_createState();
  digest[0] = 0;
  if (copy && state && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
    if (st.st_size > 0)
      hx_file_hash(path, digest);
  } else if (copy && state) {
    bool any = false;
    FTS *tree = fts_open((char *[]){copy, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    XXH3_64bits_reset(state);
    for (FTSENT *entry; tree && (entry = fts_read(tree)) != NULL;) {
      char hash[HX_HASH_TEXT];
      if (entry->fts_info != FTS_F)
        continue;
      const char *relative = entry->fts_path + strlen(copy);
      hx_file_hash(entry->fts_accpath, hash);
      XXH3_64bits_update(state, relative, strlen(relative) + 1);
      XXH3_64bits_update(state, hash, sizeof hash - 1);
      any |= entry->fts_statp->st_size > 0;
    }
    if (tree)
      fts_close(tree);
    if (any)
      snprintf(digest, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  }
  XXH3_freeState(state);
  free(copy);
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
