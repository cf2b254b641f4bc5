/* Lets the N-th call of a kind fail in pvtune, or the N-th and all after it (LD_PRELOAD).
 *
 *   INJECT=KIND:N[+]  malloc, open, read, write, close, fsync, rename, fork, thread, spawn, mmap or lock
 *   INJECT=all:0      only counts, each kind by itself
 *   INJECT_COUNT=FILE of 96 bytes, zero at first: calls of each kind so far, of all processes together
 *
 * Counting begins with main (its call of setlocale), and only in processes that are called pvtune. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
  MALLOC,
  OPEN,
  READ,
  WRITE,
  CLOSE,
  FSYNC,
  RENAME,
  FORK,
  THREAD,
  SPAWN,
  MMAP,
  LOCK,
  KINDS
};
static const char *const names[KINDS] = {"malloc", "open", "read",   "write", "close", "fsync",
                                         "rename", "fork", "thread", "spawn", "mmap",  "lock"};
static enum kind chosen = KINDS; /* all */
static unsigned long long nth;
static bool all_after;
static unsigned long long *count; /* of each kind; NULL: not armed */

/* By system calls alone: the functions are replaced here. */
static void arm(void) {
  const char *what = getenv("INJECT"), *file = getenv("INJECT_COUNT");
  char self[256];
  ssize_t n = syscall(SYS_readlink, "/proc/self/exe", self, sizeof self - 1);
  if (!what || !file || n <= 0)
    return;
  self[n] = '\0';
  const char *slash = strrchr(self, '/'), *colon = strchr(what, ':');
  if (!slash || strcmp(slash + 1, "pvtune") != 0 || !colon)
    return;
  for (int k = 0; k < KINDS; k++)
    if (strlen(names[k]) == (size_t)(colon - what) &&
        strncmp(names[k], what, (size_t)(colon - what)) == 0)
      chosen = (enum kind)k;
  char *end;
  nth = strtoull(colon + 1, &end, 10);
  all_after = *end == '+';
  int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
  void *at = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (at != MAP_FAILED)
    count = at;
}

static __thread int in_hwloc; /* which crashes without memory: that is known, and not ours */

static bool fails(enum kind kind, int reason) {
  if (!count || in_hwloc)
    return false;
  unsigned long long now = __atomic_add_fetch(&count[kind], 1, __ATOMIC_RELAXED);
  if (kind != chosen || (all_after ? now < nth : now != nth))
    return false;
  errno = reason;
  return true;
}

#define NEXT(type, name, ...)                                                                      \
  static type (*next)(__VA_ARGS__);                                                                \
  if (!next)                                                                                       \
  *(void **)&next = dlsym(RTLD_NEXT, name)

char *setlocale(int category, const char *locale) {
  NEXT(char *, "setlocale", int, const char *);
  if (!count)
    arm();
  return next(category, locale);
}

#define OF_HWLOC(name, parameters, arguments)                                                      \
  int name parameters {                                                                            \
    static int(*next) parameters;                                                                  \
    if (!next)                                                                                     \
      *(void **)&next = dlsym(RTLD_NEXT, #name);                                                   \
    in_hwloc++;                                                                                    \
    int result = next arguments;                                                                   \
    in_hwloc--;                                                                                    \
    return result;                                                                                 \
  }
OF_HWLOC(hwloc_topology_init, (void *t), (t))
OF_HWLOC(hwloc_topology_set_xml, (void *t, const char *path), (t, path))
OF_HWLOC(hwloc_topology_load, (void *t), (t))
OF_HWLOC(hwloc_topology_dup, (void *to, void *t), (to, t))
OF_HWLOC(hwloc_get_largest_objs_inside_cpuset, (void *t, void *set, void *objs, int max),
         (t, set, objs, max))
OF_HWLOC(hwloc_topology_restrict, (void *t, void *set, unsigned long flags), (t, set, flags))

/* NOLINTBEGIN(bugprone-reserved-identifier): glibc's own names */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
/* NOLINTEND(bugprone-reserved-identifier) */
void *malloc(size_t size) {
  return fails(MALLOC, ENOMEM) ? NULL : __libc_malloc(size);
}
void *calloc(size_t n, size_t size) {
  return fails(MALLOC, ENOMEM) ? NULL : __libc_calloc(n, size);
}
void *realloc(void *old, size_t size) {
  return fails(MALLOC, ENOMEM) ? NULL : __libc_realloc(old, size);
}
void *aligned_alloc(size_t to, size_t size) {
  return fails(MALLOC, ENOMEM) ? NULL : __libc_memalign(to, size);
}
int posix_memalign(void **out, size_t to, size_t size) {
  *out = fails(MALLOC, ENOMEM) ? NULL : __libc_memalign(to, size);
  return *out ? 0 : ENOMEM;
}

/* Under a name of its own, for some of them have other types in the headers. */
#define FAILING(name, parameters, arguments, kind, reason, type, bad)                              \
  type inject_##name parameters __asm__(#name);                                                    \
  type inject_##name parameters {                                                                  \
    static type(*next) parameters;                                                                 \
    if (!next)                                                                                     \
      *(void **)&next = dlsym(RTLD_NEXT, #name);                                                   \
    if (fails(kind, reason))                                                                       \
      return bad;                                                                                  \
    return next arguments;                                                                         \
  }
FAILING(open, (const char *path, int flags, mode_t mode), (path, flags, mode), OPEN, EMFILE, int,
        -1)
FAILING(open64, (const char *path, int flags, mode_t mode), (path, flags, mode), OPEN, EMFILE, int,
        -1)
FAILING(openat, (int at, const char *path, int flags, mode_t mode), (at, path, flags, mode), OPEN,
        EMFILE, int, -1)
FAILING(__open_2, (const char *path, int flags), (path, flags), OPEN, EMFILE, int, -1)
FAILING(__open64_2, (const char *path, int flags), (path, flags), OPEN, EMFILE, int, -1)
FAILING(__openat_2, (int at, const char *path, int flags), (at, path, flags), OPEN, EMFILE, int, -1)
FAILING(fopen, (const char *path, const char *mode), (path, mode), OPEN, EMFILE, FILE *, NULL)
FAILING(opendir, (const char *path), (path), OPEN, EMFILE, DIR *, NULL)
FAILING(pipe2, (int ends[2], int flags), (ends, flags), OPEN, EMFILE, int, -1)
FAILING(read, (int fd, void *to, size_t n), (fd, to, n), READ, EIO, ssize_t, -1)
FAILING(pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), READ, EIO, ssize_t, -1)
FAILING(__read_chk, (int fd, void *to, size_t n, size_t room), (fd, to, n, room), READ, EIO,
        ssize_t, -1)
FAILING(write, (int fd, const void *from, size_t n), (fd, from, n), WRITE, ENOSPC, ssize_t, -1)
FAILING(pwrite, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at), WRITE, ENOSPC,
        ssize_t, -1)
FAILING(writev, (int fd, const struct iovec *v, int n), (fd, v, n), WRITE, ENOSPC, ssize_t, -1)
FAILING(ftruncate, (int fd, off_t size), (fd, size), WRITE, EIO, int, -1)
/* A network file system may say only then that the disk is full, or the quota used up: what was written
 * is lost. Counts files alone that were open for writing and have a name. */
static bool loses(int fd) {
  struct stat status;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(fd, &status) != 0 ||
      !S_ISREG(status.st_mode) || status.st_nlink == 0 || !fails(CLOSE, EDQUOT))
    return false;
  syscall(SYS_ftruncate, fd, 0);
  return true;
}
int inject_close(int fd) __asm__("close");
int inject_close(int fd) {
  int was = errno;
  bool lost = count && loses(fd);
  if (!lost)
    errno = was;
  int result = (int)syscall(SYS_close, fd);
  return lost ? (errno = EDQUOT, -1) : result;
}
int inject_fclose(FILE *f) __asm__("fclose");
int inject_fclose(FILE *f) {
  NEXT(int, "fclose", FILE *);
  bool lost = count && fileno(f) >= 0 && fflush(f) == 0 && loses(fileno(f));
  int result = next(f);
  return lost ? (errno = EDQUOT, EOF) : result;
}
FAILING(fsync, (int fd), (fd), FSYNC, EIO, int, -1)
FAILING(fdatasync, (int fd), (fd), FSYNC, EIO, int, -1)
FAILING(rename, (const char *from, const char *to), (from, to), RENAME, EIO, int, -1)
FAILING(renameat2, (int a, const char *from, int b, const char *to, unsigned f),
        (a, from, b, to, f), RENAME, EIO, int, -1)
FAILING(fork, (void), (), FORK, EAGAIN, pid_t, -1)
FAILING(pthread_create, (pthread_t * t, const pthread_attr_t *a, void *(*run)(void *), void *ctx),
        (t, a, run, ctx), THREAD, EAGAIN, int, EAGAIN)
FAILING(posix_spawn,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *f,
         const posix_spawnattr_t *a, char *const argv[], char *const env[]),
        (pid, path, f, a, argv, env), SPAWN, EAGAIN, int, EAGAIN)
FAILING(posix_spawnp,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *f,
         const posix_spawnattr_t *a, char *const argv[], char *const env[]),
        (pid, path, f, a, argv, env), SPAWN, EAGAIN, int, EAGAIN)
FAILING(mmap, (void *at, size_t n, int p, int f, int fd, off_t o), (at, n, p, f, fd, o), MMAP,
        ENOMEM, void *, MAP_FAILED)
FAILING(flock, (int fd, int what), (fd, what), LOCK, ENOLCK, int, -1)
