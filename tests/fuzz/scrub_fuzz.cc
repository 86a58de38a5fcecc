// The scrubber against the naive model. The input is lines: a first byte of settings (the shortest
// length that counts, and which instructions the scrubber uses), secrets up to
// an empty line, then the text, in which 0xFF cuts one write from the next.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "runner_shim/scrub/scrubber.h"
#include "tests/unit/runner_shim/scrub/naive_scrub.h"

namespace {

using namespace runner_shim;

struct Input {
  std::size_t min_length = 1;
  Instructions instructions = Instructions::kPlain;
  std::vector<std::string> values;
  std::vector<std::string> chunks;
};

// Whatever is missing is empty.
Input Parse(std::string_view bytes) {
  Input input;
  if (bytes.empty()) return input;
  input.min_length = static_cast<unsigned char>(bytes[0]) % 8 + 1;
  const std::size_t choice = static_cast<unsigned char>(bytes[0]) / 8 % kAllInstructions.size();
  if (AreThere(kAllInstructions[choice])) input.instructions = kAllInstructions[choice];
  bytes.remove_prefix(1);
  while (!bytes.empty() && bytes[0] != '\n' && input.values.size() < 6) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    input.values.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\xff'), bytes.size());
    input.chunks.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return input;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 2000) return 0;
  const Input input = Parse({reinterpret_cast<const char*>(data), size});
  std::vector<ScrubSecret> secrets;
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    secrets.push_back({"s" + std::to_string(i), injector::Secret::CopyOf(input.values[i])});
  }
  ScrubOptions options;
  options.min_length = input.min_length;
  options.mask = "<{name}>";
  options.instructions = input.instructions;
  Scrubber scrubber(NeedleSet::Build(std::move(secrets), options).value());
  std::string text;
  std::string out;
  for (const std::string& chunk : input.chunks) {
    text += chunk;
    scrubber.Feed(chunk, out);
  }
  scrubber.Finish(out);
  const auto needles = naive::NeedlesOf(input.values, input.min_length);
  const auto cover = naive::CoverOf(text, needles);
  if (out != naive::Render(text, cover, text.size(), options.mask, needles)) std::abort();
  return 0;
}
