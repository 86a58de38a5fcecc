#include "injector/service/repo_name.h"

#include <algorithm>
#include <string>

#include "injector/base/ascii.h"

namespace injector {
namespace {

constexpr std::size_t kMaxLength = 255;

Status CheckName(std::string_view what, std::string_view name) {
  const auto allowed = [](char c) {
    return IsAsciiAlnum(c) || c == '.' || c == '_' || c == '-' || c == '/';
  };
  if (!name.empty() && name.size() <= kMaxLength &&
      std::all_of(name.begin(), name.end(), allowed)) {
    return {};
  }
  return Error(ErrorCode::kInvalidArgument,
               std::string(what) + ": expected 1 to 255 of A-Z a-z 0-9 . _ - /");
}

}  // namespace

Status CheckRepoName(std::string_view name) { return CheckName("repo", name); }

Status CheckEnvironmentName(std::string_view name) { return CheckName("environment", name); }

}  // namespace injector
