// The scrubber's speed, beside Vectorscan's literal streaming scan of the same needles over the
// same text where that library is installed. Compare within one run: bytes_per_second of Scrub and
// of Vectorscan with the same arguments (secrets / shortest / chunk).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "runner_shim/scrub/scrubber.h"
#include "tests/bench/log_text.h"

#ifdef HAVE_VECTORSCAN
#include <hs/hs.h>
#endif

namespace runner_shim::bench {
namespace {

constexpr std::size_t kTextSize = 8 << 20;

const std::string& Text() {
  static const std::string text = LogText(kTextSize, 7);
  return text;
}

std::vector<ScrubSecret> Secrets(const std::vector<std::string>& values) {
  std::vector<ScrubSecret> secrets;
  for (const std::string& value : values) {
    secrets.push_back({"bench", injector::Secret::CopyOf(value)});
  }
  return secrets;
}

std::shared_ptr<const NeedleSet> BuildSet(const std::vector<std::string>& values) {
  return NeedleSet::Build(Secrets(values), {}).value();
}

void RunThrough(benchmark::State& state, std::shared_ptr<const NeedleSet> set,
                std::string_view text, std::size_t chunk) {
  Scrubber scrubber(std::move(set));
  std::string out;
  for (auto _ : state) {
    for (std::size_t i = 0; i < text.size(); i += chunk) {
      out.clear();
      scrubber.Feed(text.substr(i, chunk), out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

// Arguments: secrets, shortest secret, bytes a write.
void Scrub(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto set = BuildSet(SecretValues(count, static_cast<std::size_t>(state.range(1)), 3));
  state.counters["needles"] = static_cast<double>(set->needle_count());
  RunThrough(state, set, Text(), static_cast<std::size_t>(state.range(2)));
}

void Build(benchmark::State& state) {
  const auto values = SecretValues(static_cast<std::size_t>(state.range(0)),
                                   static_cast<std::size_t>(state.range(1)), 3);
  double memory = 0;
  for (auto _ : state) {
    const auto set = BuildSet(values);
    memory = static_cast<double>(set->memory_bytes());
  }
  state.counters["memory"] = memory;
  double needle_bytes = 0;
  for (const std::string& value : values) {
    for (const FormOfValue& form : FormsOf(value)) {
      needle_bytes += static_cast<double>(form.bytes.size());
    }
  }
  state.counters["needle_bytes"] = needle_bytes;
}

void WorstCase(benchmark::State& state, std::vector<std::string> values, const std::string& text,
               std::size_t chunk) {
  RunThrough(state, BuildSet(values), text, chunk);
}

std::string Repeat(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

std::vector<std::string> NestedPrefixes() {
  std::vector<std::string> values;
  for (std::size_t length = 8; length < 1000; ++length) values.push_back(std::string(length, 'a'));
  return values;
}

const std::size_t kWorstText = 4 << 20;
BENCHMARK_CAPTURE(WorstCase, ends_differently, {std::string(5000, 'a') + "b"},
                  std::string(kWorstText, 'a'), 65536);
BENCHMARK_CAPTURE(WorstCase, ends_differently_small_writes, {std::string(5000, 'a') + "b"},
                  std::string(kWorstText, 'a'), 100);
BENCHMARK_CAPTURE(WorstCase, nested_prefixes, NestedPrefixes(), std::string(kWorstText, 'a'),
                  65536);
BENCHMARK_CAPTURE(WorstCase, line_ends, SecretValues(100, 16, 3), std::string(kWorstText, '\n'),
                  65536);
BENCHMARK_CAPTURE(WorstCase, escapes, SecretValues(100, 16, 3), std::string(kWorstText, '\x1b'),
                  65536);
BENCHMARK_CAPTURE(WorstCase, sequences, SecretValues(100, 16, 3), Repeat("\x1b[m", kWorstText),
                  65536);
BENCHMARK_CAPTURE(WorstCase, broken_everywhere, {std::string(5000, 'a') + "b"},
                  Repeat("a\n", kWorstText), 65536);
BENCHMARK_CAPTURE(WorstCase, broken_everywhere_small_writes, {std::string(5000, 'a') + "b"},
                  Repeat("a\n", kWorstText), 100);
BENCHMARK_CAPTURE(WorstCase, covered_everywhere, {std::string(16, 'a')},
                  std::string(kWorstText, 'a'), 65536);
BENCHMARK_CAPTURE(WorstCase, escape_in_a_needle, {"0123456789abcdef\x1b[m0123"}, Text(), 65536);

#ifdef HAVE_VECTORSCAN

std::vector<std::string> NeedleBytes(const std::vector<std::string>& values) {
  std::vector<std::string> needles;
  for (const std::string& value : values) {
    for (const FormOfValue& form : FormsOf(value)) needles.emplace_back(form.bytes.Reveal());
  }
  std::sort(needles.begin(), needles.end());
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
  return needles;
}

hs_database_t* Compile(const std::vector<std::string>& needles) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> flags(needles.size(), 0);
  std::vector<unsigned> ids;
  for (const std::string& needle : needles) {
    texts.push_back(needle.data());
    lengths.push_back(needle.size());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                       static_cast<unsigned>(needles.size()), HS_MODE_STREAM, nullptr, &database,
                       &error);
  return database;
}

int OnMatch(unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; }

void Vectorscan(benchmark::State& state) {
  const auto needles = NeedleBytes(SecretValues(static_cast<std::size_t>(state.range(0)),
                                                static_cast<std::size_t>(state.range(1)), 3));
  const auto chunk = static_cast<std::size_t>(state.range(2));
  hs_database_t* database = Compile(needles);
  hs_scratch_t* scratch = nullptr;
  hs_stream_t* stream = nullptr;
  hs_alloc_scratch(database, &scratch);
  hs_open_stream(database, 0, &stream);
  const std::string& text = Text();
  for (auto _ : state) {
    for (std::size_t i = 0; i < text.size(); i += chunk) {
      const std::size_t size = std::min(chunk, text.size() - i);
      hs_scan_stream(stream, text.data() + i, static_cast<unsigned>(size), 0, scratch, OnMatch,
                     nullptr);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  hs_close_stream(stream, nullptr, OnMatch, nullptr);
  hs_free_scratch(scratch);
  hs_free_database(database);
}

void VectorscanBuild(benchmark::State& state) {
  const auto needles = NeedleBytes(SecretValues(static_cast<std::size_t>(state.range(0)),
                                                static_cast<std::size_t>(state.range(1)), 3));
  for (auto _ : state) hs_free_database(Compile(needles));
}

BENCHMARK(Vectorscan)->ArgsProduct({{1, 25, 100, 1000}, {6, 8, 16}, {65536, 4096, 100}});
BENCHMARK(VectorscanBuild)->ArgsProduct({{25, 1000}, {16}});

#endif

BENCHMARK(Scrub)->ArgsProduct({{1, 25, 100, 1000}, {6, 8, 16}, {65536, 4096, 100}});
BENCHMARK(Build)->ArgsProduct({{25, 1000}, {16}});

}  // namespace
}  // namespace runner_shim::bench

BENCHMARK_MAIN();
