/* Which blocks of an unfinished run are complete: a file in its hidden folder of outputs, from which
 * another run may go on.
 *
 * The first line says what run it is, and then there is one entry for each block whose rows are in
 * the tables and whose files are written: where its rows are, and what is kept of its scenarios.
 * Entries are appended with one write each and carry a digest, so that what was torn by the end of
 * the process is recognised and left out. */
#ifndef HX_CLUSTER_JOURNAL_H
#define HX_CLUSTER_JOURNAL_H

#include "cluster/block.h"

#include <limits.h>

#define HX_JOURNAL ".pvtune-journal"

enum { HX_JOURNAL_IDENTITY = 1600 };

typedef struct hx_journal {
  int fd;
  uint32_t blocks; /* that are complete */
  char path[PATH_MAX];
} hx_journal;

/* A new one, for the run that the text (one line) identifies. */
bool hx_journal_create(hx_journal *journal, const char *folder, const char *identity,
                       pvs_error *error);
/* Opens an existing journal, to continue it. *identity is its first line. Every complete entry is
 * given to take(ctx, packet, place), which keeps nothing of it. */
bool hx_journal_resume(hx_journal *journal, const char *folder, char identity[HX_JOURNAL_IDENTITY],
                       void (*take)(void *ctx, const hx_block_packet *packet,
                                    const pvs_extent *place),
                       void *ctx, pvs_error *error);
bool hx_journal_add(hx_journal *journal, const hx_block_packet *packet, const pvs_extent *place,
                    pvs_error *error);
/* Closes, and removes the file when the run is complete. */
void hx_journal_close(hx_journal *journal, bool complete);

#endif
