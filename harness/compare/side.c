#include "compare/side.h"

#include "base/fail.h"
#include "measure/command_text.h"

#include <string.h>

static const struct {
  const char *prefix, *what;
} kinds[] = {
    [HX_SIDE_REVISION] = {"rev:", "a git revision"},
    [HX_SIDE_BINARY] = {"bin:", "a pvtune binary"},
    [HX_SIDE_COMMAND] = {"cmd:", "a command"},
    [HX_SIDE_STORED] = {"stored:", "stored results"},
};

bool hx_side_parse(const char *text, hx_side *side, pvs_error *error) {
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    size_t length = strlen(kinds[k].prefix);
    if (strncmp(text, kinds[k].prefix, length) != 0)
      continue;
    *side = (hx_side){.kind = (hx_side_kind)k, .text = text, .what = text + length};
    if (side->what[strspn(side->what, HX_COMMAND_BLANKS)])
      return true;
    return hx_fail(error, PVS_IO, "the side '%s' is empty: expected %s after %s", text,
                   kinds[k].what, kinds[k].prefix);
  }
  return hx_fail(error, PVS_IO,
                 "'%s' is not a side: expected rev:REVISION, bin:PATH, cmd:'COMMAND' or stored:ID",
                 text);
}

static bool commands_alike(const hx_side *a, const hx_side *b, pvs_error *error) {
  hx_command_placeholders in_a = hx_command_placeholders_in(a->what),
                          in_b = hx_command_placeholders_in(b->what);
  const struct {
    const char *name;
    bool in_a, in_b;
  } placeholders[] = {{"{workers}", in_a.workers, in_b.workers},
                      {"{processes}", in_a.processes, in_b.processes},
                      {"{threads}", in_a.threads, in_b.threads}};
  for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++)
    if (placeholders[i].in_a != placeholders[i].in_b)
      return hx_fail(error, PVS_IO, "A and B differ in their worker counts: %s has no %s",
                     placeholders[i].in_a ? b->text : a->text, placeholders[i].name);
  return true;
}

bool hx_sides_alike(const hx_side *a, const hx_side *b, const hx_side_request *request,
                    pvs_error *error) {
  bool a_stored = a->kind == HX_SIDE_STORED, b_stored = b->kind == HX_SIDE_STORED;
  bool a_command = a->kind == HX_SIDE_COMMAND, b_command = b->kind == HX_SIDE_COMMAND;
  const char *why = NULL;
  if (a_stored != b_stored)
    why = "stored results were measured at another time: compare them with stored results, or "
          "measure both sides";
  else if (a_command != b_command)
    why = "A and B differ in their workloads: a command and a pvtune do not run the same thing";
  else if (a_command && request->has_workload)
    why = "cmd: sides are their own workloads: omit --workload, -b, -p and -s";
  else if (request->has_build && a->kind != HX_SIDE_REVISION && b->kind != HX_SIDE_REVISION)
    why = "--build is for rev: sides, but there is none";
  else if (request->has_commands && (a->kind == HX_SIDE_BINARY || b->kind == HX_SIDE_BINARY))
    why = "a bin: side runs studies and built-ins; for other programs use cmd: for both sides";
  else if (a->kind == HX_SIDE_REVISION && request->has_commands && !request->has_build)
    why = "a cmd: workload runs in the folder of each revision: say with --build how it is built "
          "there ('true' if there is nothing to build)";
  else if (request->has_build && request->has_others)
    why = "--build needs a --workload cmd:... that runs what was built";
  if (why)
    return hx_fail(error, PVS_IO, "%s", why);
  return !a_command || commands_alike(a, b, error);
}
