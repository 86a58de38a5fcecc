#pragma once
// The variables by which the two programs are told what to do, and secrets: no job gets one, and no
// command that makes keys or secrets for us.

#include <string_view>

namespace injector {

// INJECTOR_…, PIPELINE_CONN_…, PIPELINE_VAR_…, PIPELINE_ENCRYPTION_KEY, SERVICE_CONN_KEY.
bool IsOwnSetting(std::string_view name);

}  // namespace injector
