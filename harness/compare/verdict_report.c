#include "compare/verdict.h"

#include "base/exit_code.h"
#include "base/markdown.h"
#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- JUnit XML ---- */

/* One character as all texts for people show it (base/utf8.h). White space becomes a space, or stays
 * where `lines` are kept; U+FFFE and U+FFFF, which XML forbids, become U+FFFD. Returns what follows. */
static const char *put_character(const char *text, bool lines, FILE *out) {
  char shown[HX_UTF8_SHOWN];
  if (isspace((unsigned char)*text)) {
    fputc(lines && *text == '\n' ? '\n' : ' ', out);
    return text + 1;
  }
  text = hx_utf8_printable(text, shown);
  bool forbidden = strcmp(shown, "\xef\xbf\xbe") == 0 || strcmp(shown, "\xef\xbf\xbf") == 0;
  fputs(forbidden ? HX_UTF8_REPLACEMENT : shown, out);
  return text;
}

static void put_xml(const char *text, bool lines, FILE *out) {
  while (*text) {
    const char *name = *text == '&'   ? "&amp;"
                       : *text == '<' ? "&lt;"
                       : *text == '>' ? "&gt;"
                       : *text == '"' ? "&quot;"
                                      : NULL;
    if (name)
      fputs(name, out);
    text = name ? text + 1 : put_character(text, lines, out);
  }
}

static void put_element(const char *name, const char *kind, const char *message, FILE *out) {
  fprintf(out, "      <%s%s%s%s message=\"", name, kind ? " type=\"" : "", kind ? kind : "",
          kind ? "\"" : "");
  put_xml(message, false, out);
  fputs("\"/>\n", out);
}

enum { NO_ELEMENT, FAILURE, ERROR, SKIPPED };

/* What stands in a test case beside its sentence; `kind` NULL: it has none. */
typedef struct element {
  int name;
  const char *kind;
} element;

static element element_of(const hx_verdict_summary *summary, hx_verdict_fate fate) {
  static const element of[] = {
      [HX_FATE_PASSED] = {NO_ELEMENT, NULL},
      [HX_FATE_WAIVED] = {NO_ELEMENT, NULL},
      [HX_FATE_SLOWER] = {FAILURE, "slower"},
      [HX_FATE_LARGER] = {FAILURE, "memory"},
      [HX_FATE_DIFFERENT] = {FAILURE, "outputs"},
      [HX_FATE_OPEN_FAILED] = {FAILURE, "inconclusive"},
      [HX_FATE_OPEN_PASSED] = {SKIPPED, NULL},
      [HX_FATE_BROKEN] = {ERROR, "not measured"},
      [HX_FATE_INTERRUPTED] = {ERROR, "interrupted"},
      [HX_FATE_NEW] = {FAILURE, "new"},
      [HX_FATE_REMOVED] = {FAILURE, "removed"},
  };
  bool is_skipped = (fate == HX_FATE_NEW && !summary->new_fails) ||
                    (fate == HX_FATE_REMOVED && !summary->removed_fails);
  return is_skipped ? (element){SKIPPED, NULL} : of[fate];
}

void hx_verdict_write_junit(const hx_verdict_summary *summary, FILE *out) {
  static const char *const names[] = {
      [FAILURE] = "failure", [ERROR] = "error", [SKIPPED] = "skipped"};
  size_t n[SKIPPED + 1] = {0};
  bool late = summary->afterwards[0] != '\0';
  for (size_t i = 0; i < summary->n; i++)
    n[element_of(summary, summary->lines[i].fate).name]++;
  fprintf(out,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites>\n"
          "  <testsuite name=\"pvtune %s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
          "skipped=\"%zu\">\n",
          summary->command, summary->n + late, n[FAILURE], n[ERROR] + late, n[SKIPPED]);
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    char sentence[1024];
    hx_verdict_sentence(summary, i, sentence, sizeof sentence);
    fputs("    <testcase classname=\"speed\" name=\"", out);
    put_xml(line->workload, false, out);
    if (line->duet.b_s > 0)
      fprintf(out, "\" time=\"%.6f\">\n", line->duet.b_s);
    else
      fputs("\">\n", out);
    element e = element_of(summary, line->fate);
    if (e.name != NO_ELEMENT)
      put_element(names[e.name], e.kind,
                  line->fate == HX_FATE_DIFFERENT ? line->duet.reason : sentence, out);
    fputs("      <system-out>", out);
    put_xml(sentence, false, out);
    fputs("</system-out>\n    </testcase>\n", out);
  }
  if (late) {
    fputs("    <testcase classname=\"speed\" name=\"cleanup\">\n", out);
    put_element("error", summary->status > HX_EXIT_SIGNAL ? "interrupted" : "cleanup",
                summary->afterwards, out);
    fputs("    </testcase>\n", out);
  }
  fputs("  </testsuite>\n</testsuites>\n", out);
}

void hx_verdict_write_junit_failure(const hx_verdict_failure *failure, FILE *out) {
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"pvtune ",
        out);
  put_xml(failure->command, false, out);
  fprintf(out,
          "\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
          "    <testcase classname=\"speed\" name=\"measurement\">\n"
          "      <error type=\"%s\" message=\"",
          failure->interrupted ? "interrupted" : "not measured");
  put_xml(failure->message, false, out);
  fputs("\">", out);
  put_xml(failure->details ? failure->details : failure->message, true, out);
  fputs("</error>\n    </testcase>\n  </testsuite>\n</testsuites>\n", out);
}

/* ---- Markdown ---- */

void hx_verdict_write_markdown_failure(const hx_verdict_failure *failure, FILE *out) {
  fprintf(out, "### Speed: %snot measured\n\nA: ", failure->interrupted ? "interrupted, " : "");
  hx_markdown_put(failure->a, out);
  fputs(", B: ", out);
  hx_markdown_put(failure->b, out);
  fputs("\n\n", out);
  hx_markdown_put(failure->message, out);
  fputc('\n', out);
  if (failure->details) {
    /* Indented, so that no fence within the text can end it. */
    fputs("\n    ", out);
    for (const char *at = failure->details; *at;) {
      bool ends = *at == '\n';
      at = put_character(at, true, out);
      if (ends && *at)
        fputs("    ", out);
    }
    fputc('\n', out);
  }
  fputc('\n', out);
}

static void put_percent(double fraction, int with_sign, FILE *out) {
  if (isfinite(fraction))
    fprintf(out, with_sign ? " %+.1f %% |" : " %.1f %% |", hx_text_percent(fraction));
  else
    fputs(" |", out);
}

static void put_seconds(double seconds, FILE *out) {
  if (isnan(seconds))
    fputs(" |", out);
  else
    fprintf(out, " %.4g s |", seconds);
}

static const char *headline(const hx_verdict_summary *summary) {
  switch (summary->status) {
  case HX_EXIT_OK:
    return summary->joint == HX_COMPARE_FASTER         ? "Speed: faster"
           : summary->joint == HX_COMPARE_INCONCLUSIVE ? "Speed: no verdict (passed)"
                                                       : "Speed: no change";
  case HX_EXIT_DIFFERENT:
    return "Speed: outputs differ";
  case HX_EXIT_SLOWER:
    return summary->joint == HX_COMPARE_SLOWER ? "Speed: SLOWER" : "Memory: more than allowed";
  case HX_EXIT_INCONCLUSIVE:
    return "Speed: no verdict";
  default:
    return summary->afterwards[0]             ? "Speed: measured, not passed"
           : summary->status > HX_EXIT_SIGNAL ? "Speed: interrupted, not measured"
                                              : "Speed: not measured";
  }
}

static void put_side(const char *name, const hx_verdict_side *side, FILE *out) {
  fprintf(out, "%s: ", name);
  hx_markdown_put(side->text, out);
  if (side->revision[0])
    fprintf(out, " (%s)", side->revision);
}

void hx_verdict_write_markdown(const hx_verdict_summary *summary, FILE *out) {
  char text[1024];
  fprintf(out, "### %s\n\n", headline(summary));
  put_side("A", &summary->a, out);
  fputs(", ", out);
  put_side("B", &summary->b, out);
  fputs("\n\n| workload | A | B | difference | from | to | verdict | runs | detectable |\n"
        "|---|--:|--:|--:|--:|--:|---|--:|--:|\n",
        out);
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    const hx_compare_result *r = &line->duet.compare;
    bool measured = line->measured;
    fputs("| ", out);
    hx_markdown_put(line->workload, out);
    fputs(" |", out);
    put_seconds(line->duet.a_s, out);
    put_seconds(line->duet.b_s, out);
    put_percent(measured ? r->change : (double)NAN, 1, out);
    put_percent(measured && r->lower > -1 ? r->lower : (double)NAN, 1, out);
    put_percent(measured ? r->upper : (double)NAN, 1, out);
    fprintf(out, " %s | %d |", hx_verdict_word(line), r->runs);
    put_percent(measured ? r->detectable : (double)NAN, 0, out);
    fputc('\n', out);
  }
  fputc('\n', out);
  for (size_t i = 0; i < summary->n; i++) {
    const hx_verdict_line *line = &summary->lines[i];
    fputs("- ", out);
    hx_markdown_put(line->workload, out);
    fputs(": ", out);
    hx_markdown_put(hx_verdict_sentence(summary, i, text, sizeof text), out);
    if (isfinite(line->instructions[0]) && isfinite(line->instructions[1]))
      fprintf(out, "; instructions %.0f → %.0f (%+.3f %%)", line->instructions[0],
              line->instructions[1], 100 * (line->instructions[1] / line->instructions[0] - 1));
    hx_interference_sentence(&line->duet.interference, text, sizeof text);
    if (text[0])
      fprintf(out, "; %s", text);
    fputc('\n', out);
  }
  if (summary->afterwards[0]) {
    fputs("- ", out);
    hx_markdown_put(summary->afterwards, out);
    fputc('\n', out);
  }
  fprintf(out, "\n%s.\n", hx_verdict_alarms(&summary->alarms, text, sizeof text));
}
