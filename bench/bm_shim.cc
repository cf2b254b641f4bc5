#include "bm_shim.h"

#include "bm_ipc.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

/* What setup made for one argument. */
struct Context {
  void *made = nullptr;
  bool tried = false;
  char why[BM_WHY_BYTES] = "";
  double shortest_s = std::numeric_limits<double>::infinity(); /* of one run */
  int repetitions = 0;
};

/* With fewer a power of growth would be noise. */
constexpr int FEWEST_REPETITIONS = 3;

struct Family {
  std::string name;
  const bm_ops *ops;
  bm_param param;
  bool growth;
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
  const auto started = std::chrono::steady_clock::now();
  if (ops->prepare) {
    for ([[maybe_unused]] auto _ : state) {
      state.PauseTiming();
      ops->prepare(context.made);
      state.ResumeTiming();
      ops->run(context.made);
    }
  } else {
    for ([[maybe_unused]] auto _ : state)
      ops->run(context.made);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  context.shortest_s =
      std::fmin(context.shortest_s, took.count() / static_cast<double>(state.iterations()));
  context.repetitions++;
  double instructions_per_cycle = 0;
  const bool counted = bm_ipc_stop(&ipc, &instructions_per_cycle);

  bm_work work = {};
  char why[BM_WHY_BYTES] = "";
  if (!ops->check(context.made, &work, why)) {
    fail(state, why);
    return;
  }
  count(state, work);
  if (counted)
    state.counters["IPC"] = benchmark::Counter(instructions_per_cycle);
}

class Case : public benchmark::internal::Benchmark {
public:
  Case(Family *family, bool has_argument)
      : Benchmark(family->name.c_str()), family_(family), has_argument_(has_argument) {}
  void Run(benchmark::State &state) override {
    run_case(state, family_, has_argument_);
  }

private:
  Family *family_;
  bool has_argument_;
};

/* The power of the argument with which time grows from one argument to another. */
double power(const std::pair<const int64_t, Context> &from,
             const std::pair<const int64_t, Context> &to) {
  return std::log(to.second.shortest_s / from.second.shortest_s) /
         std::log(static_cast<double>(to.first) / static_cast<double>(from.first));
}

/* From the shortest times: over all arguments, and where what does not grow weighs least. */
void report_growth(const Family &family) {
  const auto first = family.contexts.begin(), last = std::prev(family.contexts.end());
  std::fprintf(stderr, "%s: time grows as n^%.3f, between the two largest n as n^%.3f\n",
               family.name.c_str(), power(*first, *last), power(*std::prev(last), *last));
}

bool measured(const Family &family) {
  if (!family.growth || family.contexts.size() < 2)
    return false;
  for (const auto &context : family.contexts)
    if (context.second.repetitions < FEWEST_REPETITIONS)
      return false;
  return true;
}

} // namespace

void bm_register(const bm_family *family) {
  families.push_back(std::make_unique<Family>(
      Family{family->name, family->ops, family->param, family->growth, {}}));
  Family *kept = families.back().get();
  const bool has_argument = family->arg_name != nullptr;
  /* Google Benchmark owns it from here on, which the analyzer cannot see.
   * NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks) */
  auto *made = benchmark::internal::RegisterBenchmarkInternal(new Case(kept, has_argument));
  if (has_argument) {
    made->ArgName(family->arg_name);
    for (const int64_t *arg = family->args; *arg; arg++)
      made->Arg(*arg);
  }
  if (family->growth)
    made->Complexity(benchmark::oAuto);
  /* NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks) */
}

void bm_note(const char *key, const char *value) {
  benchmark::AddCustomContext(key, value);
}

int bm_run(int n_args, const char *const *args) {
  /* Initialize takes those it knows out of argv, and keeps a pointer to the first. */
  static std::vector<std::string> texts;
  texts.assign(args, args + n_args);
  std::vector<char *> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string &text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int argc = n_args;
  char **argv = pointers.data();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  const size_t ran = benchmark::RunSpecifiedBenchmarks();
  for (const auto &family : families)
    if (measured(*family))
      report_growth(*family);
  families.clear();
  if (ran == 0)
    std::fputs("pvtune_bench: no case has such a name: nothing was measured\n", stderr);
  return ran == 0 || any_failed ? 1 : 0;
}
