/* std::to_chars behind a C name: the core's only C++. */
#ifndef PVS_BASE_TO_CHARS_H
#define PVS_BASE_TO_CHARS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Shortest round-trip text of a finite value into [first, last), which has room for it. Returns its
 * end. */
char *pvs_to_chars(char *first, char *last, double value);

#ifdef __cplusplus
}
#endif
#endif
