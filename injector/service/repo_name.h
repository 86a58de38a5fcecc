#pragma once
// Names that jobs come from.

#include <string_view>

#include "injector/base/result.h"

namespace injector {

// The repo that stands for the whole org.
inline constexpr std::string_view kWholeOrg = "*";

// kInvalidArgument unless it is 1 to 255 of A-Z a-z 0-9 . _ - / ("acme/web"), and each part between
// slashes is neither empty nor "." nor ".." and does not begin with a "-".
Status CheckRepoName(std::string_view name);
// The name of an environment ("production"): of the same characters.
Status CheckEnvironmentName(std::string_view name);

}  // namespace injector
