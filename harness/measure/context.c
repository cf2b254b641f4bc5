#include "measure/context.h"

#include <stdarg.h>
#include <stdio.h>

static void tell(void (*to)(void *ctx, const char *text), void *ctx, const char *format,
                 va_list arguments) {
  char text[2048];
  vsnprintf(text, sizeof text, format, arguments);
  to(ctx, text);
}

void hx_listener_note(const hx_listener *listener, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (listener && listener->note)
    tell(listener->note, listener->ctx, format, arguments);
  va_end(arguments);
}

void hx_listener_warn(const hx_listener *listener, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (listener && listener->warn)
    tell(listener->warn, listener->ctx, format, arguments);
  va_end(arguments);
}

void hx_listener_detail(const hx_listener *listener, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (listener && listener->detail)
    tell(listener->detail, listener->ctx, format, arguments);
  va_end(arguments);
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
