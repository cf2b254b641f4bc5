/* A machine of our own making: a folder that stands for "/" and files below it. */
#ifndef TESTS_UNIT_MACHINE_SUPPORT_H
#define TESTS_UNIT_MACHINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fake_root {
  char path[64];
} fake_root;

static inline fake_root fake_root_make(void) {
  fake_root root = {"/tmp/pvtune-test-root-XXXXXX"};
  assert_non_null(mkdtemp(root.path));
  return root;
}

static inline int fake_root_remove_one(const char *path, const struct stat *st, int type,
                                       struct FTW *walk) {
  (void)st, (void)type, (void)walk;
  return remove(path);
}

static inline void fake_root_remove(const fake_root *root) {
  assert_int_equal(nftw(root->path, fake_root_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* Writes (or replaces) a file, with its folders. */
static inline void fake_root_write(const fake_root *root, const char *path, const char *text) {
  char full[PATH_MAX];
  snprintf(full, sizeof full, "%s%s", root->path, path);
  for (char *slash = strchr(full + strlen(root->path) + 1, '/'); slash != NULL;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(full, 0777);
    *slash = '/';
  }
  FILE *f = fopen(full, "w");
  assert_non_null(f);
  assert_true(fputs(text, f) >= 0);
  assert_int_equal(fclose(f), 0);
}

#endif
