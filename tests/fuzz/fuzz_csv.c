/* Tables: both readers give the same records and errors; and whatever the bytes, a table that is
 * consistent or an error that names the file. */
#include "base/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth) {
  if (!truth) {
    abort();
  }
}

/* ---- the two readers ---- */

/* All records, one behind the other. */
typedef struct trace {
  char *text;
  size_t length, capacity;
} trace;

static void note(trace *self, const void *bytes, size_t size) {
  if (self->length + size > self->capacity) {
    self->capacity = 2 * (self->length + size);
    self->text = realloc(self->text, self->capacity);
    require(self->text != NULL);
  }
  memcpy(self->text + self->length, bytes, size);
  self->length += size;
}

static pvs_code take_record(void *ctx, long row, const pvs_field *fields, uint32_t n_fields,
                            pvs_error *error) {
  (void)error;
  note(ctx, &row, sizeof row);
  note(ctx, &n_fields, sizeof n_fields);
  for (uint32_t i = 0; i < n_fields; i++) {
    require(strlen(fields[i].text) == fields[i].length);
    note(ctx, fields[i].text, fields[i].length + 1);
  }
  return PVS_OK;
}

static void check_readers(const char *text, size_t size) {
  trace both[2] = {{0}, {0}};
  pvs_error errors[2] = {{0}, {0}};
  const pvs_code code = pvs_csv_read("f.csv", text, size, take_record, &both[0], &errors[0]);
  require(code == pvs_csv_read_slow("f.csv", text, size, take_record, &both[1], &errors[1]));
  require(memcmp(&errors[0], &errors[1], sizeof errors[0]) == 0);
  require(both[0].length == both[1].length);
  require(both[0].length == 0 || memcmp(both[0].text, both[1].text, both[0].length) == 0);
  free(both[0].text);
  free(both[1].text);
}

/* ---- tables ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_readers(size > 0 ? (const char *)data : "", size);
  pvs_arena arena;
  pvs_table table;
  pvs_error error = {0};
  pvs_arena_init(&arena);
  const pvs_code code =
      pvs_table_parse(&table, "f.csv", size > 0 ? (const char *)data : "", size, &arena, &error);
  require(code == error.code);
  if (code != PVS_OK) {
    require(strcmp(error.file, "f.csv") == 0 || code == PVS_NO_MEMORY);
    require(error.message[0] != '\0');
  } else {
    require(memchr(data, '\0', size) == NULL);
    require(table.n_columns > 0);
    long row = 1;
    for (uint32_t i = 0; i < table.n_rows; i++) {
      require(table.rows[i] > row);
      row = table.rows[i];
      bool blank = true;
      for (uint32_t j = 0; j < table.n_columns; j++) {
        double value;
        bool truth;
        blank = blank && pvs_table_cell(&table, i, (int32_t)j)[0] == '\0';
        (void)pvs_table_number(&table, i, (int32_t)j, 0, &value, NULL);
        (void)pvs_table_bool(&table, i, (int32_t)j, &truth, NULL);
      }
      require(!blank);
    }
    for (uint32_t j = 0; j < table.n_columns; j++) {
      int32_t column;
      if (pvs_table_column(&table, table.header[j], true, &column, NULL) == PVS_OK) {
        require(column == (table.header[j][0] == '\0' ? -1 : (int32_t)j));
      }
    }
  }
  pvs_arena_deinit(&arena);
  return 0;
}
