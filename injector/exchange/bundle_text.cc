#include "injector/exchange/bundle_text.h"

#include "injector/exchange/bundle_json.h"
#include "injector/model/json.h"

namespace injector {

Result<BundleFormat> ParseBundleFormat(std::string_view name) {
  if (name == "json") return BundleFormat::kJson;
  if (name == "airflow-json") return BundleFormat::kAirflowJson;
  return Error(ErrorCode::kInvalidArgument, "expected json or airflow-json");
}

Result<Bundle> ParseBundle(std::string_view text) {
  ASSIGN_OR_RETURN(const Value document, ParseJson(text));
  return BundleFromJson(document);
}

Result<Secret> WriteBundle(const Bundle& bundle, BundleFormat format, SecretView view) {
  Value document = BundleToJson(bundle, view);
  if (format == BundleFormat::kAirflowJson) {
    ASSIGN_OR_RETURN(document, BundleToAirflowJson(bundle, view));
  }
  return Secret::Concat({WriteJson(document, JsonStyle::kIndented).Reveal(), "\n"});
}

}  // namespace injector
