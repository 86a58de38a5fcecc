#pragma once
// Bundles as the texts that people have in files.

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/exchange/bundle.h"
#include "injector/model/connection_json.h"

namespace injector {

enum class BundleFormat {
  kJson,         // ours, or Airflow's, by its shape (bundle_json.h)
  kAirflowJson,  // Airflow's alone
};

// "json", "airflow-json"; kInvalidArgument lists them.
Result<BundleFormat> ParseBundleFormat(std::string_view name);

// kInvalidArgument names the entry, and holds nothing of the text but names.
Result<Bundle> ParseBundle(std::string_view text);

// The text, with a newline at its end. What `view` hides is left out.
Result<Secret> WriteBundle(const Bundle& bundle, BundleFormat format, SecretView view);

}  // namespace injector
