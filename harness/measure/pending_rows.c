#include "measure/pending_rows.h"
#include "measure/number_text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* One allocation: the struct, the fields, their texts. */
struct hx_pending_row {
  hx_pending_row *next_in_bucket;
  hx_pending_row *older, *newer;
  uint64_t hash;
  size_t n_fields, line;
  hx_csv_field fields[];
};

int hx_pending_same_key(hx_csv_field a, hx_csv_field b) {
  if (a.length == b.length && memcmp(a.text, b.text, a.length) == 0)
    return 1;
  double x, y;
  return hx_number_text(a.text, &x) && hx_number_text(b.text, &y) && !(x < y) && !(x > y) &&
         isnan(x) == isnan(y);
}

static uint64_t key_hash(hx_csv_field key) {
  double value;
  if (!hx_number_text(key.text, &value))
    return XXH3_64bits(key.text, key.length);
  if (isnan(value))
    return 0;
  value += 0.0; /* -0 and 0 are one key */
  return XXH3_64bits(&value, sizeof value);
}

static int grow(hx_pending *p) {
  size_t n_buckets = p->n_buckets == 0 ? 64 : 4 * p->n_buckets;
  hx_pending_row **buckets = calloc(n_buckets, sizeof(hx_pending_row *));
  if (buckets == NULL)
    return -1;
  /* Newest first: each bucket then has its oldest row in front. */
  for (hx_pending_row *row = p->newest; row != NULL; row = row->older) {
    row->next_in_bucket = buckets[row->hash % n_buckets];
    buckets[row->hash % n_buckets] = row;
  }
  free(p->buckets);
  p->buckets = buckets;
  p->n_buckets = n_buckets;
  return 0;
}

static hx_pending_row *copy_row(const hx_csv_row *row) {
  size_t bytes = 0;
  for (size_t i = 0; i < row->n_fields; i++)
    bytes += row->fields[i].length + 1;
  hx_pending_row *copy = malloc(sizeof *copy + row->n_fields * sizeof *copy->fields + bytes);
  if (copy == NULL)
    return NULL;
  *copy = (hx_pending_row){
      .n_fields = row->n_fields, .line = row->line, .hash = key_hash(row->fields[0])};
  char *text = (char *)&copy->fields[row->n_fields];
  for (size_t i = 0; i < row->n_fields; i++) {
    copy->fields[i] = (hx_csv_field){text, row->fields[i].length};
    text = (char *)mempcpy(text, row->fields[i].text, row->fields[i].length + 1);
  }
  return copy;
}

int hx_pending_add(hx_pending *p, const hx_csv_row *row) {
  if (p->count >= p->n_buckets && grow(p) != 0)
    return -1;
  hx_pending_row *copy = copy_row(row);
  if (copy == NULL)
    return -1;
  hx_pending_row **end = &p->buckets[copy->hash % p->n_buckets];
  while (*end != NULL)
    end = &(*end)->next_in_bucket;
  *end = copy;
  copy->older = p->newest;
  if (p->newest != NULL)
    p->newest->newer = copy;
  else
    p->oldest = copy;
  p->newest = copy;
  p->count++;
  return 0;
}

hx_pending_row *hx_pending_take(hx_pending *p, hx_csv_field key) {
  if (p->count == 0)
    return NULL;
  uint64_t hash = key_hash(key);
  hx_pending_row **place = &p->buckets[hash % p->n_buckets];
  while (*place != NULL &&
         ((*place)->hash != hash || !hx_pending_same_key((*place)->fields[0], key)))
    place = &(*place)->next_in_bucket;
  hx_pending_row *row = *place;
  if (row == NULL)
    return NULL;
  *place = row->next_in_bucket;
  *(row->older != NULL ? &row->older->newer : &p->oldest) = row->newer;
  *(row->newer != NULL ? &row->newer->older : &p->newest) = row->older;
  p->count--;
  return row;
}

hx_csv_row hx_pending_view(const hx_pending_row *row) {
  return (hx_csv_row){row->fields, row->n_fields, row->line};
}

void hx_pending_release(hx_pending *p) {
  while (p->oldest != NULL) {
    hx_pending_row *row = p->oldest;
    p->oldest = row->newer;
    free(row);
  }
  free(p->buckets);
  *p = (hx_pending){0};
}
