/* The text of a command: what its placeholders become, and whether a shell runs it.
 *
 *   {workers} {processes} {threads} {output}   become values
 *   {name}                                     becomes the value of the parameter of that name
 *   {{name}}                                   is the text {name}
 *   ${name}                                    is the shell's; so is a brace around anything that
 *                                              is not a name, as in {1..4}, {} and { list; }
 *
 * Any other {name} is an error. A command of words and quotes is started directly; if it has
 * anything else that means something to a shell, /bin/sh -c runs it. Values are put in so that they
 * stay what they are: inside one word, and quoted where a shell reads them, also one that the command
 * names: sh -c 'prog > {output}'. */
#ifndef HX_MEASURE_COMMAND_TEXT_H
#define HX_MEASURE_COMMAND_TEXT_H

#include "pvs/pvs.h"

#include "base/config.h"
#include "base/text.h"

#include <stdbool.h>

/* A command of nothing else is none. */
#define HX_COMMAND_BLANKS " \t\n\v\f\r"

/* Which values a command asks for: as placeholders, or by its text naming PVTUNE_WORKERS,
 * PVTUNE_PROCESSES or PVTUNE_THREADS, which are in its environment. */
typedef struct hx_command_placeholders {
  bool workers, processes, threads, output;
} hx_command_placeholders;
hx_command_placeholders hx_command_placeholders_in(const char *command);

/* False with a sentence in error: a placeholder that is no parameter of `known` (NULL: any name is
 * fine), or a quote that is not closed in a command that no shell runs. */
bool hx_command_text_check(const char *command, const hx_config *known, pvs_error *error);

/* Whether it has {name}, or names PVTUNE_PARAM_name. */
bool hx_command_text_uses(const char *command, const char *name);

bool hx_command_text_needs_shell(const char *command);

/* For a shell, or for a person to paste. malloc'd, NULL when out of memory. */
char *hx_command_text_fill(const char *command, const hx_config *config, const char *output);

/* The same as a shell command that sets the configuration's variables and, if `cpus` is not NULL,
 * runs under taskset. malloc'd, NULL when out of memory. */
char *hx_command_text_line(const char *command, const hx_config *config, const char *output,
                           const char *cpus);

/* The words to execute, each with its NUL, at the end of `words`; returns how many there are. Memory
 * that runs out is words->failed. The command has passed hx_command_text_check. */
size_t hx_command_text_words(const char *command, const hx_config *config, const char *output,
                             hx_text *words);

/* Joins words to one command and leaves their placeholders as they are. malloc'd, NULL when out of
 * memory. */
char *hx_command_text_join(char *const *words, int n);

/* Adds a text that is one word, its placeholders filled, without any quoting. */
void hx_command_text_put(hx_text *out, const char *text, const hx_config *config,
                         const char *output);

/* Our environment with PVTUNE_WORKERS, PVTUNE_PROCESSES and PVTUNE_THREADS of the configuration, its
 * parameters as PVTUNE_PARAM_name, and its variables. One piece: free() is all. NULL when out of
 * memory. */
char **hx_command_environment(const hx_config *config);

#endif
