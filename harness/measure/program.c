#include "measure/program.h"

#include "measure/command_text.h"
#include "measure/tool.h"

#include <stdio.h>
#include <string.h>

bool hx_program_of_command(const char *command, const char *folder, char path[PATH_MAX]) {
  char name[PATH_MAX];
  const char *start = command + strspn(command, HX_COMMAND_BLANKS);
  size_t length = strcspn(start, HX_COMMAND_BLANKS);
  int n = snprintf(name, sizeof name, "%.*s", (int)length, start);
  return n < (int)sizeof name && !strpbrk(name, "{}'\"\\$`;|&<>()=*?[]~") &&
         hx_tool_find_along(name, NULL, folder, path);
}

static bool is_untouched(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool hx_programs_look(hx_programs *programs, const char *path) {
  char key[HX_HASH_TEXT], content[HX_HASH_TEXT];
  struct stat status;
  int i = 0;
  hx_bytes_hash(path, strlen(path), key);
  while (i < programs->n && strcmp(programs->items[i].path, key) != 0)
    i++;
  if (i == HX_PROGRAMS_MAX || stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
      (i < programs->n && is_untouched(&programs->items[i].status, &status)))
    return true;
  hx_file_hash(path, content);
  if (i < programs->n && content[0] && strcmp(programs->items[i].content, content) != 0)
    return false;
  programs->items[i].status = status;
  strcpy(programs->items[i].path, key);
  strcpy(programs->items[i].content, content);
  programs->n += i == programs->n;
  return true;
}
