// The scrubber's speed, beside Vectorscan's literal streaming scan of the same needles over the
// same text where that library is installed. Prints one table.
//
//   scrub_bench [--rounds=N] [--only=SECTION]      (SECTION: scan, build, worst)
//
// A machine is never quiet and rarely equally fast twice: so both take turns, CPU time is measured,
// and what counts is the ratio: the middle one of the rounds'. GB/s are the best round's.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runner_shim/scrub/scrubber.h"
#include "tests/bench/log_text.h"
#include "tests/bench/vectorscan.h"

namespace runner_shim::bench {
namespace {

constexpr std::size_t kTextSize = 8 << 20;
constexpr std::size_t kWorstSize = 4 << 20;
constexpr std::uint64_t kSeed = 3;

std::size_t rounds = 7;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double TimeOf(const std::function<void()>& run) {
  const double begin = CpuSeconds();
  run();
  return CpuSeconds() - begin;
}

struct Times {
  double ours;    // seconds of the best round
  double theirs;  // 0 if there is nobody to compare with
  double ratio;   // of theirs to ours: the middle one
};

Times Compare(const std::function<void()>& ours, const std::function<void()>& theirs) {
  Times best{1e9, theirs ? 1e9 : 0, 0};
  std::vector<double> ratios;
  for (std::size_t i = 0; i < rounds; ++i) {
    const double own = TimeOf(ours);
    best.ours = std::min(best.ours, own);
    if (!theirs) continue;
    const double other = TimeOf(theirs);
    best.theirs = std::min(best.theirs, other);
    ratios.push_back(other / own);
  }
  if (ratios.empty()) return best;
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(rounds / 2),
                   ratios.end());
  best.ratio = ratios[rounds / 2];
  return best;
}

std::shared_ptr<const NeedleSet> BuildSet(const std::vector<std::string>& values) {
  std::vector<ScrubSecret> secrets;
  for (const std::string& value : values) {
    secrets.push_back({"bench", injector::Secret::CopyOf(value)});
  }
  return NeedleSet::Build(std::move(secrets), {}).value();
}

// Distinct, as Vectorscan wants them.
std::vector<std::string> NeedleBytes(const std::vector<std::string>& values) {
  std::vector<std::string> needles;
  for (const std::string& value : values) {
    for (const FormOfValue& form : FormsOf(value)) needles.emplace_back(form.bytes.Reveal());
  }
  std::sort(needles.begin(), needles.end());
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
  return needles;
}

std::size_t TotalSize(const std::vector<std::string>& needles) {
  std::size_t total = 0;
  for (const std::string& needle : needles) total += needle.size();
  return total;
}

// Feeds `text` to a scrubber of its own in writes of `chunk` bytes.
class Stream {
 public:
  Stream(std::shared_ptr<const NeedleSet> set, std::string_view text, std::size_t chunk)
      : scrubber_(std::move(set)), text_(text), chunk_(chunk) {}

  void Run() {
    for (std::size_t i = 0; i < text_.size(); i += chunk_) {
      out_.clear();
      scrubber_.Feed(text_.substr(i, chunk_), out_);
    }
  }

 private:
  Scrubber scrubber_;
  std::string_view text_;
  std::size_t chunk_;
  std::string out_;
};

void PrintScan(const std::string& text, const char* kind, std::size_t count, std::size_t shortest) {
  const std::vector<std::string> values = SecretValues(count, shortest, kSeed);
  const std::shared_ptr<const NeedleSet> set = BuildSet(values);
  const std::unique_ptr<Vectorscan> vectorscan = Vectorscan::Compile(NeedleBytes(values));
  for (const std::size_t chunk : {65536UL, 4096UL, 100UL}) {
    Stream stream(set, text, chunk);
    std::function<void()> theirs;
    if (vectorscan) theirs = [&] { vectorscan->Scan(text, chunk); };
    const Times times = Compare([&] { stream.Run(); }, theirs);
    const double gigabytes = static_cast<double>(text.size()) / 1e9;
    std::printf("%-8s %7zu %8zu %7zu %8.2f %10.2f %7.2f\n", kind, count, shortest, chunk,
                gigabytes / times.ours, vectorscan ? gigabytes / times.theirs : 0.0, times.ratio);
    std::fflush(stdout);
  }
}

void PrintScans() {
  std::printf("\nScan: GB/s of CPU time\n%-8s %7s %8s %7s %8s %10s %7s\n", "text", "secrets",
              "shortest", "write", "scrub", "vectorscan", "ratio");
  const std::string text = LogText(kTextSize, 7);
  for (const std::size_t shortest : {16UL, 8UL, 6UL}) {
    for (const std::size_t count : {1UL, 25UL, 100UL, 1000UL})
      PrintScan(text, "log", count, shortest);
  }
  PrintScan(ColouredText(kTextSize, 7), "colour", 100, 16);
}

void PrintBuilds() {
  std::printf("\nBuild: milliseconds of CPU time, and memory\n%7s %8s %12s %8s %10s %7s %10s %8s\n",
              "secrets", "needles", "needle bytes", "scrub", "vectorscan", "ratio", "memory",
              "x bytes");
  for (const std::size_t count : {1UL, 25UL, 100UL, 1000UL}) {
    const std::vector<std::string> values = SecretValues(count, 16, kSeed);
    const std::vector<std::string> needles = NeedleBytes(values);
    std::function<void()> theirs;
    if (Vectorscan::kIsThere) theirs = [&] { Vectorscan::Compile(needles); };
    const Times times = Compare([&] { BuildSet(values); }, theirs);
    const std::size_t memory = BuildSet(values)->memory_bytes();
    std::printf("%7zu %8zu %12zu %8.2f %10.2f %7.2f %10zu %8.1f\n", count, needles.size(),
                TotalSize(needles), times.ours * 1e3, times.theirs * 1e3, times.ratio, memory,
                static_cast<double>(memory) / static_cast<double>(TotalSize(needles)));
    std::fflush(stdout);
  }
}

std::string Repeat(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

std::vector<std::string> NestedPrefixes(std::size_t count) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(std::string(8 + i, 'a'));
  return values;
}

struct WorstCase {
  const char* name;
  std::vector<std::string> values;
  std::string text;
};

void PrintWorstCases() {
  const std::vector<std::string> usual = SecretValues(100, 16, kSeed);
  const std::string almost = std::string(5000, 'a') + "b";
  const std::vector<WorstCase> cases = {
      {"a...ab on a...a", {almost}, std::string(kWorstSize, 'a')},
      {"10,000 nested prefixes on a...a", NestedPrefixes(1000), std::string(kWorstSize, 'a')},
      {"every byte a line end", usual, std::string(kWorstSize, '\n')},
      {"every byte an ESC", usual, std::string(kWorstSize, '\x1b')},
      {"nothing but sequences", usual, Repeat("\x1b[m", kWorstSize)},
      {"one letter a line", usual, Repeat("a\n", kWorstSize)},
      {"all bytes held, broken", {almost}, Repeat("a\n", kWorstSize)},
      {"all bytes covered", {std::string(16, 'a')}, std::string(kWorstSize, 'a')},
      {"an ESC in a needle", {"0123456789abcdef\x1b[m0123"}, LogText(kWorstSize, 7)},
  };
  std::printf("\nWorst cases: MB/s of CPU time\n%-34s %9s %9s\n", "", "64 KiB", "100 bytes");
  for (const WorstCase& worst : cases) {
    std::printf("%-34s", worst.name);
    const std::shared_ptr<const NeedleSet> set = BuildSet(worst.values);
    for (const std::size_t chunk : {65536UL, 100UL}) {
      Stream stream(set, worst.text, chunk);
      const Times times = Compare([&] { stream.Run(); }, {});
      std::printf(" %9.0f", static_cast<double>(worst.text.size()) / 1e6 / times.ours);
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}

int Main(int argc, char** argv) {
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--rounds=")) rounds = std::stoul(argument.substr(9));
    if (argument.starts_with("--only=")) only = argument.substr(7);
  }
  if (only.empty() || only == "scan") PrintScans();
  if (only.empty() || only == "build") PrintBuilds();
  if (only.empty() || only == "worst") PrintWorstCases();
  return 0;
}

}  // namespace
}  // namespace runner_shim::bench

int main(int argc, char** argv) { return runner_shim::bench::Main(argc, argv); }
