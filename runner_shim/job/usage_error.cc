#include "runner_shim/job/usage_error.h"

#include <CLI/Error.hpp>
#include <string_view>

#include "injector/model/nearest_name.h"
#include "runner_shim/job/option_table.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;

constexpr std::string_view kUsage =
    "runner-shim [OPTION…] -- COMMAND; runner-shim --help shows every option";

std::vector<std::string> LongFlags() {
  std::vector<std::string> flags = {"--help", "--version", "--licenses"};
  for (const OptionRow& row : OptionTable()) flags.emplace_back(LongFlag(row));
  return flags;
}

// The option that CLI11's message begins with ("--connection: 1 required TEXT missing"); empty when
// it does not begin with one of ours.
std::string_view OptionNamedBy(std::string_view message) {
  const std::string_view name = message.substr(0, message.find(':'));
  for (const OptionRow& row : OptionTable()) {
    if (name == LongFlag(row)) return LongFlag(row);
  }
  return {};
}

// `word` without what may be a value of it, and secret: what follows the =, and all but the first
// letter of a short option.
std::string_view OptionPart(std::string_view word) {
  if (!word.starts_with("--")) return word.substr(0, 2);
  return word.substr(0, word.find('='));
}

}  // namespace

Error UsageError(std::string message) {
  return Error(ErrorCode::kInvalidArgument, std::move(message))
      .WithHint("runner-shim --help shows every option, with examples");
}

Error UsageErrorFor(const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) {
    return UsageError("the options cannot be understood");
  }
  const std::string_view name = OptionNamedBy(error.what());
  return UsageError(std::string(name.empty() ? "an option" : name) + " lacks its value");
}

Error UnknownWords(const std::vector<std::string>& words) {
  const std::string& first = words.front();
  if (!first.starts_with('-')) {
    return Error(ErrorCode::kInvalidArgument, "a command without -- before it")
        .WithHint(std::string(kUsage));
  }
  const std::vector<std::string> known = LongFlags();
  const std::string_view name = OptionPart(first);
  const std::string_view nearest = injector::NearestName(name, known);
  std::string hint(kUsage);
  if (!nearest.empty()) hint = "did you mean " + std::string(nearest) + "? " + hint;
  return Error(ErrorCode::kInvalidArgument, "unknown option " + std::string(name))
      .WithHint(std::move(hint));
}

}  // namespace runner_shim
