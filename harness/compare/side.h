/* What is compared: the text of a side taken apart. */
#ifndef HX_COMPARE_SIDE_H
#define HX_COMPARE_SIDE_H

#include "pvs/pvs.h"

#include <stdbool.h>

typedef enum hx_side_kind {
  HX_SIDE_REVISION, /* rev:REV, built from the git repository around the current folder */
  HX_SIDE_BINARY,   /* bin:PATH, a pvtune */
  HX_SIDE_COMMAND,  /* cmd:COMMAND, a workload of its own */
  HX_SIDE_STORED,   /* stored:ID or stored:PATH, measured before */
} hx_side_kind;

typedef struct hx_side {
  hx_side_kind kind;
  const char *text; /* as given; borrowed */
  const char *what; /* behind the prefix; points into text */
} hx_side;

/* False with a sentence in error naming what was found and what was expected. */
bool hx_side_parse(const char *text, hx_side *side, pvs_error *error);

/* What is asked of both sides together. */
typedef struct hx_side_request {
  bool has_workload; /* --workload or -b -p -s */
  bool has_commands; /* one of these is a cmd: */
  bool has_others;   /* one of these is not */
  bool has_build;    /* --build */
} hx_side_request;

/* Whether the two sides can be compared. False with a sentence in error that names the difference: a
 * command and a pvtune, a stored side and a live one, a placeholder for the worker count on one side
 * only, a workload beside cmd: sides, which are workloads themselves, or a build command without a
 * command to run. */
bool hx_sides_alike(const hx_side *a, const hx_side *b, const hx_side_request *request,
                    pvs_error *error);

#endif
