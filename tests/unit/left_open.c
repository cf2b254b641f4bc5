/* Part of every test program: fails it when, at its end, more descriptors are open than at its
 * beginning, or a child was not waited for. What it tests must give back both. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_before;
static pid_t program; /* children that end by exit() are not asked */

static int count_open(char *which, size_t size) {
  DIR *folder = opendir("/proc/self/fd");
  int n = 0;
  size_t used = 0;
  for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
    int fd = atoi(entry->d_name);
    char path[64], to[256];
    if (entry->d_name[0] == '.' || fd == dirfd(folder))
      continue;
    n++;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(path, to, sizeof to - 1);
    to[length > 0 ? length : 0] = '\0';
    if (used < size)
      used += (size_t)snprintf(which + used, size - used, " %d is %s;", fd, to);
  }
  if (folder)
    closedir(folder);
  return n;
}

__attribute__((constructor)) static void begin(void) {
  char which[1];
  program = getpid();
  open_before = count_open(which, 0);
}

__attribute__((destructor)) static void end(void) {
  char which[4096] = "";
  if (getpid() != program)
    return;
  int n = count_open(which, sizeof which);
  if (n > open_before)
    fprintf(stderr, "%d descriptors were left open:%s\n", n - open_before, which);
  pid_t child = waitpid(-1, NULL, WNOHANG);
  if (child >= 0)
    fprintf(stderr, "a child was not waited for\n");
  if (n > open_before || child >= 0)
    _exit(1);
}
