#include "injector/service/rest/openapi.h"

#include "injector/model/json.h"
#include "injector/service/rest/openapi_text.h"
#include "injector/yaml/parse.h"

namespace injector::rest {

Result<Secret> OpenApiJson() {
  ASSIGN_OR_RETURN(const YamlNode document, ParseYaml(kOpenApiText, "openapi.yaml"));
  return WriteJson(ToValue(document));
}

}  // namespace injector::rest
