/* The files of the study's tables. Whoever has formatted rows writes them: their place follows from
 * the sizes of the rows before, so that any number of workers may write at the same time. */
#include "output/output.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

/* Rows that one system call writes. */
enum { ROWS_AT_ONCE = 64 };

static int open_file(const struct pvs_output *output, const char *name, pvs_error *error) {
  int fd = openat(output->folder_fd, name, O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    char path[1024];
    int saved = errno;
    snprintf(path, sizeof path, "%s/%s", output->folder, name);
    pvs_fail_errno(error, PVS_IO, saved, (pvs_where){.file = path}, "cannot open this file");
  }
  return fd;
}

pvs_code pvs_table_file_begin(const struct pvs_output *output, pvs_table_file *table,
                              pvs_error *error) {
  if (!output->folder)
    return PVS_OK;
  table->fd = output->join ? open_file(output, table->name, error)
                           : pvs_create_file(output->folder_fd, output->folder, table->name, error);
  if (table->fd < 0)
    return PVS_IO;
  return output->join ? PVS_OK
                      : pvs_write_all(table->fd, output->folder, table->name, table->header,
                                      table->header_length, error);
}

pvs_code pvs_table_files_close(struct pvs_output *output, pvs_error *error) {
  pvs_code code = PVS_OK;
  for (int i = 0; i < PVS_TABLES; i++) {
    const pvs_table_file *table = &output->tables[i];
    if (table->fd >= 0)
      code = pvs_close_file(table->fd, output->folder, table->name, code, error);
  }
  return code;
}

const char *pvs_output_table(const pvs_output *output, int table) {
  return output->tables[table].name;
}

void pvs_output_first_rows(const pvs_output *output, pvs_extent *at) {
  for (int i = 0; i < PVS_TABLES; i++)
    at->bytes[i] = output->tables[i].header_length;
}

void pvs_rows_add(const pvs_rows *rows, pvs_extent *to) {
  to->bytes[PVS_TABLE_RESULTS] += rows->results_length;
  to->bytes[PVS_TABLE_STD_DEV] += rows->std_dev_length;
  to->bytes[PVS_TABLE_CUSTOMERS] += rows->customers_length;
}

const char *pvs_rows_text(const pvs_rows *rows, int table, size_t *length) {
  switch (table) {
  case PVS_TABLE_RESULTS:
    *length = rows->results_length;
    return rows->text;
  case PVS_TABLE_STD_DEV:
    *length = rows->std_dev_length;
    return rows->text + rows->results_length;
  default:
    *length = rows->customers_length;
    return rows->text + rows->results_length + rows->std_dev_length;
  }
}

/* Writes the pieces one behind the other and changes them. Less than all of them is rare (a signal, a
 * disk nearly full). */
static pvs_code write_pieces(const struct pvs_output *output, const pvs_table_file *table,
                             struct iovec *pieces, int n, uint64_t at, pvs_error *error) {
  while (n > 0) {
    ssize_t written = pwritev(table->fd, pieces, n, (off_t)at);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return pvs_fail_write(output->folder, table->name, written < 0 ? errno : ENOSPC, error);
    at += (uint64_t)written;
    size_t left = (size_t)written;
    while (n > 0 && left >= pieces->iov_len) {
      left -= pieces->iov_len;
      pieces++;
      n--;
    }
    if (n > 0) {
      pieces->iov_base = (char *)pieces->iov_base + left;
      pieces->iov_len -= left;
    }
  }
  return PVS_OK;
}

static pvs_code write_table(const struct pvs_output *output, int table, const pvs_rows *const *rows,
                            uint32_t count, uint64_t at, pvs_error *error) {
  struct iovec pieces[ROWS_AT_ONCE];
  pvs_code code = PVS_OK;
  for (uint32_t first = 0; first < count && !code; first += ROWS_AT_ONCE) {
    uint32_t n = count - first < ROWS_AT_ONCE ? count - first : ROWS_AT_ONCE;
    uint64_t size = 0;
    for (uint32_t i = 0; i < n; i++) {
      const char *text = pvs_rows_text(rows[first + i], table, &pieces[i].iov_len);
      pieces[i].iov_base = (void *)(uintptr_t)text;
      size += pieces[i].iov_len;
    }
    code = write_pieces(output, &output->tables[table], pieces, (int)n, at, error);
    at += size;
  }
  return code;
}

pvs_code pvs_output_write_rows(pvs_output *output, const pvs_rows *const *rows, uint32_t count,
                               const pvs_extent *at, pvs_error *error) {
  pvs_code code = PVS_OK;
  for (int i = 0; i < PVS_TABLES && !code; i++)
    if (output->tables[i].fd >= 0)
      code = write_table(output, i, rows, count, at->bytes[i], error);
  return code;
}
