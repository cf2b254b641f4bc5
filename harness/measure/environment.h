/* The environment of a measurement: the machine, facts about it that are stored, the binary, and
 * the time. */
#ifndef HX_MEASURE_ENVIRONMENT_H
#define HX_MEASURE_ENVIRONMENT_H

#include "pvs/pvs.h"

#include "base/clock.h"
#include "machine/identity.h"
#include "machine/topo.h"
#include "measure/store.h"

#include <stdbool.h>
#include <stddef.h>

enum { HX_HASH_TEXT = 17, HX_REVISION_TEXT = 64 };

typedef struct hx_environment {
  hx_identity identity;
  hx_environment_row row; /* texts point into this struct or are static: do not copy the struct */
  hx_fact facts[HX_FACTS_MAX];
  char hash[HX_HASH_TEXT];
  char seen_utc[HX_UTC_TEXT];
} hx_environment;

void hx_environment_read(const hx_topo *topo, hx_environment *out);
/* Appends the row to machine.csv unless it is there already, and writes the topology once, as
 * machine.xml. False with a sentence in error. */
bool hx_environment_store(const char *folder, const hx_topo *topo, const hx_environment *env,
                          pvs_error *error);

/* XXH3 as 16 hex digits; of a file that cannot be read: "". */
void hx_file_hash(const char *path, char hash[HX_HASH_TEXT]);
void hx_bytes_hash(const void *data, size_t size, char hash[HX_HASH_TEXT]);
/* The commit of the checkout that `path` lies in, with "-dirty" behind it when tracked files
 * outside results/ differ from it; "" outside a checkout or without git. Runs git. */
void hx_revision_of(const char *path, char revision[HX_REVISION_TEXT]);

#endif
