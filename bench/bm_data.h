/* What cases measure on: synthetic buildings in memory, and noise. */
#ifndef BM_DATA_H
#define BM_DATA_H

#include "bm_shim.h"
#include "engine/plan.h"
#include "synth/synth.h"

/* Writes the reason and returns false. */
bool bm_wrong(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same from an error; returns NULL. */
void *bm_no_setup(char *why, const pvs_error *error);

/* The next number of a fixed sequence (SplitMix64); start from any state. */
uint64_t bm_random(uint64_t *state);
/* In [0, 1). */
double bm_uniform(uint64_t *state);

/* A study opened whole from a synthetic base folder in memory. */
typedef struct bm_building {
  hx_synth_spec spec;
  hx_synth_kind kind;
  hx_synth_memory *memory;
  pvs_study *study;
  struct bm_building *next;
} bm_building;

/* Made at first use and shared by all cases that ask for the same; lives until bm_data_free. NULL:
 * *why says why. */
const bm_building *bm_building_get(hx_synth_kind kind, uint32_t customers, uint32_t scenarios,
                                   uint32_t days, char *why);
void bm_data_free(void);
/* A file of the base folder: bytes that live as long as the building. */
bool bm_building_file(const bm_building *building, const char *relative, pvs_bytes *bytes,
                      char *why);
/* How to open the building's study anew. */
pvs_study_options bm_building_options(const bm_building *building);

/* The kernels of a level; NULL: the best. */
const pvs_kernels *bm_kernels(const char *level);

/* 64-byte aligned, zeroed; ends the process when memory is short. */
void *bm_alloc(size_t n, size_t size);

/* The same numbers to the bit. */
bool bm_same_bits(const double *a, const double *b, size_t n);

/* |a - b| within `relative` of the larger one. */
bool bm_close_to(double a, double b, double relative);

#endif
