/* Whether a program is still the one that was there when it was first looked at: whoever builds it anew
 * while it is measured would otherwise mix two programs. */
#ifndef HX_MEASURE_PROGRAM_H
#define HX_MEASURE_PROGRAM_H

#include "measure/environment.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

enum { HX_PROGRAMS_MAX = 16 };

/* All zero: none was looked at yet. More programs than there is room for are not watched. */
typedef struct hx_programs {
  struct {
    char path[HX_HASH_TEXT], content[HX_HASH_TEXT];
    struct stat status;
  } items[HX_PROGRAMS_MAX];
  int n;
} hx_programs;

/* The path of the program that a command starts, seen from `folder` (NULL: here). False when it cannot be
 * told from the text: placeholders, quotes, or something that only a shell knows. */
bool hx_program_of_command(const char *command, const char *folder, char path[PATH_MAX]);

/* Looks at it; false when there is other content at the path than the first time. One that cannot be read
 * did not change. */
bool hx_programs_look(hx_programs *programs, const char *path);

#endif
