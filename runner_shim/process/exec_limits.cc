#include "runner_shim/process/exec_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <vector>

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Secret;
using injector::Status;

constexpr std::size_t kSmallestLimit = std::size_t{128} * 1024;
constexpr std::size_t kLargestLimit = std::size_t{6} * 1024 * 1024;

Error TooLong(const std::string& what, std::size_t size) {
  return Error(ErrorCode::kInvalidArgument, what + ": " + std::to_string(size) +
                                                " bytes, the system takes at most " +
                                                std::to_string(kLongestExecString) + " in one")
      .WithHint("put large values into a file and pass its path");
}

std::string LargestVariables(const ChildCommand& command) {
  constexpr std::size_t kNamed = 3;
  std::vector<const Secret*> entries;
  for (const Secret& entry : command.environment) entries.push_back(&entry);
  const std::size_t count = std::min(kNamed, entries.size());
  std::partial_sort(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count),
                    entries.end(),
                    [](const Secret* a, const Secret* b) { return a->size() > b->size(); });
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "" : ", ") + EntryName(entries[i]->Reveal()) + " (" +
            std::to_string(entries[i]->size()) + ")";
  }
  return text;
}

std::size_t SoftStackLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0) return 0;
  return limit.rlim_cur;
}

}  // namespace

std::string EntryName(std::string_view entry) {
  return std::string(entry.substr(0, entry.find('=')));
}

std::size_t ExecSizeLimit(std::size_t stack_limit) {
  return std::min(kLargestLimit, std::max(stack_limit / 4, kSmallestLimit));
}

Status CheckExecSize(const ChildCommand& command, std::size_t path_length) {
  constexpr std::size_t kPointer = 8;
  std::size_t total = path_length + 1;
  for (std::size_t i = 0; i < command.argv.size(); ++i) {
    const std::size_t size = command.argv[i].size();
    if (size > kLongestExecString) return TooLong("argument " + std::to_string(i), size);
    total += size + 1 + kPointer;
  }
  for (const Secret& entry : command.environment) {
    if (entry.size() > kLongestExecString) {
      return TooLong("variable " + EntryName(entry.Reveal()), entry.size());
    }
    total += entry.size() + 1 + kPointer;
  }
  const std::size_t limit = ExecSizeLimit(SoftStackLimit());
  if (total <= limit) return {};
  return Error(ErrorCode::kInvalidArgument,
               "arguments and environment: " + std::to_string(total) +
                   " bytes, the system takes at most " + std::to_string(limit) +
                   " here; largest variables: " + LargestVariables(command))
      .WithHint("put large values into files, or raise the stack limit (ulimit -s)");
}

}  // namespace runner_shim
