#pragma once
// Names that jobs come from.

#include <string_view>

#include "injector/base/result.h"

namespace injector {

// The repo that stands for the whole org.
inline constexpr std::string_view kWholeOrg = "*";

// kInvalidArgument unless it is 1 to 255 of A-Z a-z 0-9 . _ - / ("acme/web").
Status CheckRepoName(std::string_view name);
// The same for the name of an environment ("production").
Status CheckEnvironmentName(std::string_view name);

}  // namespace injector
