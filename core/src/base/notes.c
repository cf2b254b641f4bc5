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
  for (uint32_t i = 0; i < notes->items.count; i++) {
    free(notes->items.items[i].later.items);
  }
  free(notes->items.items);
}

/* Counts another row. Tables are read in any order and some rows several times: there it is rows
 * further down that count. */
static void count_row(pvs_note *note, long row) {
  note->repeats += row > note->last_row;
  note->last_row = row > note->last_row ? row : note->last_row;
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
  notes->calls++;
  if (!is_new) {
    pvs_note *same = &notes->items.items[number];
    const bool is_table =
        notes->ordered_file != NULL && strcmp(found->file, notes->ordered_file) != 0;
    if (is_table && found->row > same->last_row) {
      long *slot = PVS_LIST_ADD(same->later);
      if (slot == NULL) {
        return false;
      }
      *slot = found->row;
    }
    count_row(same, found->row);
    return true;
  }
  pvs_error_text(found, text, sizeof text);
  const char *kept = pvs_arena_string(notes->arena, text, strlen(text));
  pvs_note *note = kept == NULL ? NULL : PVS_LIST_ADD(notes->items);
  if (note == NULL) {
    return false;
  }
  *note = (pvs_note){
      .text = kept, .is_error = is_error, .first_row = found->row, .last_row = found->row};
  return true;
}

static bool join_note(pvs_notes *notes, const pvs_notes *later, uint32_t index) {
  const pvs_note *found = &later->items.items[index];
  int is_new;
  const uint32_t number =
      pvs_intern_add(&notes->seen, later->seen.keys[index], later->seen.lengths[index], &is_new);
  if (number == PVS_INTERN_NONE) {
    return false;
  }
  if (is_new) {
    pvs_note *note = PVS_LIST_ADD(notes->items);
    const char *text = pvs_arena_string(notes->arena, found->text, strlen(found->text));
    if (note == NULL || text == NULL) {
      return false;
    }
    *note = *found;
    note->text = text;
    memset(&note->later, 0, sizeof note->later);
    return true;
  }
  pvs_note *same = &notes->items.items[number];
  count_row(same, found->first_row);
  if (found->later.count == 0 && found->repeats > 0) { /* all of them are further down */
    same->repeats += found->repeats;
    same->last_row = found->last_row;
  }
  for (uint32_t i = 0; i < found->later.count; i++) {
    count_row(same, found->later.items[i]);
  }
  return true;
}

pvs_code pvs_notes_join(pvs_notes *notes, const pvs_notes *later, pvs_error *error) {
  for (uint32_t i = 0; i < later->items.count; i++) {
    if (!join_note(notes, later, i)) {
      return pvs_fail_memory(error);
    }
  }
  notes->n_errors += later->n_errors;
  notes->calls += later->calls;
  return PVS_OK;
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
