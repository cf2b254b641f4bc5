#include "base/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pvs_notes_init(pvs_notes *notes, pvs_arena *arena, bool collects_errors) {
  *notes = (pvs_notes){.arena = arena, .collects_errors = collects_errors};
  pvs_intern_init(&notes->seen, arena);
}

void pvs_notes_deinit(pvs_notes *notes) {
  pvs_intern_deinit(&notes->seen);
  free(notes->items.items);
}

static bool keep(pvs_notes *notes, const pvs_error *found, bool is_error) {
  char text[sizeof found->file + sizeof found->column + sizeof found->message + 64];
  int length = snprintf(text, sizeof text, "%d\n%s\n%s\n%ld\n%s", is_error, found->file,
                        found->column, found->column[0] ? 0 : found->column_number, found->message);
  int is_new;
  const uint32_t number = pvs_intern_add(&notes->seen, text, (size_t)length, &is_new);
  if (number == PVS_INTERN_NONE) {
    return false;
  }
  if (!is_new) { /* a row of a table may be read several times */
    pvs_note *same = &notes->items.items[number];
    same->repeats += found->row > same->last_row;
    same->last_row = found->row > same->last_row ? found->row : same->last_row;
    return true;
  }
  pvs_error_text(found, text, sizeof text);
  const char *kept = pvs_arena_string(notes->arena, text, strlen(text));
  pvs_note *note = kept == NULL ? NULL : PVS_LIST_ADD(notes->items);
  if (note == NULL) {
    return false;
  }
  *note = (pvs_note){.text = kept, .is_error = is_error, .last_row = found->row};
  return true;
}

pvs_code pvs_warn(pvs_notes *notes, pvs_error *error, pvs_where where, const char *format, ...) {
  if (notes == NULL) {
    return PVS_OK;
  }
  char message[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  pvs_error found = {0};
  pvs_fail(&found, PVS_BAD_VALUE, where, "%s", message);
  return keep(notes, &found, false) ? PVS_OK : pvs_fail_memory(error);
}

const char *pvs_note_text(const pvs_notes *notes, uint32_t index) {
  const pvs_note *note = &notes->items.items[index];
  if (note->repeats == 0) {
    return note->text;
  }
  const size_t room = strlen(note->text) + 64;
  char *text = pvs_arena_small(notes->arena, room);
  if (text != NULL) {
    snprintf(text, room, "%s (and so in %u more row%s)", note->text, note->repeats,
             note->repeats == 1 ? "" : "s");
  }
  return text;
}

pvs_code pvs_settle(pvs_notes *notes, pvs_code code, pvs_error *error) {
  if (code == PVS_OK || code == PVS_NO_MEMORY || notes == NULL || !notes->collects_errors ||
      error == NULL) {
    return code;
  }
  notes->n_errors++;
  const bool kept = keep(notes, error, true);
  *error = (pvs_error){0};
  return kept ? PVS_OK : pvs_fail_memory(error);
}
