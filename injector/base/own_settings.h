#pragma once
// The variables by which the two programs are told what to do, and secrets: no program that they
// start gets one.

#include <string_view>

namespace injector {

// INJECTOR_…, PIPELINE_CONN_…, PIPELINE_VAR_…, PIPELINE_ENCRYPTION_KEY, SERVICE_CONN_KEY.
bool IsOwnSetting(std::string_view name);

}  // namespace injector
