/* Reading tables: through libcsv, into an arena. */
#include "bm_data.h"
#include "bm_list.h"

#include "base/csv.h"
#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

typedef struct table_case {
  pvs_bytes file;
  pvs_arena arena;
  pvs_table table;
  uint64_t expected; /* digest of all cells */
  uint32_t cells;
} table_case;

/* The cells of a file without line breaks in quotes: what stands between commas and line ends, and
 * between quotes. */
static uint64_t plain_cells(pvs_bytes file, uint32_t *count) {
  uint64_t digest = 0;
  const char *p = file.data, *end = p + file.size;
  while (p < end) {
    bool quoted = *p == '"';
    const char *cell = p + quoted;
    for (p = cell; quoted ? *p != '"' : *p != ',' && *p != '\n';)
      p++;
    digest = pvs_digest_add(digest, cell, (size_t)(p - cell));
    p += 1 + quoted;
    ++*count;
  }
  return digest;
}

static void *table_setup(const bm_param *param, char *why) {
  static const struct {
    const char *variant, *path;
  } files[] = {
      {"tariffs", "reference/tariff_lookup.csv"},
      {"batteries", "reference/battery_lookup.csv"},
      {"study", "studies/" HX_SYNTH_PROJECT "/inputs/study_static.csv"},
  };
  const bm_building *building = bm_building_get(HX_SYNTH_STATIC, 18, 620, 365, why);
  if (!building)
    return NULL;
  table_case *c = bm_alloc(1, sizeof *c);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(files[i].variant, param->variant) == 0 &&
        !bm_building_file(building, files[i].path, &c->file, why)) {
      free(c);
      return NULL;
    }
  c->expected = plain_cells(c->file, &c->cells);
  return c;
}

static void table_run(void *ctx) {
  table_case *c = ctx;
  pvs_arena_deinit(&c->arena);
  pvs_arena_init(&c->arena);
  pvs_table_parse(&c->table, "table.csv", c->file.data, c->file.size, &c->arena, NULL);
}

static bool table_check(void *ctx, bm_work *work, char *why) {
  table_case *c = ctx;
  uint32_t columns = c->table.n_columns, rows = c->table.n_rows;
  uint64_t digest = 0;
  for (uint32_t i = 0; i < columns; i++)
    digest = pvs_digest_add(digest, c->table.header[i], strlen(c->table.header[i]));
  for (size_t i = 0; i < (size_t)rows * columns; i++)
    digest = pvs_digest_add(digest, c->table.cells[i], strlen(c->table.cells[i]));
  work->bytes = (double)c->file.size;
  work->item = "cell";
  work->items = c->cells;
  return digest == c->expected || bm_wrong(why, "the cells differ from the file's");
}

static void table_teardown(void *ctx) {
  if (ctx)
    pvs_arena_deinit(&((table_case *)ctx)->arena);
  free(ctx);
}

const bm_ops bm_table = {table_setup, NULL, table_run, table_check, table_teardown};
