/* Files and folders as a whole: read, written, made and removed. */
#ifndef HX_BASE_FILES_H
#define HX_BASE_FILES_H

#include "base/text.h"
#include "pvs/pvs.h"

#include <stdbool.h>

/* mkdir -p; a folder that exists is fine. False with errno set. `made` (NULL is fine) is raised by
 * the number of folders that were missing. */
bool hx_files_make_folder(const char *path, int *made);

/* Removes a file, or a folder with all that is in it; it is fine if there is nothing. Links are not
 * followed, other file systems are left alone, own folders that forbid writing are made writable.
 * Another process may be removing the same. False, with errno set, when something is left. */
bool hx_files_remove(const char *path);

bool hx_files_is_folder(const char *path);

/* Adds what an open file holds now, from its beginning, to `text`. A device or pipe has no size and
 * gives nothing. False with an error that names `path`. */
bool hx_files_read_fd(int fd, const char *path, hx_text *text, pvs_error *error);
bool hx_files_read(const char *path, hx_text *text, pvs_error *error);

/* Writes all of it, however often the kernel takes only a part. False with errno set. */
/* Bytes of a file, or of all files in a folder. NaN when it cannot be read. */
double hx_files_bytes(const char *path);
bool hx_files_write_fd(int fd, const void *bytes, size_t size);

/* Writes the bytes to a file of its own beside `path` and renames it: whoever looks sees the old
 * file or the new one. A link is followed, so that the file it leads to is replaced; devices and
 * pipes are written to directly. False with an error that names `path`; then the old file is as it
 * was and nothing else is left. Not for threads: signals are held back meanwhile. */
bool hx_files_replace(const char *path, const void *bytes, size_t size, pvs_error *error);

#endif
