/* How a shell reads a command, as far as is needed to put a value into the middle of it: which quotes
 * are open there, also inside a script that the command gives to a second shell. */
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
  } expected; /* what the word is, where the command is a shell; else HX_SHELL_ANYTHING */
  hx_shell_quoting script;
} hx_shell_word;

/* The state of a shell that reads a command, one character after the other. In `sh -c '...'` the word in
 * quotes is a script: the second shell reads what the first one leaves of it. */
typedef struct hx_shell_reading {
  bool escapes; /* a backslash and substitutions mean something */
  bool comment;
  hx_shell_quoting q;
  hx_shell_word word, around[HX_SHELL_NESTED]; /* those that substitutions are parts of */
} hx_shell_reading;

/* Takes the next character. */
void hx_shell_read(hx_shell_reading *reading, char c);
/* Takes a value that stands here, as a part of the word. */
void hx_shell_read_value(hx_shell_reading *reading);

/* Adds the value to the line, quoted for the place that the reading has reached, so that the program gets
 * exactly this value. `rest`: the command that follows it. */
void hx_shell_put(hx_text *line, const char *value, const hx_shell_reading *reading,
                  const char *rest);
/* Adds the value, quoted for the script's shell if it is a part of a script, else as it is. A value that
 * is the whole script is not quoted. */
void hx_shell_put_in_script(hx_text *line, const char *value, const hx_shell_reading *reading,
                            const char *rest);

/* Adds a word, quoted so that a shell reads exactly this word. */
void hx_shell_quote(hx_text *line, const char *word);
/* The same of a path, so that no program takes it for an option: -x becomes ./-x. */
void hx_shell_quote_path(hx_text *line, const char *path);

#endif
