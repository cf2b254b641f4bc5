/* The state of an MPI run on one rank, for ranks.c and its parts: ranks_items.c (what this rank does),
 * ranks_lead.c (what rank 0 knows and hands out). */
#ifndef HX_CLUSTER_RANKS_STATE_H
#define HX_CLUSTER_RANKS_STATE_H

#include "cluster/ranks.h"
#include "exec/worker.h"

enum {
  CREDIT = 2,    /* items that a rank has at a time: one to do, and the next */
  SERVER_MS = 2, /* how often rank 0 looks for messages while it computes */
  OTHERS_MS = 5, /* and the others */
  IDLE_US = 100, /* between looks while there is nothing to compute */
  MOST_AHEAD =
      4, /* items per rank that may be handed out before the first unfinished one is done */
};

/* Messages, each a packet. To rank 0: */
enum {
  M_READY = 1,
  M_DONE,
  M_WRITTEN,
  M_FAILED,
  M_BYE,
  /* and from it: */
  M_ITEM,
  M_PLACE,
  M_STOP
};

/* M_FAILED. */
typedef struct failure {
  hx_block_packet head; /* item: in whose order it failed */
  hx_exec_result result;
} failure;

typedef struct round {
  bool blocks; /* of scenarios; else parts, then shared flows */
  uint32_t items;
  uint32_t flows_at_once;
} round;

/* What rank 0 knows. */
typedef struct server {
  uint32_t next, placed, complete; /* items handed out; in order done; done and written */
  hx_block_packet **packet;        /* by item, from its end to its journal entry */
  pvs_extent *place;
  int *owner;       /* rank that did it; -1: complete by the journal */
  uint32_t *credit; /* by rank: items it may be given */
  int byes;
  bool stopping;
  uint32_t failed_item;
  hx_exec_result result;
} server;

typedef struct ranks {
  const hx_ranks_job *job;
  const hx_transport *mpi;
  int rank, n;
  const hx_exec_options *given;
  hx_exec_options options; /* of items: with a cancel and a progress of our own */
  volatile sig_atomic_t cancel;
  hx_block_maker maker;
  round now;
  uint32_t queue[CREDIT + 1], queued; /* items to do */
  bool stop;
  hx_block_text *texts; /* blocks whose rows wait for their place, and free ones */
  uint32_t n_texts;
  uint64_t *text_bytes;
  void *files[PVS_TABLES];
  char paths[PVS_TABLES][PATH_MAX];
  server s;
} ranks;

/* ---- ranks.c ---- */

/* A message of a packet alone. */
void hx_ranks_tell(ranks *r, int to, int kind, uint32_t item, const pvs_extent *place);

/* ---- ranks_items.c ---- */

/* Runs the next item of the queue. */
void hx_ranks_run_one(ranks *r);
/* Writes the rows of a finished block of this rank, once their place is known. */
void hx_ranks_put_in_place(ranks *r, uint32_t block, const pvs_extent *place);
/* Lets rank 0 know that the item has failed. */
void hx_ranks_fail_item(ranks *r, uint32_t item, const hx_exec_result *result);

/* ---- ranks_lead.c, on rank 0 ---- */

/* Memory for a round, and with resume what the journal has of it. */
void hx_lead_begin(ranks *r);
void hx_lead_end(ranks *r);
/* Items to whoever may have more. */
void hx_lead_hand_out(ranks *r);
void hx_lead_failed(ranks *r, uint32_t item, const hx_exec_result *result);
/* The rank has done the item; takes the packet. */
void hx_lead_done(ranks *r, int owner, hx_block_packet *packet);
void hx_lead_written(ranks *r, uint32_t item);

#endif
