#include "measure/environment.h"

#include "pvs/pvs.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

void hx_bytes_hash(const void *data, size_t size, char hash[HX_HASH_TEXT]) {
  snprintf(hash, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits(data, size));
}

void hx_file_hash(const char *path, char hash[HX_HASH_TEXT]) {
  struct stat st;
  hash[0] = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
    if (st.st_size == 0) {
      hx_bytes_hash("", 0, hash);
    } else {
      void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
      if (data != MAP_FAILED) {
        hx_bytes_hash(data, (size_t)st.st_size, hash);
        munmap(data, (size_t)st.st_size);
      }
    }
  }
  close(fd);
}

/* ---- revision ---- */

/* Runs git; true when it succeeded. The first line of its output (without newline) in `out`. */
static bool git_line(char *const argv[], char *out, size_t cap) {
  int fd[2];
  pid_t pid;
  size_t size = 0;
  int status = -1;
  posix_spawn_file_actions_t actions;
  out[0] = 0;
  if (pipe2(fd, O_CLOEXEC) != 0)
    return false;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fd[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  int failed = posix_spawnp(&pid, "git", &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(fd[1]);
  if (!failed) {
    char rest[256];
    for (;;) {
      bool full = size + 1 >= cap;
      ssize_t n = full ? read(fd[0], rest, sizeof rest) : read(fd[0], out + size, cap - 1 - size);
      if (n <= 0)
        break;
      size += full ? 0 : (size_t)n;
    }
    out[size] = 0;
    out[strcspn(out, "\n")] = 0;
    waitpid(pid, &status, 0);
  }
  close(fd[0]);
  return !failed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void hx_revision_of(const char *path, char revision[HX_REVISION_TEXT]) {
  char folder[4096], line[128];
  revision[0] = 0;
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (!slash)
    return;
  *slash = 0;
  char *commit[] = {"git", "-C", folder, "rev-parse", "--verify", "--short=12", "HEAD", NULL};
  if (!git_line(commit, line, sizeof line) || strlen(line) + 7 > HX_REVISION_TEXT)
    return;
  strcpy(revision, line);
  /* A monitor that the user set for all repositories would run here, and might write. */
  char *dirty[] = {"git",
                   "-C",
                   folder,
                   "-c",
                   "core.fsmonitor=false",
                   "status",
                   "--porcelain",
                   "--untracked-files=no",
                   "--",
                   ":/",
                   ":(top,exclude)results",
                   NULL};
  if (git_line(dirty, line, sizeof line) && line[0])
    strcat(revision, "-dirty");
}

/* ---- environment ---- */

/* Every text column but the key and those that change from minute to minute. */
static void hash_row(const hx_environment_row *row, char hash[HX_HASH_TEXT]) {
  XXH3_state_t *state = XXH3_createState();
  hash[0] = 0;
  if (!state)
    return;
  XXH3_64bits_reset(state);
  for (size_t i = 0; i < hx_environments_schema.n_columns; i++) {
    const hx_store_column *column = &hx_environments_schema.columns[i];
    const char *text;
    memcpy(&text, (const char *)row + column->offset, sizeof text);
    if (strcmp(column->name, "environment") != 0 && strcmp(column->name, "seen_utc") != 0 &&
        strcmp(column->name, "load_1min") != 0)
      XXH3_64bits_update(state, text, strlen(text) + 1);
  }
  snprintf(hash, HX_HASH_TEXT, "%016llx", (unsigned long long)XXH3_64bits_digest(state));
  XXH3_freeState(state);
}

void hx_environment_read(const hx_topo *topo, hx_environment *out) {
  memset(out, 0, sizeof *out);
  hx_store_row_clear(&hx_environments_schema, &out->row);
  out->identity = hx_identity_of(topo);
  int n = hx_facts_read(topo, NULL, out->facts);
  for (int f = 0; f < n; f++)
    for (size_t i = 0; i < hx_environments_schema.n_columns; i++)
      if (strcmp(hx_environments_schema.columns[i].name, out->facts[f].name) == 0) {
        const char *value = out->facts[f].value;
        memcpy((char *)&out->row + hx_environments_schema.columns[i].offset, &value, sizeof value);
      }
  hx_utc_now(out->seen_utc);
  out->row.seen_utc = out->seen_utc;
  out->row.machine = out->identity.machine;
  out->row.allocation = out->identity.allocation;
  out->row.version = PVS_VERSION;
#ifdef __clang__
  out->row.compiler = __VERSION__;
#else
  out->row.compiler = "GCC " __VERSION__;
#endif
  hash_row(&out->row, out->hash);
  out->row.environment = out->hash;
}

static bool is_stored(const char *folder, const char *hash, bool *stored, pvs_error *error) {
  hx_store_rows rows;
  if (!hx_store_rows_read(folder, &hx_environments_schema, &rows, error))
    return false;
  const hx_environment_row *row = rows.rows;
  *stored = false;
  for (size_t i = 0; i < rows.n && !*stored; i++)
    *stored = strcmp(row[i].environment, hash) == 0;
  hx_store_rows_deinit(&rows);
  return true;
}

bool hx_environment_store(const char *folder, const hx_topo *topo, const hx_environment *env,
                          pvs_error *error) {
  char xml[4096];
  bool stored;
  if (!is_stored(folder, env->hash, &stored, error))
    return false;
  if (!stored) {
    hx_store_file *file = hx_store_file_open(folder, &hx_environments_schema, error);
    bool ok =
        file && hx_store_file_append(file, &env->row, 1, error) && hx_store_file_sync(file, error);
    hx_store_file_close(file);
    if (!ok)
      return false;
  }
  snprintf(xml, sizeof xml, "%s/machine.xml", folder);
  return access(xml, F_OK) == 0 || hx_topo_export_xml(topo, xml, error);
}
