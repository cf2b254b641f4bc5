/* pvtune exec: run a command as it was found to be fastest here. */
#include "cli/command.h"
#include "cli/message.h"

#include "base/fail.h"
#include "machine/pin.h"
#include "measure/command_text.h"
#include "measure/session.h"
#include "measure/store.h"
#include "tune/recommend.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 }; /* as of a shell */

typedef struct exec_options {
  const char *workload, *output;
  hx_strings params;
} exec_options;

static const hx_option option_table[] = {
    HX_OPTION(STRING, exec_options, workload, "workload", .metavar = "W",
              .default_text = "the command itself",
              .help = "the tuned workload whose recommendation is used"),
    HX_OPTION(STRING, exec_options, output, "output", .metavar = "PATH", .choices = "FILE",
              .help = "path that takes the place of {output}"),
    HX_OPTION(LIST, exec_options, params, "param", .metavar = "NAME=VALUE",
              .help = "use this value for {NAME} instead of the recommended one"),
    {0}};

/* What is to be run: the words behind "--", or the command of --workload. malloc'd, NULL when out
 * of memory or, with a sentence, when there is none. */
static char *command_of(const hx_context *cx, const char *workload, pvs_error *error) {
  static const char prefix[] = "cmd:";
  if (cx->n_rest == 0 && (!workload || strncmp(workload, prefix, sizeof prefix - 1) != 0)) {
    hx_fail(error, PVS_BAD_VALUE,
            "no command found, expected -- PROGRAM ARG... or --workload cmd:'COMMAND'");
    return NULL;
  }
  char *command = cx->n_rest > 0 ? hx_command_text_join(cx->rest, cx->n_rest)
                                 : strdup(workload + sizeof prefix - 1);
  if (!command)
    hx_fail_memory(error);
  return command;
}

/* Whether two commands are the same words, however they are quoted. */
static bool same_words(const char *a, const char *b) {
  hx_config serial = hx_config_serial();
  hx_text words[2] = {{0}, {0}};
  hx_command_text_words(a, &serial, "{output}", &words[0]);
  hx_command_text_words(b, &serial, "{output}", &words[1]);
  hx_command_placeholders p = hx_command_placeholders_in(a), q = hx_command_placeholders_in(b);
  bool same = !words[0].failed && !words[1].failed && words[0].length == words[1].length &&
              memcmp(words[0].at, words[1].at, words[0].length) == 0 && p.workers == q.workers &&
              p.processes == q.processes && p.threads == q.threads;
  hx_text_deinit(&words[0]);
  hx_text_deinit(&words[1]);
  return same;
}

/* The recommendation of the workload, or of this command; NULL: there is none. */
static const hx_recommendation_row *find(const hx_recommendations *all, const char *allocation,
                                         const char *workload, const char *command) {
  if (workload)
    return hx_recommendations_find(all, allocation, workload);
  for (size_t i = all->n; i-- > 0;) {
    const hx_recommendation_row *row = &all->rows[i];
    if (strncmp(row->workload, "cmd:", 4) == 0 && strcmp(row->scope, "single") == 0 &&
        strcmp(row->allocation, allocation) == 0 && same_words(row->workload + 4, command))
      return row;
  }
  return NULL;
}

/* Without a recommendation: one worker for each CPU that can be used. */
static hx_config usual(const hx_topo *topo, const char *command) {
  hx_config config = hx_config_serial();
  hx_command_placeholders placeholders = hx_command_placeholders_in(command);
  int n = hx_topo_get_counts(topo)->usable;
  if (n < 2 || !(placeholders.workers || placeholders.processes || placeholders.threads))
    return config;
  bool processes = placeholders.processes && !placeholders.workers && !placeholders.threads;
  config.executor = processes ? HX_EXECUTOR_PROCESSES : HX_EXECUTOR_THREADS;
  *(processes ? &config.processes : &config.threads) = n;
  return config;
}

/* --param. False with a sentence when one cannot be, or the command has no use for it. */
static bool set_params(const hx_strings *params, const char *command, hx_config *config,
                       pvs_error *error) {
  for (size_t i = 0; i < params->count; i++) {
    const char *text = params->items[i], *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : 0;
    hx_param_value value = {0};
    if (!equals || !equals[1] || !hx_param_name_is_valid(text, length) ||
        strlen(equals + 1) >= sizeof value.value)
      return hx_fail(error, PVS_BAD_VALUE, "--param: found '%s', expected NAME=VALUE", text);
    memcpy(value.name, text, length);
    strcpy(value.value, equals + 1);
    if (hx_param_name_is_taken(value.name))
      return hx_fail(error, PVS_BAD_VALUE, "--param: the name %s is taken, expected another",
                     value.name);
    if (!hx_command_text_uses(command, value.name))
      return hx_fail(error, PVS_BAD_VALUE, "--param %s: the command has no {%s}: %s", value.name,
                     value.name, command);
    if (!hx_config_param_set(config, &value, error))
      return false;
  }
  return true;
}

/* Without its pinning where the CPUs are not those that it was tuned on; the rest of it holds. */
static void unpin_if_impossible(const hx_topo *topo, hx_config *config) {
  hx_cpuset cpus;
  pvs_error why = {0};
  if (hx_pin_union(topo, config, &cpus, &why))
    return;
  hx_warn("the recommended pinning is not used: %s", HX_FAIL_LINE(&why));
  hx_config_set_pin(config, "none", NULL);
}

/* False when the command names what has no value. */
static bool choose(const hx_measure_session *session, const hx_recommendations *all,
                   const exec_options *o, const char *command, hx_config *config,
                   pvs_error *error) {
  const hx_identity *here = &session->env.identity;
  const hx_recommendations refused = hx_recommendations_refused(all);
  const hx_recommendation_row *row = find(all, here->allocation, o->workload, command);
  const hx_recommendation_row *unused = find(&refused, here->allocation, o->workload, command);
  char words[320], why[640];
  bool found = row && hx_config_parse(row->config, config, NULL);
  if (found)
    unpin_if_impossible(session->topo, config);
  else
    *config = usual(session->topo, command);
  if (!set_params(&o->params, command, config, error))
    return false;
  pvs_error unknown = {0};
  if (!hx_command_text_check(command, config, &unknown))
    return hx_fail(error, PVS_BAD_VALUE, "%s%s", HX_FAIL_LINE(&unknown),
                   found ? ""
                         : " (no recommendation of this machine has a value for it, expected "
                           "--param NAME=VALUE, or pvtune tune before)");
  hx_config_words(config, true, words, sizeof words);
  if (unused)
    hx_warn("%s", hx_recommendation_why_refused(unused, here->machine, why, sizeof why));
  if (found)
    hx_note("%s, as tuned on %.10s", words, row->made_utc);
  else
    hx_warn("%s%s %s: it is run %s%s, not pinned; pvtune tune finds what is fastest",
            o->workload ? "" : "cmd:", o->workload ? o->workload : command,
            unused ? "has no other recommendation" : "has not been tuned on this machine",
            hx_config_workers(config) > 1 ? "with " : "",
            hx_config_workers(config) > 1 ? words : "serially");
  return true;
}

static bool bind(const hx_topo *topo, const hx_config *config, pvs_error *error) {
  hx_cpuset cpus;
  if (!hx_pin_union(topo, config, &cpus, error))
    return false;
  return hx_cpuset_is_empty(&cpus) || sched_setaffinity(0, sizeof cpus, &cpus) == 0 ||
         hx_fail(error, PVS_IO, "the command cannot be bound to its CPUs: %s", strerror(errno));
}

/* Becomes the command; returns only when that fails. */
static int become(const char *command, const hx_config *config, const char *output) {
  hx_text words = {0};
  hx_command_text_words(command, config, output, &words);
  char **argv = hx_text_take_argv(&words), **environment = hx_command_environment(config);
  int status = EXIT_CANNOT_EXECUTE;
  if (argv && argv[0] && environment) {
    signal(SIGXFSZ, SIG_DFL);
    char **ours = environ;
    environ = environment; /* its PATH says where the program is looked for */
    execvp(argv[0], argv);
    environ = ours;
    status = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
    hx_error("%s cannot be started: %s", argv[0], strerror(errno));
  } else {
    hx_error("out of memory");
  }
  free(environment);
  free(argv);
  return status;
}

static int run(const hx_context *cx, void *storage) {
  const exec_options *o = storage;
  hx_measure_session session;
  hx_recommendations all = {0};
  pvs_error error = {0};
  hx_config config;
  char *command = command_of(cx, o->workload, &error);
  int status = HX_EXIT_FAILED;
  if (!command || !hx_command_text_check(command, NULL, &error)) {
    free(command);
    return hx_command_fail(&error, HX_EXIT_USAGE);
  }
  bool has_output = hx_command_placeholders_in(command).output;
  if (has_output != (o->output != NULL)) {
    hx_error("%s", has_output ? "the command has {output}: --output has to say what it becomes"
                              : "--output is given, but the command has no {output}");
    free(command);
    return HX_EXIT_USAGE;
  }
  if (!hx_measure_session_look_at(&session, cx->results_dir, &error) ||
      !hx_recommendations_read(session.folder, session.env.identity.machine, &all, &error)) {
    status = hx_command_fail(&error, hx_command_exit_of(&error));
  } else {
    status = !choose(&session, &all, o, command, &config, &error)
                 ? hx_command_fail(&error, HX_EXIT_USAGE)
             : bind(session.topo, &config, &error) ? become(command, &config, o->output)
                                                   : hx_command_fail(&error, HX_EXIT_FAILED);
  }
  hx_recommendations_deinit(&all);
  hx_measure_session_close(&session);
  free(command);
  return status;
}

const hx_command hx_cmd_exec = {
    .name = "exec",
    .summary = "run a command as it was found to be fastest here",
    .synopsis = "-- PROGRAM ARG...",
    .description =
        "Runs a command with the numbers of workers, processes and threads that pvtune tune "
        "recommends for it, on the recommended CPUs. {workers}, {processes} and {threads} are "
        "replaced by these numbers, which are also in the environment, as in `pvtune tune`. The "
        "command takes the place of the pvtune process: it has the same stdin, stdout and folder, "
        "and its exit code is that of pvtune.\n\n"
        "pvtune looks for the recommendation of the same command, however it is quoted, or of the "
        "workload that --workload names. If there is none, it says so and runs the command with "
        "one "
        "worker for each allowed CPU, not pinned, if the command has one of these placeholders or "
        "names PVTUNE_WORKERS and the like; otherwise it is run serially. Without a command, the "
        "command of --workload is run. Parameters have their recommended values, unless --param "
        "gives others.",
    .named_by = "the program is named after --",
    .examples = "pvtune exec -- xz -T{workers} -k FILE\n"
                "    after pvtune tune --workload cmd:'xz -T{workers} -k FILE'\n"
                "pvtune exec --workload cmd:'xz -T{workers} -kc FILE' -- xz -T{workers} OTHER\n"
                "    another command with the recommendation of this one\n",
    .exit_codes = "0  the command succeeded; a code that is not listed here is the command's\n"
                  "126  the command cannot be executed\n"
                  "127  the command is not found\n",
    .options = option_table,
    .options_size = sizeof(exec_options),
    .run = run,
};
