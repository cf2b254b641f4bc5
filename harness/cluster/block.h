/* One item of an MPI run: some flows that blocks share, the saved tariffs, or a block of consecutive
 * scenarios, done by one thread. */
#ifndef HX_CLUSTER_BLOCK_H
#define HX_CLUSTER_BLOCK_H

#include "cluster/cluster.h"
#include "exec/study_work.h"

/* What is known of a scenario of a block; it travels between ranks as it is. */
typedef struct hx_block_scenario {
  uint64_t digest;
  int64_t id;
  double total_cost, self_consumption;
  char arrangement[16];
} hx_block_scenario;

/* A finished block as one piece of plain data: this, `count` scenarios, then warnings as lines. */
typedef struct hx_block_packet {
  int32_t kind; /* see ranks.c */
  uint32_t item;
  uint32_t count;
  uint32_t warning_bytes;
  pvs_extent size;      /* of its rows */
  uint64_t part_digest; /* of saved tariffs */
  uint64_t rows_digest; /* of its rows, as hx_block_rows_digest makes it */
} hx_block_packet;

static inline hx_block_scenario *hx_block_scenarios(const hx_block_packet *packet) {
  return (hx_block_scenario *)(uintptr_t)(packet + 1);
}
static inline char *hx_block_warnings(const hx_block_packet *packet) {
  return (char *)(hx_block_scenarios(packet) + packet->count);
}
static inline size_t hx_block_packet_bytes(const hx_block_packet *packet) {
  return sizeof *packet + packet->count * sizeof(hx_block_scenario) + packet->warning_bytes;
}

/* The rows of a block, by table: `room` bytes for each table, of which only the used ones take
 * memory. */
typedef struct hx_block_text {
  uint32_t block; /* of its owner, whose other threads may read it while rows are filled in */
  char *rows[PVS_TABLES];
  size_t room;
} hx_block_text;

/* What a rank's threads have in common. */
typedef struct hx_block_plan {
  hx_study_work *study;
  uint32_t block; /* scenarios of a block */
  pvs_plan_info info;
  int shared_results; /* descriptor of the memory of shared flows' results; -1: there are none */
  uint32_t *shared_units; /* units of shared groups */
  uint32_t n_shared_units;
} hx_block_plan;

bool hx_block_plan_init(hx_block_plan *plan, hx_study_work *study, uint32_t block,
                        pvs_error *error);
void hx_block_plan_deinit(hx_block_plan *plan);

/* One thread's part in it. Its memory is kept from item to item, since touching new memory takes time. */
typedef struct hx_block_maker {
  const hx_block_plan *plan;
  const hx_exec_options *options; /* of one worker: its place */
  void *results; /* as the plan has it: shared flows first, which all threads see */
  void *buffers;
  pvs_workspace *workspace; /* made with the first item, by the thread that uses it */
  hx_exec_worker worker;    /* what it did in all items so far */
  uint64_t emit_ns;         /* counting scenarios */
  uint32_t scenarios;
} hx_block_maker;

bool hx_block_maker_init(hx_block_maker *maker, const hx_block_plan *plan,
                         const hx_exec_options *options, pvs_error *error);
void hx_block_maker_deinit(hx_block_maker *maker);
/* Adds the workspace's counts to the worker. */
void hx_block_maker_count(hx_block_maker *maker);

/* Each runs one item in the calling thread. False with *result filled. */
bool hx_block_part(hx_block_maker *maker, uint32_t part, uint64_t *digest, hx_exec_result *result);
bool hx_block_flows(hx_block_maker *maker, uint32_t first, uint32_t count, hx_exec_result *result);
/* *packet is malloc'd; the text is filled. */
bool hx_block_scenarios_run(hx_block_maker *maker, uint32_t block, hx_block_text *text,
                            hx_block_packet **packet, hx_exec_result *result);

/* Of the rows of a block, one table after the other: size->bytes[i] bytes from rows[i]. */
uint64_t hx_block_rows_digest(char *const rows[PVS_TABLES], const pvs_extent *size);

bool hx_block_text_init(hx_block_text *text, const hx_block_plan *plan);
void hx_block_text_deinit(hx_block_text *text);

#endif
