/* The state of an MPI run on one rank, for ranks.c and its parts: ranks_workers.c (the threads that
 * compute), ranks_items.c (their items, and the rows), ranks_lead.c (what rank 0 knows and hands out).
 *
 * The thread that started MPI sends, receives and writes; the workers know nothing of MPI. They stay
 * from the first item to the last: a new thread often begins on a busy CPU and waits there for some
 * milliseconds. */
#ifndef HX_CLUSTER_RANKS_STATE_H
#define HX_CLUSTER_RANKS_STATE_H

#include "cluster/ranks.h"
#include "exec/worker.h"

#include <limits.h>
#include <pthread.h>

enum {
  CREDIT = 2,       /* items per worker that a rank has at a time: one to do, and the next */
  SERVER_US = 2000, /* how often rank 0 looks for messages while all its workers compute */
  OTHERS_US = 5000, /* and the others */
  IDLE_US = 100,    /* while a worker has nothing to do */
  MOST_AHEAD =
      4, /* items per worker that may be handed out before the first unfinished one is done */
};

/* Messages, each a packet. To rank 0: */
enum {
  M_READY = 1, /* item: the number of its workers */
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
  int *owner;        /* rank that did it; -1: complete by the journal */
  uint32_t *workers; /* by rank; 0: it is not ready yet */
  uint32_t *given;   /* by rank: items that it has and that are not done */
  uint32_t all_workers;
  int byes;
  bool stopping;
  uint32_t failed_item;
  hx_exec_result result;
} server;

/* A block whose rows wait for their place, or (block UINT32_MAX) a free one. */
typedef struct rank_text {
  hx_block_text text;
  uint64_t bytes[PVS_TABLES];
  struct rank_text *next;
} rank_text;

/* What a worker leaves of an item. */
typedef struct rank_done {
  uint32_t item;
  hx_block_packet *packet; /* NULL: it failed */
  hx_exec_result result;
} rank_done;

typedef struct rank_worker {
  struct ranks *ranks;
  hx_exec_options options;
  hx_block_maker maker;
  pthread_t thread;
} rank_worker;

typedef struct ranks {
  const hx_ranks_job *job;
  const hx_transport *mpi;
  int rank, n;
  const hx_exec_options *given;
  volatile sig_atomic_t cancel; /* of the workers' items */
  hx_block_plan plan;
  round now; /* changes only while no item is under way */
  bool stop;
  void *files[PVS_TABLES];
  char paths[PVS_TABLES][PATH_MAX];
  server s;
  uint64_t serve_ns, next_progress_ns;
  uint64_t run_ns; /* of both rounds */

  rank_worker *workers;
  uint32_t n_workers, started;
  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t more, some_done;
  uint32_t *queue, queued, running;
  rank_done *done;
  uint32_t n_done;
  bool leave;
  rank_text *texts;
} ranks;

/* ---- ranks.c ---- */

/* A message of a packet alone. */
void hx_ranks_tell(ranks *r, int to, int kind, uint32_t item, const pvs_extent *place);

/* ---- ranks_workers.c ---- */

bool hx_ranks_start_workers(ranks *r, pvs_error *error);
void hx_ranks_stop_workers(ranks *r);
/* An item for whichever worker is free next. */
void hx_ranks_give(ranks *r, uint32_t item);
/* Takes what one item left; false: none has ended since. */
bool hx_ranks_take_done(ranks *r, rank_done *done);
/* Until an item has ended, but for no longer than it pays to look for messages. */
void hx_ranks_wait(ranks *r);
/* No item is begun any more, and those under way are waited for. */
void hx_ranks_settle(ranks *r);

/* ---- ranks_items.c ---- */

/* In a worker. */
void hx_ranks_run_item(rank_worker *worker, uint32_t item, rank_done *done);
/* Hands on what workers have done since. */
void hx_ranks_hand_on(ranks *r);
/* Writes the rows of a finished block of this rank, once their place is known. */
void hx_ranks_put_in_place(ranks *r, uint32_t block, const pvs_extent *place);
/* Lets rank 0 know that the item has failed. */
void hx_ranks_fail_item(ranks *r, uint32_t item, const hx_exec_result *result);

/* ---- ranks_lead.c, on rank 0 ---- */

/* Memory for a round, and with resume what the journal has of it. */
void hx_lead_begin(ranks *r);
void hx_lead_end(ranks *r);
void hx_lead_ready(ranks *r, int rank, uint32_t workers);
/* Items to whoever may have more. */
void hx_lead_hand_out(ranks *r);
void hx_lead_failed(ranks *r, uint32_t item, const hx_exec_result *result);
/* The rank has done the item; takes the packet. */
void hx_lead_done(ranks *r, int owner, hx_block_packet *packet);
void hx_lead_written(ranks *r, uint32_t item);

#endif
