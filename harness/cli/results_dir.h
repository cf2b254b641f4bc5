/* Where measurements are kept. */
#ifndef HX_CLI_RESULTS_DIR_H
#define HX_CLI_RESULTS_DIR_H

/* `option` (--results) if given, else $PVTUNE_RESULTS, else the results folder of the pvtune
 * checkout around the current folder, else $XDG_DATA_HOME/pvtune, by default ~/.local/share/pvtune.
 * Nothing is created. Returns a malloc'd path the caller frees, NULL when out of memory. */
char *hx_results_dir(const char *option);

#endif
