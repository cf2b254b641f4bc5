/* Drawing a plot: gnuplot on a script of the plots folder, and its SVG made fit for a page. */
#ifndef HX_REPORT_RENDER_H
#define HX_REPORT_RENDER_H

#include "pvs/pvs.h"

#include "report/plot.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The folder with the scripts and the report's style: $PVTUNE_PLOTS, else beside the build folder
 * that `self_path` (this binary) lies in, else share/pvtune/plots of its installation. False with a
 * sentence in err that says where it was looked for. */
bool hx_plots_folder(const char *self_path, char folder[PATH_MAX], pvs_error *error);

/* The whole file, NUL-terminated, for free(); NULL with a sentence in error. `size` may be NULL. */
char *hx_file_read(const char *path, size_t *size, pvs_error *error);

typedef enum hx_drawn {
  HX_DRAWN,
  HX_DRAWN_BAD_INPUT, /* the input lacks a column */
  HX_DRAWN_FAILED,    /* gnuplot is not there, or said something */
} hx_drawn;

/* Runs gnuplot: `input` is the CSV, `output` ends in .svg or .png, option is handed to the script
 * (the day to show). inline_style: transparent, to be put in a page. But for HX_DRAWN with
 * a sentence in error. */
hx_drawn hx_plot_draw(const char *folder, hx_plot plot, const char *input, const char *output,
                      bool inline_style, const char *option, pvs_error *error);

/* gnuplot's SVG as part of an HTML page: prologue and descriptions gone, ids made unique by
 * `prefix`, the colours of common.gp replaced by the page's variables (--plot-...), a title for
 * those who cannot see it. */
void hx_svg_inline(const char *svg, const char *prefix, const char *title, FILE *out);

#endif
