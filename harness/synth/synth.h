/* Synthetic base folders (MODEL.md, section 1): an apartment building in Sydney's climate, its
 * loads, PV, tables and studies.
 *
 * Everything is a pure function of the spec: the same bytes on every machine, with any compiler. A
 * household's series depends on the seed and its own number only, and a shorter series is the
 * beginning of a longer one. Thread-safe; nothing here prints. */
#ifndef HX_SYNTH_SYNTH_H
#define HX_SYNTH_SYNTH_H

#include "pvs/pvs.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum hx_synth_kind {
  HX_SYNTH_STATIC,    /* arrangements x PV x tariffs x capex, no batteries */
  HX_SYNTH_BATTERIES, /* central batteries of different size and strategy */
  HX_SYNTH_MIXED, /* the static sweep and, in two of five flows, batteries of every kind; a few time
                     series */
  HX_SYNTH_KINDS
} hx_synth_kind;

/* "static", "batteries", "mixed": also the study's name. NULL for anything else. */
const char *hx_synth_kind_name(hx_synth_kind kind);
/* HX_SYNTH_KINDS when the name is unknown. */
hx_synth_kind hx_synth_kind_named(const char *name);

#define HX_SYNTH_PROJECT     "synthetic"
#define HX_SYNTH_LOAD_FOLDER "building"

typedef struct hx_synth_spec {
  uint32_t customers; /* households; the common property `cp` comes on top */
  uint32_t scenarios; /* rows of each study */
  uint32_t days;
  uint32_t interval_min; /* 60, 30, 15, 5 or 1 */
  uint32_t load_files;   /* in the load folder: other households in the same building and weather */
  /* Distinct energy flows of each study, 1 … scenarios. 0: each kind's own default, min(20,
   * scenarios) for static and one per scenario for the others. */
  uint32_t flows;
  uint64_t seed;
  int start_year; /* series begin on 1 January */
  unsigned kinds; /* studies to make: 1u << kind, or-ed */
} hx_synth_spec;

enum {
  HX_SYNTH_MAX_CUSTOMERS = 10000,
  HX_SYNTH_MAX_SCENARIOS = 1000000,
  HX_SYNTH_MAX_DAYS = 3660,
  HX_SYNTH_MAX_LOAD_FILES = 99,
};

/* 18 households, 36 scenarios, the year 2013 in half-hours, one load file, seed 1, all studies. */
void hx_synth_defaults(hx_synth_spec *spec);

/* The distinct energy flows of a study: spec->flows or the kind's default. */
uint32_t hx_synth_flows(const hx_synth_spec *spec, hx_synth_kind kind);

/* PVS_BAD_VALUE, with the member that is wrong in error->column, what was found and expected. */
pvs_code hx_synth_check(const hx_synth_spec *spec, pvs_error *error);

/* Takes the next piece of a file. Pieces of a file come one after the other under the same path
 * (relative to the base, '/' between parts), each at most 1 MiB and never empty; files come one
 * after the other. Anything but PVS_OK stops the rendering. The path lives as long as the call. */
typedef pvs_code (*hx_synth_sink)(void *ctx, const char *path, const char *bytes, size_t size);

/* Renders every file of the base folder into the sink. Memory: one buffer and one day of the
 * building, whatever the size of the files. Returns what the sink returned, PVS_BAD_VALUE (see
 * check) or PVS_NO_MEMORY; the error is filled unless the sink was the one to stop. */
pvs_code hx_synth_render(const hx_synth_spec *spec, hx_synth_sink sink, void *ctx,
                         pvs_error *error);

/* Counts of what was made. */
typedef struct hx_synth_made {
  uint32_t files;
  uint64_t bytes;
} hx_synth_made;

/* Once *stop is not 0, writing a folder fails, and leaves nothing; NULL, as at first: nothing stops it. */
void hx_synth_stop_at(const volatile sig_atomic_t *stop);

/* Writes the base folder `path`. Whole or not at all: files are made in a sibling folder
 * ".<name>.XXXXXX" that takes the place in the end. An existing folder must be empty, unless
 * `replace`: then it is exchanged and removed as a whole. `made` may be NULL. */
pvs_code hx_synth_write_folder(const hx_synth_spec *spec, const char *path, bool replace,
                               hx_synth_made *made, pvs_error *error);

/* A base folder in memory. */
typedef struct hx_synth_memory hx_synth_memory;

pvs_code hx_synth_memory_create(const hx_synth_spec *spec, hx_synth_memory **memory,
                                pvs_error *error);
void hx_synth_memory_destroy(hx_synth_memory *memory); /* NULL is fine */
/* To open a study from: base hx_synth_memory_base, project HX_SYNTH_PROJECT, study
 * hx_synth_kind_name. Lives as long as `memory`; any number of threads may read. The source's bytes
 * are the memory's own: release does nothing. */
const pvs_source *hx_synth_memory_source(const hx_synth_memory *memory);
const char *hx_synth_memory_base(const hx_synth_memory *memory);

/* The workload `builtin:NAME:SIZE`: 18 households, the year 2013 in half-hours, SIZE scenarios, each
 * with an energy flow of its own. PVS_UNKNOWN_ID for a name that is no kind, PVS_BAD_VALUE for a size
 * out of 1 … HX_SYNTH_MAX_SCENARIOS. */
pvs_code hx_synth_builtin_spec(const char *name, uint64_t size, hx_synth_spec *spec,
                               pvs_error *error);
pvs_code hx_synth_builtin(const char *name, uint64_t size, hx_synth_memory **memory,
                          pvs_error *error);

#endif
