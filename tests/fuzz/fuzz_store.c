/* Stores, which may come from anywhere: any bytes are read as rows, or skipped and said. What a row
 * holds can be written again, and is then read as the same. */
#include "measure/store.h"
#include "measure/store_file.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

static char folder[64], file[96];

static void remove_folder(void) {
  unlink(file);
  rmdir(folder);
}

static void put(const uint8_t *data, size_t size) {
  int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  require(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!folder[0]) {
    strcpy(folder, "/tmp/pvtune-fuzz-store-XXXXXX");
    require(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/%s", folder, hx_runs_schema.file);
    atexit(remove_folder);
  }
  put(data, size);
  hx_store_rows rows, again;
  if (!hx_store_rows_read(folder, &hx_runs_schema, &rows, NULL))
    return 0;
  require((rows.skipped == 0) == (rows.warning[0] == '\0'));
  const hx_run_row *row = rows.rows;
  if (rows.n > 0) {
    require(unlink(file) == 0);
    hx_store_file *out = hx_store_file_open(folder, &hx_runs_schema, NULL);
    require(out && hx_store_file_append(out, row, 1, NULL));
    hx_store_file_close(out);
    require(hx_store_rows_read(folder, &hx_runs_schema, &again, NULL) && again.n == 1);
    const hx_run_row *same = again.rows;
    require(strlen(same->workload) == strlen(row->workload) && same->exit == row->exit);
    hx_store_rows_deinit(&again);
  }
  hx_store_rows_deinit(&rows);
  return 0;
}
