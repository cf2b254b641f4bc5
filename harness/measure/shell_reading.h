/* How a shell reads a command, as far as one has to know it to put a value into its middle: which
 * quotes are open there, also in the script that the command hands to another shell. */
#ifndef HX_MEASURE_SHELL_READING_H
#define HX_MEASURE_SHELL_READING_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { HX_SHELL_NESTED = 8 }; /* substitutions inside each other */

/* What quotes and substitutions are open. In $( ) and in backquotes a shell begins anew, whatever quotes
 * are open around them. */
typedef struct hx_shell_quoting {
  char quote; /* the one that is open, or 0 */
  bool escaped, dollar;
  int depth;
  struct {
    char kind, quote; /* '(' or '`', and the quote that is open around it */
    int parentheses;  /* open ones within it */
  } around[HX_SHELL_NESTED];
} hx_shell_quoting;

/* A word of a command. */
typedef struct hx_shell_word {
  bool begun;
  char text[32]; /* its beginning */
  size_t length;
  enum {
    HX_SHELL_ANYTHING,
    HX_SHELL_OPTIONS,
    HX_SHELL_VALUE_OF_OPTION,
    HX_SHELL_SCRIPT
  } expected; /* what it is; HX_SHELL_ANYTHING else: of a shell */
  hx_shell_quoting script;
} hx_shell_word;

/* How a shell reads a command, character by character. In `sh -c '...'` a second shell reads what
 * the first one leaves of that word: its script. */
typedef struct hx_shell_reading {
  bool escapes; /* a backslash and substitutions mean something */
  bool comment;
  hx_shell_quoting q;
  hx_shell_word word, around[HX_SHELL_NESTED]; /* those that substitutions are parts of */
} hx_shell_reading;

/* Takes the next character. */
void hx_shell_read(hx_shell_reading *reading, char c);
/* A value stands here: as a part of the word. */
void hx_shell_read_value(hx_shell_reading *reading);

/* The value as the command has to have it here, so that it stays what it is. `rest`: the command behind
 * it. */
void hx_shell_put(hx_text *line, const char *value, const hx_shell_reading *reading,
                  const char *rest);
/* As the script's shell has to find it, if this is part of a script; else as it is. A value that is all
 * of the script is the script. */
void hx_shell_put_in_script(hx_text *line, const char *value, const hx_shell_reading *reading,
                            const char *rest);

/* Adds a word, quoted so that a shell reads exactly this word. */
void hx_shell_quote(hx_text *line, const char *word);

#endif
