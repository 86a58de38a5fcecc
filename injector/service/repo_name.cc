#include "injector/service/repo_name.h"

#include <algorithm>
#include <string>

#include "injector/base/ascii.h"

namespace injector {
namespace {

constexpr std::size_t kMaxLength = 255;

// What a path could be taken for, or an option, is no name.
bool IsPart(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.front() != '-';
}

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

Status CheckRepoName(std::string_view name) {
  RETURN_IF_ERROR(CheckName("repo", name));
  while (true) {
    const std::size_t slash = name.find('/');
    if (!IsPart(name.substr(0, slash))) {
      return Error(ErrorCode::kInvalidArgument,
                   "repo: expected parts between slashes that are not empty, . or .., and do not "
                   "begin with -");
    }
    if (slash == std::string_view::npos) return {};
    name.remove_prefix(slash + 1);
  }
}

Status CheckEnvironmentName(std::string_view name) { return CheckName("environment", name); }

}  // namespace injector
