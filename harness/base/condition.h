/* Conditions such as 'block <= 1024 and not (mode == "fast" or workers * block > 64K)'.
 *
 *   or          and {("or" | "||") and}
 *   and         not {("and" | "&&") not}
 *   not         ("not" | "!") not | comparison
 *   comparison  sum [("<" | "<=" | ">" | ">=" | "==" | "=" | "!=") sum]
 *   sum         product {("+" | "-") product}
 *   product     factor {("*" | "/" | "%") factor}
 *   factor      "-" factor | number | name | text in quotes | "(" or ")"
 *
 * A number may end in K, M, G or T, or KiB to TiB, powers of 1024, in kB (KB) to TB, powers of 1000,
 * or in B. Texts are compared by == and != only; the whole must be true or false. Parsing checks all of that, so that evaluating cannot fail.
 *
 * Pure functions of their arguments. */
#ifndef HX_BASE_CONDITION_H
#define HX_BASE_CONDITION_H

#include "pvs/pvs.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct hx_condition hx_condition; /* opaque */

/* What a condition may name; borrowed while parsing. */
typedef struct hx_condition_name {
  const char *name;
  bool is_text; /* its values are texts; otherwise numbers */
} hx_condition_name;

/* `option` is what errors begin with: "--where". NULL with an error that has the position, from 1,
 * what was found and what was expected. Free it with hx_condition_free. */
hx_condition *hx_condition_parse(const char *option, const char *text,
                                 const hx_condition_name *names, size_t n_names, pvs_error *error);
void hx_condition_free(hx_condition *condition); /* NULL is fine */

typedef struct hx_condition_value {
  double number;
  const char *text; /* of a name that is a text */
} hx_condition_value;

/* `values`: one for each name, in the order of parsing. A comparison with NaN is false. */
bool hx_condition_holds(const hx_condition *condition, const hx_condition_value *values);
/* Whether the condition uses the name of that index. */
bool hx_condition_names(const hx_condition *condition, size_t name);
/* As it was typed. */
const char *hx_condition_text(const hx_condition *condition);

/* Reads a text that is one number: 12, -0.5, 1e6, 64K. False if it is not, or is not finite. */
bool hx_number_parse(const char *text, double *number);
/* A number of bytes: 500M, 4GB. The unit is needed but for 0, since 500 may be meant as megabytes. */
bool hx_size_parse(const char *text, double *bytes);

#endif
