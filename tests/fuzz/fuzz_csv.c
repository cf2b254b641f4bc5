/* Tables: whatever the bytes, a table that is consistent or an error that names the file. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
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
