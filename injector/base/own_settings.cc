#include "injector/base/own_settings.h"

namespace injector {

bool IsOwnSetting(std::string_view name) {
  return name.starts_with("INJECTOR_") || name.starts_with("PIPELINE_CONN_") ||
         name.starts_with("PIPELINE_VAR_") || name == "PIPELINE_ENCRYPTION_KEY" ||
         name == "SERVICE_CONN_KEY";
}

}  // namespace injector
