#pragma once

#include <string_view>

namespace injector::rest {

// openapi.yaml, built into the program.
extern const std::string_view kOpenApiText;

}  // namespace injector::rest
