/* Every case, one line each: name, variant, ops, flags, argument.
 *
 * The full name is "name/variant", with "/level" behind it for BM_LEVELS and "/argument:value"
 * where there is one. */
#ifndef BM_LIST_H
#define BM_LIST_H

#include "bm_shim.h"

enum {
  BM_QUICK = 1,  /* in the set that runs without --all; of the levels then the best alone */
  BM_LEVELS = 2, /* once for each SIMD level of this machine */
  BM_GROWTH = 4, /* fit time against the argument */
};

extern const bm_ops bm_table, bm_profile, bm_values, bm_format, bm_to_chars, bm_printf, bm_parse,
    bm_strtod, bm_stamp_parse, bm_stamp_format, bm_period, bm_days, bm_blocks, bm_compile,
    bm_determinants, bm_bill, bm_dispatch, bm_kernel, bm_flow_bill, bm_allocate, bm_pay,
    bm_repayment, bm_present_value, bm_battery_repayment, bm_open, bm_plan, bm_unit, bm_finish,
    bm_memory, bm_files, bm_growth;

/* Where cases that write files put them. */
const char *bm_output_parent(void);

#define BM_ARGS(name, ...)                                                                         \
  name, (const int64_t[]) {                                                                        \
    __VA_ARGS__, 0                                                                                 \
  }
#define BM_NONE      NULL, NULL
#define BM_BATTERIES BM_ARGS("batteries", 1, 8, 16)

#define BM_CASES(X)                                                                                \
  X("csv/table", "tariffs", bm_table, 0, BM_NONE)                                                  \
  X("csv/table", "batteries", bm_table, 0, BM_NONE)                                                \
  X("csv/table", "study", bm_table, BM_QUICK, BM_NONE)                                             \
  X("csv/profile", "fast_3_decimals", bm_profile, BM_QUICK, BM_NONE)                               \
  X("csv/profile", "fast_every_digit", bm_profile, BM_QUICK, BM_NONE)                              \
  X("csv/profile", "slow_3_decimals", bm_profile, 0, BM_NONE)                                      \
  X("csv/profile", "slow_every_digit", bm_profile, 0, BM_NONE)                                     \
  X("csv/values", "best_3_decimals", bm_values, 0, BM_NONE)                                        \
  X("csv/values", "best_every_digit", bm_values, 0, BM_NONE)                                       \
  X("csv/values", "portable_3_decimals", bm_values, 0, BM_NONE)                                    \
  X("csv/values", "portable_every_digit", bm_values, 0, BM_NONE)                                   \
                                                                                                   \
  X("number/format", "money", bm_format, BM_QUICK, BM_NONE)                                        \
  X("number/format", "cents", bm_format, 0, BM_NONE)                                               \
  X("number/format", "whole", bm_format, 0, BM_NONE)                                               \
  X("number/format", "wild", bm_format, 0, BM_NONE)                                                \
  X("number/to_chars", "money", bm_to_chars, 0, BM_NONE)                                           \
  X("number/printf_17g", "money", bm_printf, BM_QUICK, BM_NONE)                                    \
  X("number/parse", "money", bm_parse, 0, BM_NONE)                                                 \
  X("number/parse", "cents", bm_parse, 0, BM_NONE)                                                 \
  X("number/parse", "wild", bm_parse, 0, BM_NONE)                                                  \
  X("number/strtod", "money", bm_strtod, 0, BM_NONE)                                               \
  X("number/strtod", "cents", bm_strtod, 0, BM_NONE)                                               \
                                                                                                   \
  X("time/parse", "slashes", bm_stamp_parse, BM_QUICK, BM_NONE)                                    \
  X("time/parse", "dashes", bm_stamp_parse, 0, BM_NONE)                                            \
  X("time/format", "dashes", bm_stamp_format, 0, BM_NONE)                                          \
  X("time/period", "every_day", bm_period, 0, BM_NONE)                                             \
  X("time/period", "working_days", bm_period, BM_QUICK, BM_NONE)                                   \
  X("time/period", "weekend_nights", bm_period, 0, BM_NONE)                                        \
  X("time/days", "year", bm_days, 0, BM_NONE)                                                      \
  X("time/blocks", "year", bm_blocks, 0, BM_NONE)                                                  \
                                                                                                   \
  X("tariff/compile", "flat", bm_compile, 0, BM_NONE)                                              \
  X("tariff/compile", "time_of_use", bm_compile, BM_QUICK, BM_NONE)                                \
  X("tariff/compile", "solar", bm_compile, 0, BM_NONE)                                             \
  X("tariff/compile", "block_daily", bm_compile, 0, BM_NONE)                                       \
  X("tariff/compile", "demand", bm_compile, 0, BM_NONE)                                            \
  X("tariff/determinants", "time_of_use", bm_determinants, BM_QUICK | BM_LEVELS, BM_NONE)          \
  X("tariff/determinants", "solar", bm_determinants, BM_LEVELS, BM_NONE)                           \
  X("tariff/determinants", "block_daily", bm_determinants, BM_LEVELS, BM_NONE)                     \
  X("tariff/determinants", "block_weekly", bm_determinants, BM_LEVELS, BM_NONE)                    \
  X("tariff/determinants", "block_quarterly", bm_determinants, BM_LEVELS, BM_NONE)                 \
  X("tariff/determinants", "demand", bm_determinants, BM_LEVELS, BM_NONE)                          \
  X("tariff/bill", "flat", bm_bill, 0, BM_NONE)                                                    \
  X("tariff/bill", "time_of_use", bm_bill, BM_QUICK | BM_LEVELS, BM_NONE)                          \
  X("tariff/bill", "solar", bm_bill, BM_LEVELS, BM_NONE)                                           \
  X("tariff/bill", "block_daily", bm_bill, 0, BM_NONE)                                             \
  X("tariff/bill", "block_weekly", bm_bill, 0, BM_NONE)                                            \
  X("tariff/bill", "block_quarterly", bm_bill, 0, BM_NONE)                                         \
  X("tariff/bill", "demand", bm_bill, 0, BM_NONE)                                                  \
                                                                                                   \
  X("kernel", "sum", bm_kernel, BM_LEVELS, BM_NONE)                                                \
  X("kernel", "dot", bm_kernel, BM_LEVELS, BM_NONE)                                                \
  X("kernel", "accumulate", bm_kernel, BM_LEVELS, BM_NONE)                                         \
  X("kernel", "row_sums", bm_kernel, BM_LEVELS, BM_NONE)                                           \
  X("kernel", "maximum", bm_kernel, BM_LEVELS, BM_NONE)                                            \
  X("kernel", "add", bm_kernel, BM_LEVELS, BM_NONE)                                                \
  X("kernel", "add_rows", bm_kernel, BM_LEVELS, BM_NONE)                                           \
  X("kernel", "difference", bm_kernel, BM_LEVELS, BM_NONE)                                         \
  X("kernel", "split_net", bm_kernel, BM_LEVELS, BM_NONE)                                          \
  X("kernel", "self_consumed", bm_kernel, BM_LEVELS, BM_NONE)                                      \
  X("kernel", "scale", bm_kernel, BM_LEVELS, BM_NONE)                                              \
  X("kernel", "split_begin", bm_kernel, BM_LEVELS, BM_NONE)                                        \
  X("kernel", "split", bm_kernel, BM_QUICK | BM_LEVELS, BM_NONE)                                   \
  X("kernel", "flow_static", bm_kernel, BM_QUICK | BM_LEVELS, BM_NONE)                             \
  X("kernel", "flow_pair", bm_kernel, BM_LEVELS, BM_NONE)                                          \
  X("kernel", "flow_split", bm_kernel, BM_LEVELS, BM_NONE)                                         \
  X("kernel", "flow_net", bm_kernel, BM_QUICK | BM_LEVELS, BM_NONE)                                \
  X("flow_and_bill", "equal_parts", bm_flow_bill, BM_QUICK | BM_LEVELS, BM_NONE)                   \
  X("flow_and_bill", "split", bm_flow_bill, BM_QUICK | BM_LEVELS, BM_NONE)                         \
                                                                                                   \
  X("dispatch", "plain", bm_dispatch, BM_LEVELS, BM_BATTERIES)                                     \
  X("dispatch", "evening", bm_dispatch, BM_QUICK | BM_LEVELS, BM_BATTERIES)                        \
  X("dispatch", "night_charge", bm_dispatch, BM_LEVELS, BM_BATTERIES)                              \
  X("dispatch", "peak_shave", bm_dispatch, BM_LEVELS, BM_BATTERIES)                                \
  X("dispatch", "c_rates", bm_dispatch, BM_LEVELS, BM_BATTERIES)                                   \
  X("dispatch", "prioritise", bm_dispatch, BM_LEVELS, BM_BATTERIES)                                \
  X("dispatch", "time_series", bm_dispatch, BM_LEVELS, BM_BATTERIES)                               \
  X("dispatch", "all_fields", bm_dispatch, BM_QUICK | BM_LEVELS, BM_BATTERIES)                     \
                                                                                                   \
  X("arrangement/allocate", "en_pv", bm_allocate, 0, BM_NONE)                                      \
  X("arrangement/allocate", "cp_only", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_i_u", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_i_c", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_s_u", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_s_c", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_p_u", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/allocate", "btm_p_c", bm_allocate, 0, BM_NONE)                                    \
  X("arrangement/pay", "bau", bm_pay, 0, BM_NONE)                                                  \
  X("arrangement/pay", "en_pv", bm_pay, 0, BM_NONE)                                                \
  X("arrangement/pay", "cp_only", bm_pay, 0, BM_NONE)                                              \
  X("arrangement/pay", "btm_i_u", bm_pay, 0, BM_NONE)                                              \
  X("arrangement/pay", "btm_s_c", bm_pay, 0, BM_NONE)                                              \
  X("arrangement/pay", "btm_p_c", bm_pay, 0, BM_NONE)                                              \
                                                                                                   \
  X("finance", "repayment", bm_repayment, 0, BM_NONE)                                              \
  X("finance", "present_value", bm_present_value, 0, BM_NONE)                                      \
  X("finance", "battery", bm_battery_repayment, 0, BM_NONE)                                        \
                                                                                                   \
  X("study/read", "static", bm_open, BM_QUICK, BM_NONE)                                            \
  X("study/read", "batteries", bm_open, 0, BM_NONE)                                                \
  X("study/plan", "static", bm_plan, BM_QUICK | BM_GROWTH, BM_ARGS("scenarios", 100, 1000, 10000)) \
  X("study/plan", "mixed", bm_plan, 0, BM_ARGS("scenarios", 1000))                                 \
  X("study/unit", "bau", bm_unit, 0, BM_NONE)                                                      \
  X("study/unit", "en_pv", bm_unit, BM_LEVELS, BM_NONE)                                            \
  X("study/unit", "cp_only", bm_unit, 0, BM_NONE)                                                  \
  X("study/unit", "btm_i_u", bm_unit, BM_LEVELS, BM_NONE)                                          \
  X("study/unit", "btm_i_c", bm_unit, 0, BM_NONE)                                                  \
  X("study/unit", "btm_s_u", bm_unit, 0, BM_NONE)                                                  \
  X("study/unit", "btm_s_c", bm_unit, BM_QUICK | BM_LEVELS, BM_NONE)                               \
  X("study/unit", "btm_p_u", bm_unit, 0, BM_NONE)                                                  \
  X("study/unit", "btm_p_c", bm_unit, 0, BM_NONE)                                                  \
  X("study/unit", "central_battery", bm_unit, BM_QUICK | BM_LEVELS, BM_NONE)                       \
  X("study/unit", "household_batteries", bm_unit, BM_QUICK | BM_LEVELS, BM_NONE)                   \
  X("study/finish", "static", bm_finish, BM_QUICK, BM_NONE)                                        \
  X("study/memory", "static", bm_memory, BM_QUICK, BM_NONE)                                        \
  X("study/memory", "batteries", bm_memory, BM_QUICK, BM_NONE)                                     \
  X("study/memory", "mixed", bm_memory, 0, BM_NONE)                                                \
  X("study/files", "static", bm_files, BM_QUICK, BM_NONE)                                          \
  X("study/files", "batteries", bm_files, 0, BM_NONE)                                              \
  X("study/files", "mixed", bm_files, 0, BM_NONE)                                                  \
  X("growth", "scenarios", bm_growth, BM_GROWTH, BM_ARGS("scenarios", 100, 1000, 10000, 100000))   \
  X("growth", "customers", bm_growth, BM_GROWTH, BM_ARGS("customers", 20, 200, 2000))              \
  X("growth", "steps", bm_growth, BM_GROWTH, BM_ARGS("days", 60, 365, 1825))

#endif
