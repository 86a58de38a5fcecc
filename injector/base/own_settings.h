#pragma once
// The variables by which the two programs are told what to do, and secrets: no job gets one, nor a
// program of `service rotate --exec`.

#include <string_view>

namespace injector {

// INJECTOR_…, PIPELINE_CONN_…, PIPELINE_VAR_…, PIPELINE_ENCRYPTION_KEY, SERVICE_CONN_KEY.
bool IsOwnSetting(std::string_view name);

}  // namespace injector
