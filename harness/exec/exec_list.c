#include "exec/exec.h"

#include <stddef.h>

static const hx_exec_ops *const list[] = {&hx_exec_serial, &hx_exec_threads, &hx_exec_processes,
                                          &hx_exec_hybrid};

const hx_exec_ops *hx_exec_find(hx_executor executor) {
  for (size_t i = 0; i < sizeof list / sizeof *list; i++)
    if (list[i]->executor == executor)
      return list[i];
  return NULL;
}
