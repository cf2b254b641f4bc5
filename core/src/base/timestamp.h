/* Times and clock times as text. */
#ifndef PVS_BASE_TIMESTAMP_H
#define PVS_BASE_TIMESTAMP_H

#include "base/date.h"
#include <stddef.h>

/* A timestamp and what its text leaves open. */
typedef struct pvs_timestamp {
  pvs_time time;
  bool has_order;    /* the date is d/m/y in digits: which of them is the day was told by `order` */
  bool has_zone;     /* with Z or an offset, which is left out of `time` */
  bool has_fraction; /* of a second other than 0, which is left out of `time` */
  int32_t zone_s;    /* the offset */
} pvs_timestamp;

typedef enum pvs_date_order { PVS_DAY_FIRST, PVS_MONTH_FIRST } pvs_date_order;

/* The forms that pandas reads too: a date, then optionally a clock time, then optionally a zone.
 *   date   yyyy-mm-dd, yyyy/mm/dd; d/m/y, d-m-y, d.m.y in the given order; d-Mon-y, d Month y
 *   clock  h:mm, h:mm:ss, with a fraction of a second, with AM or PM; behind blanks or a T
 *   zone   Z, +hh:mm, +hhmm, +hh
 * Years of two digits are 1969 … 2068. False for dates that do not exist (31/02), hours over 23 and
 * anything else. */
bool pvs_parse_any_timestamp(const char *text, size_t length, pvs_date_order order,
                             pvs_timestamp *timestamp);
/* The same with day-first dates, and what the text leaves open ignored. */
bool pvs_parse_timestamp(const char *text, size_t length, pvs_time *time);

enum { PVS_TIMESTAMP_LENGTH = 19 };
/* yyyy-mm-dd hh:mm:ss, no NUL */
void pvs_format_timestamp(char buffer[PVS_TIMESTAMP_LENGTH], pvs_time time);
/* The same for many times, most of which lie in the day of the one before; {0} to begin with. */
typedef struct pvs_timestamper {
  pvs_time day;
  char date[11]; /* with the blank behind it */
} pvs_timestamper;
void pvs_format_timestamps(pvs_timestamper *self, char buffer[PVS_TIMESTAMP_LENGTH], pvs_time time);

enum { PVS_ZONE_LENGTH = 6 };
/* +hh:mm for an offset of less than a day in whole minutes. Returns buffer. */
const char *pvs_format_zone(char buffer[PVS_ZONE_LENGTH + 1], int32_t zone_s);

/* "h:mm" or "h:mm:ss" (00:00 … 23:59, and 24:00): seconds of the day, left as they are if it is
 * false. */
bool pvs_parse_clock(const char *text, size_t length, uint32_t *seconds);

#endif
