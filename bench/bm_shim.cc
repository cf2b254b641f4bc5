#include "bm_shim.h"

#include "bm_ipc.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

/* What setup made for one argument. */
struct Context {
  void *made = nullptr;
  bool tried = false;
  char why[BM_WHY_BYTES] = "";
};

struct Family {
  const bm_ops *ops;
  bm_param param;
  std::map<int64_t, Context> contexts;

  ~Family() {
    for (auto &context : contexts)
      ops->teardown(context.second.made);
  }
};

std::vector<std::unique_ptr<Family>> families;
bool any_failed = false;

void fail(benchmark::State &state, const char *why) {
  any_failed = true;
  state.SkipWithError(why);
}

Context &context_of(Family &family, int64_t n) {
  Context &context = family.contexts[n];
  if (!context.tried) {
    bm_param param = family.param;
    param.n = n;
    context.made = family.ops->setup(&param, context.why);
    context.tried = true;
  }
  return context;
}

void count(benchmark::State &state, const bm_work &work) {
  using benchmark::Counter;
  const auto runs = static_cast<double>(state.iterations());
  if (work.bytes > 0)
    state.SetBytesProcessed(static_cast<int64_t>(work.bytes * runs));
  if (work.item)
    state.counters[std::string("per_") + work.item] =
        Counter(work.items * runs, Counter::kIsRate | Counter::kInvert);
  for (const auto &counter : work.counters) {
    if (!counter.name)
      break;
    state.counters[counter.name] = Counter(counter.value);
  }
}

void run_case(benchmark::State &state, Family *family, bool has_argument) {
  const bm_ops *ops = family->ops;
  const int64_t n = has_argument ? state.range(0) : 0;
  Context &context = context_of(*family, n);
  if (!context.made) {
    fail(state, context.why);
    return;
  }
  if (has_argument)
    state.SetComplexityN(n);
  bm_ipc ipc;
  bm_ipc_start(&ipc);
  if (ops->prepare) {
    for (auto _ : state) {
      state.PauseTiming();
      ops->prepare(context.made);
      state.ResumeTiming();
      ops->run(context.made);
    }
  } else {
    for (auto _ : state)
      ops->run(context.made);
  }
  double instructions_a_cycle = 0;
  const bool counted = bm_ipc_stop(&ipc, &instructions_a_cycle);

  bm_work work = {};
  char why[BM_WHY_BYTES] = "";
  if (!ops->check(context.made, &work, why)) {
    fail(state, why);
    return;
  }
  count(state, work);
  if (counted)
    state.counters["IPC"] = benchmark::Counter(instructions_a_cycle);
}

/* The usual table, and below it with which power of the argument the times grow: a least-squares
 * line through the logarithms of the shortest times. */
class Reporter : public benchmark::ConsoleReporter {
public:
  using benchmark::ConsoleReporter::ConsoleReporter;

  void ReportRuns(const std::vector<Run> &runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run &run : runs) {
      if (run.error_occurred || run.run_type != Run::RT_Iteration || run.complexity_n == 0 ||
          run.complexity == benchmark::oNone || run.iterations == 0)
        continue;
      const double time = run.real_accumulated_time / static_cast<double>(run.iterations);
      Shortest &shortest = families_[run.run_name.function_name][run.complexity_n];
      shortest.seconds = std::fmin(shortest.seconds, time);
      shortest.runs++;
    }
  }

  void Finalize() override {
    for (const auto &family : families_)
      if (family.second.size() > 1 && family.second.begin()->second.runs >= FEWEST_RUNS)
        GetOutputStream() << family.first << ": time grows as n^" << exponent(family.second)
                          << '\n';
  }

private:
  static constexpr int FEWEST_RUNS = 3; /* with fewer a power would be noise */
  struct Shortest {
    double seconds = std::numeric_limits<double>::infinity();
    int runs = 0;
  };
  using Times = std::map<int64_t, Shortest>;
  std::map<std::string, Times> families_;

  static std::string exponent(const Times &times) {
    const auto count = static_cast<double>(times.size());
    double x = 0, y = 0, xx = 0, xy = 0;
    for (const auto &time : times) {
      const double ln_n = std::log(static_cast<double>(time.first)),
                   ln_t = std::log(time.second.seconds);
      x += ln_n;
      y += ln_t;
      xx += ln_n * ln_n;
      xy += ln_n * ln_t;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", (count * xy - x * y) / (count * xx - x * x));
    return text;
  }
};

} // namespace

void bm_register(const bm_family *family) {
  families.push_back(std::make_unique<Family>(Family{family->ops, family->param, {}}));
  Family *kept = families.back().get();
  const bool has_argument = family->arg_name != nullptr;
  auto *made = benchmark::RegisterBenchmark(
      family->name, [kept, has_argument](auto &state) { run_case(state, kept, has_argument); });
  if (has_argument) {
    made->ArgName(family->arg_name);
    for (const int64_t *arg = family->args; *arg; arg++)
      made->Arg(*arg);
  }
  if (family->growth)
    made->Complexity(benchmark::oAuto);
}

void bm_note(const char *key, const char *value) {
  benchmark::AddCustomContext(key, value);
}

int bm_run(int n_args, const char *const *args) {
  /* Initialize takes those it knows out of argv, and keeps a pointer to the first. */
  static std::vector<std::string> texts;
  texts.assign(args, args + n_args);
  std::vector<char *> pointers;
  for (std::string &text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int argc = n_args;
  char **argv = pointers.data();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  Reporter reporter(isatty(1) ? benchmark::ConsoleReporter::OO_Color
                              : benchmark::ConsoleReporter::OO_None);
  const size_t ran = benchmark::RunSpecifiedBenchmarks(&reporter);
  families.clear();
  if (ran == 0)
    std::fputs("pvtune_bench: no case has such a name: nothing was measured\n", stderr);
  return ran == 0 || any_failed ? 1 : 0;
}
