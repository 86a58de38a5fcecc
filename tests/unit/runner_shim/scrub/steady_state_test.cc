// The scrubber allocates while it starts, and no more.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner_shim/scrub/scrubber.h"

namespace {
std::atomic<std::size_t> allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace runner_shim {
namespace {

std::shared_ptr<const NeedleSet> Needles() {
  std::vector<ScrubSecret> secrets;
  for (const char* value : {"Sup3r-S3cret-hunter2", "another \x1b[1m value", "third-one"}) {
    secrets.push_back({"name", injector::Secret::CopyOf(value)});
  }
  return NeedleSet::Build(std::move(secrets), ScrubOptions{}).value();
}

TEST(SteadyStateTest, AllocatesNothing) {
  Scrubber scrubber(Needles());
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "line \x1b[32mgreen\x1b[0m Sup3r-S3\ncret-hunter2 \x1b]0;title\x07 another value third";
  }
  std::string out;
  const auto run = [&](std::size_t chunk) {
    for (std::size_t i = 0; i < text.size(); i += chunk) {
      out.clear();
      scrubber.Feed(std::string_view(text).substr(i, chunk), out);
    }
  };
  for (std::size_t chunk : {1U, 7U, 100U, 70000U}) run(chunk);
  const std::size_t before = allocations;
  for (std::size_t chunk : {1U, 7U, 100U, 70000U}) run(chunk);
  EXPECT_EQ(before, allocations);
}

}  // namespace
}  // namespace runner_shim
