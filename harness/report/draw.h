/* Draws a plot: runs gnuplot with a script of the plots folder, and adapts its SVG to an HTML page.
 *
 * gnuplot takes file names that begin with '<' or '|' for shell commands. It never sees a name of
 * the user's: input and picture pass through open descriptors, so there are no temporary files
 * either. */
#ifndef HX_REPORT_DRAW_H
#define HX_REPORT_DRAW_H

#include "pvs/pvs.h"

#include "base/text.h"
#include "report/plot.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The folder with the scripts and the report's style: $PVTUNE_PLOTS, else beside the build folder
 * that `self_path` (this binary) lies in, else share/pvtune/plots of its installation. False with a
 * sentence in error that says where it was looked for. */
bool hx_plots_folder(const char *self_path, char folder[PATH_MAX], pvs_error *error);

typedef enum hx_drawn {
  HX_DRAWN,
  HX_DRAWN_BAD_INPUT,  /* the input is no table with the columns needed */
  HX_DRAWN_FAILED,     /* gnuplot said something */
  HX_DRAWN_NO_GNUPLOT, /* gnuplot cannot be started */
} hx_drawn;

typedef enum hx_picture {
  HX_PICTURE_SVG,
  HX_PICTURE_PNG,
  HX_PICTURE_INLINE, /* SVG with a transparent background, to be put in a page */
} hx_picture;

/* Draws the table in the file `input`. option: passed to the script (the day to show); NULL: none.
 * HX_DRAWN if `picture` holds the plot, else with an error. */
hx_drawn hx_plot_draw_file(const char *folder, hx_plot plot, const char *input, hx_picture form,
                           const char *option, hx_text *picture, pvs_error *error);
/* The same for a table in memory. */
hx_drawn hx_plot_draw_table(const char *folder, hx_plot plot, const char *table, hx_picture form,
                            hx_text *picture, pvs_error *error);

/* gnuplot's SVG as part of an HTML page: prologue and descriptions gone, ids made unique by
 * `prefix`, a title for those who cannot see it. */
void hx_svg_inline(const char *svg, const char *prefix, const char *title, FILE *out);

#endif
