#include "measure/context.h"

#include <stdarg.h>
#include <stdio.h>

void hx_listener_say(const hx_listener *listener, hx_saying kind, const char *format, ...) {
  char text[2048];
  va_list arguments;
  if (!listener || !listener->say)
    return;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  listener->say(listener->ctx, kind, text);
}

void hx_listener_left_behind(const hx_listener *listener, const char *workload, const char *side,
                             int n) {
  if (n > 0)
    hx_listener_warn(
        listener, "%s%s%s leaves %d process%s running when it ends, which %s then ended too",
        side ? side : "", side ? ": " : "", workload, n, n == 1 ? "" : "es", n == 1 ? "is" : "are");
}

void hx_listener_progress(const hx_listener *listener, const hx_run_progress *progress) {
  if (listener && listener->progress)
    listener->progress(listener->ctx, progress);
}

void hx_measure_context_begin_row(const hx_measure_context *context, const char *command,
                                  const char *sweep, char key[HX_UUID_TEXT], hx_run_row *row) {
  hx_store_row_clear(&hx_runs_schema, row);
  hx_uuid(key);
  row->run = key;
  row->sweep = sweep;
  row->command = command;
  row->machine = context->machine;
  row->allocation = context->allocation;
  row->environment = context->environment;
  row->boot = context->boot;
  row->binary = context->binary;
  row->revision = context->revision;
}
