/* Inputs of a study that rank 0 reads from disk and sends to the other ranks, so that each file is
 * read from the file system once, whatever the number of ranks. */
#ifndef HX_CLUSTER_INPUTS_H
#define HX_CLUSTER_INPUTS_H

#include "cluster/cluster.h"

typedef struct hx_inputs hx_inputs;

/* `disk` is where rank 0 reads, borrowed. NULL when out of memory. */
hx_inputs *hx_inputs_create(const hx_cluster *cluster, const pvs_source *disk);
/* On rank 0 it reads from disk, for any number of threads, and remembers what was read. On the
 * other ranks it has what rank 0 has sent; files that rank 0 did not read are missing there. */
const pvs_source *hx_inputs_source(hx_inputs *inputs);
/* Collective, once rank 0 has opened the study and before the others do. Files that cannot be read
 * again end all ranks. */
void hx_inputs_share(hx_inputs *inputs);
/* The study is open: the bytes of files are not needed any more. */
void hx_inputs_drop(hx_inputs *inputs);
void hx_inputs_destroy(hx_inputs *inputs); /* NULL is fine */

#endif
