/* Files and folders as a whole: read, written, made and removed. */
#ifndef HX_BASE_FILES_H
#define HX_BASE_FILES_H

#include "base/text.h"
#include "pvs/pvs.h"

#include <stdbool.h>

/* Makes a folder and its missing parents, as mkdir -p does. False with errno set. Adds the number
 * of folders made to *made, which may be NULL. */
bool hx_files_make_folder(const char *path, int *made);

/* Removes a file, or a folder with all that is in it; succeeds if there is nothing. Does not
 * follow links, leaves other file systems alone, and makes the user's read-only folders
 * writable. Another process may remove the same folder at the same time. False, with errno set,
 * if something is left. */
bool hx_files_remove(const char *path);

bool hx_files_is_folder(const char *path);

/* Adds what an open file holds now, from its beginning, to `text`. A device or pipe has no size and
 * gives nothing. False with an error that names `path`. */
bool hx_files_read_fd(int fd, const char *path, hx_text *text, pvs_error *error);
/* Of a file. Folders, pipes and devices are refused, and nobody is waited for. */
bool hx_files_read(const char *path, hx_text *text, pvs_error *error);

/* As open(), with O_CLOEXEC, but for files alone: -1, with an error that names `path`, for anything
 * else, without waiting for the other end of a pipe. `expected`: such as "a CSV file". */
int hx_files_open(const char *path, int flags, const char *expected, pvs_error *error);

/* Bytes of a file, or of all files in a folder. NaN when it cannot be read. */
double hx_files_bytes(const char *path);
/* Writes all bytes, calling write as often as necessary. False with errno set. */
bool hx_files_write_fd(int fd, const void *bytes, size_t size);

/* Writes the bytes to a file of its own beside `path` and renames it, so that other processes see
 * either the old file or the new one. A link is followed, and the file it points to is replaced;
 * devices and pipes are written to directly, a pipe only if somebody reads it. False with an error that
 * names `path`; the old file is then unchanged and nothing else is left. For programs without
 * threads: the umask is changed for a moment, and signals are blocked while a file is replaced. */
bool hx_files_replace(const char *path, const void *bytes, size_t size, pvs_error *error);

/* Whether `folder` has a folder of that name, or one that a link leads to. */
bool hx_files_has_folder(const char *folder, const char *name);
/* Adds the bytes at the end of a file, a device or a pipe that somebody reads. False with an error that
 * names `path`; a file is then as long as before, and one that was not there is gone. */
bool hx_files_append(const char *path, const void *bytes, size_t size, pvs_error *error);

#endif
