#include "measure/outputs.h"

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

bool hx_outputs_remove(const char *path) {
  char *copy = strdup(path);
  if (!copy)
    return false;
  bool ok = true;
  FTS *tree = fts_open((char *[]){copy, NULL}, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
  for (FTSENT *entry; tree && (entry = fts_read(tree)) != NULL;) {
    if (entry->fts_info == FTS_D || entry->fts_info == FTS_NS)
      continue;
    if (entry->fts_info == FTS_DP)
      ok = rmdir(entry->fts_accpath) == 0 && ok;
    else
      ok = unlink(entry->fts_accpath) == 0 && ok;
  }
  if (tree)
    fts_close(tree);
  free(copy);
  return ok;
}
