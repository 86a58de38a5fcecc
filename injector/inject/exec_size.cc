#include "injector/inject/exec_size.h"

#include <algorithm>

#include "injector/inject/environment_entry.h"

namespace injector {
namespace {

struct Piece {
  std::string name;
  std::size_t size = 0;
};

std::string NameOfEntry(std::string_view bytes) {
  const auto entry = EnvironmentEntry::Parse(bytes);
  return entry ? "variable " + std::string(entry->name) : "an environment entry without a name";
}

class Sum {
 public:
  Status Add(std::size_t size, const std::string& name) {
    if (size > kMaxExecString) {
      return Error(ErrorCode::kInvalidArgument, name + ": " + std::to_string(size) +
                                                    " bytes, and the kernel takes at most " +
                                                    std::to_string(kMaxExecString) + " in one")
          .WithHint("pass a value of this size in a file");
    }
    total_ += size + 1 + sizeof(char*);
    if (size > largest_.size) largest_ = {name, size};
    return {};
  }

  Status CheckAgainst(std::uint64_t limit) const {
    if (total_ <= limit) return {};
    return Error(ErrorCode::kInvalidArgument,
                 "arguments and environment take " + std::to_string(total_) +
                     " bytes, and the kernel takes at most " + std::to_string(limit) +
                     "; the largest is " + largest_.name + " with " + std::to_string(largest_.size))
        .WithHint("pass large values in files, or raise the stack limit (ulimit -s)");
  }

  void AddPath(std::size_t size) { total_ += size + 1; }

 private:
  std::uint64_t total_ = 0;
  Piece largest_;
};

}  // namespace

std::uint64_t ExecLimit(std::uint64_t stack_limit) {
  constexpr std::uint64_t kMost = 6 * 1024 * 1024;  // three quarters of the default stack
  constexpr std::uint64_t kLeast = 128 * 1024;      // ARG_MAX of old
  return std::min(kMost, std::max(stack_limit / 4, kLeast));
}

Status CheckExecSize(const ExecImage& image) {
  Sum sum;
  sum.AddPath(image.path.size());
  for (std::size_t i = 0; i < image.argv.size(); ++i) {
    RETURN_IF_ERROR(sum.Add(image.argv[i].size(), "argument " + std::to_string(i)));
  }
  for (const Secret& bytes : image.environment) {
    RETURN_IF_ERROR(sum.Add(bytes.size(), NameOfEntry(bytes.Reveal())));
  }
  return sum.CheckAgainst(ExecLimit(image.stack_limit));
}

}  // namespace injector
