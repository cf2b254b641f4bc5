/* Runs a libFuzzer target without libFuzzer: over its committed corpus and over deterministic
 * mutations of it, so that every compiler and sanitizer build repeats the same cases.
 *
 *   fuzz_NAME CORPUS_DIR [MUTATIONS]     run the corpus, then MUTATIONS (default 3000) variants
 *   fuzz_NAME FILE                       run one input, to repeat a failure
 *
 * The input under test is kept in ./fuzz_NAME.last, a shared mapping: after a crash, however
 * abrupt, the file holds exactly the bytes that caused it. It is removed when all went well. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT_BYTES = 1 << 20, MAX_EDITS = 4, DEFAULT_MUTATIONS = 3000 };

typedef struct input {
  uint8_t *bytes;
  size_t size;
} input;

typedef struct last_case {
  char path[4096];
  int fd;
  uint8_t *map;
} last_case;

static _Noreturn void die(const char *what, const char *path) {
  fprintf(stderr, "fuzz driver: %s: %s\n", what, path);
  exit(1);
}

/* xorshift64*: small, and the same numbers everywhere. */
static uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * UINT64_C(2685821657736338717);
}

static size_t random_below(uint64_t *state, size_t n) {
  return n == 0 ? 0 : (size_t)(next_random(state) % n);
}

static input read_input(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    die("cannot open", path);
  input in = {.bytes = malloc(MAX_INPUT_BYTES)};
  if (in.bytes == NULL)
    die("no memory for", path);
  in.size = fread(in.bytes, 1, MAX_INPUT_BYTES, file);
  if (ferror(file) || fgetc(file) != EOF)
    die("unreadable, or longer than 1 MiB", path);
  fclose(file);
  return in;
}

static int is_visible(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static input *read_corpus(const char *dir, size_t *n_inputs) {
  struct dirent **entries;
  int n = scandir(dir, &entries, is_visible, alphasort);
  if (n <= 0)
    die("no inputs in", dir);
  input *corpus = calloc((size_t)n, sizeof *corpus);
  if (corpus == NULL)
    die("no memory for", dir);
  for (int i = 0; i < n; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
    corpus[i] = read_input(path);
    free(entries[i]);
  }
  free(entries);
  *n_inputs = (size_t)n;
  return corpus;
}

static void last_case_open(last_case *last, const char *program) {
  const char *slash = strrchr(program, '/');
  snprintf(last->path, sizeof last->path, "%s.last", slash != NULL ? slash + 1 : program);
  last->fd = open(last->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (last->fd < 0 || ftruncate(last->fd, MAX_INPUT_BYTES) != 0)
    die("cannot write", last->path);
  last->map = mmap(NULL, MAX_INPUT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, last->fd, 0);
  if (last->map == MAP_FAILED)
    die("cannot map", last->path);
}

static void last_case_close(last_case *last) {
  munmap(last->map, MAX_INPUT_BYTES);
  close(last->fd);
  unlink(last->path);
}

/* The target gets a heap copy of exactly `size` bytes, so that a sanitizer sees the first byte read
 * beyond it. */
static void run_one(last_case *last, const uint8_t *bytes, size_t size) {
  if (ftruncate(last->fd, 0) != 0 || ftruncate(last->fd, (off_t)size) != 0)
    die("cannot resize", last->path);
  uint8_t *copy = malloc(size > 0 ? size : 1);
  if (copy == NULL)
    die("no memory for", last->path);
  if (size > 0) {
    memcpy(last->map, bytes, size);
    memcpy(copy, bytes, size);
  }
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

/* Moves the tail at `at` so that `insert` bytes fit in place of `remove`; false if it would not. */
static int resize_at(input *in, size_t at, size_t remove, size_t insert) {
  if (in->size - remove + insert > MAX_INPUT_BYTES)
    return 0;
  memmove(in->bytes + at + insert, in->bytes + at + remove, in->size - at - remove);
  in->size = in->size - remove + insert;
  return 1;
}

static void mutate_once(input *in, const input *other, uint64_t *state) {
  /* What readers of tables and numbers trip over, as bytes and as words. */
  static const uint8_t bytes[] = "\0\"\r\n,;.-+eE09 \t\x7f\xff\xef";
  static const char *const words[] = {"nan",  "inf",    "-0",           "1e999",
                                      "\"\"", "\r\n",   ",,",           "\n\n",
                                      "0x1",  "1e-400", "\xef\xbb\xbf", "29/02/2013 00:00"};
  size_t at = random_below(state, in->size);
  size_t length = 1 + random_below(state, in->size - at < 64 ? in->size - at : 64);
  if (length > in->size - at)
    length = in->size - at;

  switch (random_below(state, 7)) {
  case 0:
    if (in->size > 0)
      in->bytes[at] ^= (uint8_t)(1U << random_below(state, 8));
    break;
  case 1:
    if (in->size > 0)
      in->bytes[at] = bytes[random_below(state, sizeof bytes - 1)];
    break;
  case 2:
    resize_at(in, at, length, 0);
    break;
  case 3:
    if (resize_at(in, at, 0, length))
      memmove(in->bytes + at, in->bytes + at + length, length);
    break;
  case 4: {
    const char *word = words[random_below(state, sizeof words / sizeof words[0])];
    if (resize_at(in, at, 0, strlen(word)))
      memcpy(in->bytes + at, word, strlen(word));
    break;
  }
  case 5:
    in->size = at;
    break;
  default: { /* the head of this input, the tail of another */
    size_t from = random_below(state, other->size);
    if (resize_at(in, at, in->size - at, other->size - from))
      memcpy(in->bytes + at, other->bytes + from, other->size - from);
  }
  }
}

static void run_mutations(last_case *last, const input *corpus, size_t n_inputs, size_t n) {
  input scratch = {.bytes = malloc(MAX_INPUT_BYTES)};
  if (scratch.bytes == NULL)
    die("no memory for", "mutations");
  for (size_t i = 0; i < n; i++) {
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15) * (i + 1);
    const input *from = &corpus[i % n_inputs];
    memcpy(scratch.bytes, from->bytes, from->size);
    scratch.size = from->size;
    for (size_t edits = 1 + random_below(&state, MAX_EDITS); edits > 0; edits--)
      mutate_once(&scratch, &corpus[random_below(&state, n_inputs)], &state);
    run_one(last, scratch.bytes, scratch.size);
  }
  free(scratch.bytes);
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: %s CORPUS_DIR [MUTATIONS] | FILE\n", argv[0]);
    return 2;
  }
  struct stat status;
  if (stat(argv[1], &status) != 0)
    die("cannot find", argv[1]);
  last_case last;

  if (!S_ISDIR(status.st_mode)) {
    input in = read_input(argv[1]); /* first: FILE may be the .last file of a crash */
    last_case_open(&last, argv[0]);
    run_one(&last, in.bytes, in.size);
    last_case_close(&last);
    free(in.bytes);
    return 0;
  }

  size_t n_inputs;
  size_t n_mutations = argc == 3 ? strtoul(argv[2], NULL, 10) : DEFAULT_MUTATIONS;
  input *corpus = read_corpus(argv[1], &n_inputs);
  last_case_open(&last, argv[0]);
  for (size_t i = 0; i < n_inputs; i++)
    run_one(&last, corpus[i].bytes, corpus[i].size);
  run_mutations(&last, corpus, n_inputs, n_mutations);
  last_case_close(&last);

  printf("%zu inputs, %zu mutations\n", n_inputs, n_mutations);
  for (size_t i = 0; i < n_inputs; i++)
    free(corpus[i].bytes);
  free(corpus);
  return 0;
}
