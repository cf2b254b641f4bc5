/* The study file in parts of whole lines, which several threads go through at the same time. Two
 * passes are made: study_scan.c before the profiles are read, study_rows.c after. */
#ifndef PVS_INPUT_STUDY_PARTS_H
#define PVS_INPUT_STUDY_PARTS_H

#include "input/builder.h"

struct pvs_study_part {
  const char *data; /* behind the header */
  size_t size;
  long row;           /* of its first line, as a spreadsheet counts */
  uint32_t scenarios; /* rows that are one; known after the first pass */
};

/* A scenario's number is a whole one of at most this size, which a double has exactly. */
#define PVS_GREATEST_SCENARIO 1e15

/* Columns whose texts hardly come again. */
enum { PVS_MOST_VARIED = 4 };
typedef struct pvs_varied {
  uint32_t n, columns[PVS_MOST_VARIED]; /* ascending */
} pvs_varied;

/* What is done with a row. */
typedef struct pvs_row_taker {
  /* *value is what `again` is told about rows that differ from this one in nothing but the scenario
   * number; PVS_NONE, as which it comes: each of them must be taken by itself. */
  pvs_code (*take)(void *ctx, long row, const pvs_field *fields, uint32_t *value, pvs_error *error);
  pvs_code (*again)(void *ctx, long row, int64_t scenario, uint32_t value, pvs_error *error);
  /* The same for rows that differ in those columns, too: where a study's rows all differ, it is often
   * only there. */
  pvs_code (*vary)(void *ctx, long row, int64_t scenario, uint32_t value, const pvs_field *fields,
                   const pvs_varied *varied, pvs_error *error);
  /* By column: in how many rows that were taken its text was a new one, as far as is known; NULL. */
  const uint32_t *(*fresh)(const void *ctx);
  void *ctx;
} pvs_row_taker;

/* Reads the header and divides the file, if its text is plain as far as one can tell; else there is
 * one part, the file, which is read through libcsv. */
pvs_code pvs_study_parts_find(pvs_builder *builder, pvs_error *error);
/* One part, the whole file: read through libcsv, unless is_plain. */
void pvs_study_parts_unite(pvs_builder *builder, bool is_plain);
/* Takes the rows of a part in order, without the header. Anything but PVS_OK of the taker's ends it.
 * *is_plain false: it ended early, because libcsv must decide what is in the file. */
pvs_code pvs_study_part_take(pvs_builder *builder, const pvs_study_part *part,
                             const pvs_row_taker *taker, bool *is_plain, pvs_error *error);

/* task(ctx, i) for each i < n, as many at the same time as the caller's threads can. */
void pvs_builder_run(const pvs_builder *builder, size_t n, void (*task)(void *ctx, size_t index),
                     void *ctx);

#endif
