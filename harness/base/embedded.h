/* Files that the program carries with it, made into C by cmake/embed.cmake. */
#ifndef HX_BASE_EMBEDDED_H
#define HX_BASE_EMBEDDED_H

#include <stddef.h>

/* A list of them ends with one whose path is NULL. */
typedef struct hx_embedded_file {
  const char *path; /* below the folder they are taken from */
  const unsigned char *bytes;
  size_t size;
} hx_embedded_file;

#endif
