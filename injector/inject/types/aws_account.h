#pragma once
// What a connection of type aws and one of type s3 have in common.

#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

// The region, and access keys as variables or a profile that assumes a role. The endpoint goes into
// `endpoint_variable`: AWS_ENDPOINT_URL, or one service's own.
Status SetAwsAccount(Translation& translation, std::string_view endpoint_variable);

}  // namespace injector
