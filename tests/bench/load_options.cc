#include "tests/bench/load_options.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace injector::bench {
namespace {

int ParseNumber(std::string_view text) { return std::max(1, std::atoi(std::string(text).c_str())); }

std::vector<int> ParseNumbers(std::string_view text) {
  std::vector<int> numbers;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    numbers.push_back(ParseNumber(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return numbers;
}

}  // namespace

LoadOptions ParseLoadOptions(int argc, char** argv, LoadOptions options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string_view name = argument.substr(0, equals);
    const std::string_view value = argument.substr(std::min(equals + 1, argument.size()));
    if (name == "--seconds") {
      options.duration = std::chrono::seconds(ParseNumber(value));
    } else if (name == "--clients") {
      options.clients = static_cast<std::size_t>(ParseNumber(value));
    } else if (name == "--connections") {
      options.connections = ParseNumbers(value);
    } else if (name == "--only") {
      options.only = value;
    } else {
      std::fprintf(stderr, "%s: what is %s?\n", argv[0], argv[i]);
      std::exit(2);
    }
  }
  return options;
}

}  // namespace injector::bench
