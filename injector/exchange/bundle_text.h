#pragma once
// Bundles as the texts that people have in files.

#include <span>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/exchange/bundle.h"
#include "injector/model/connection_json.h"

namespace injector {

enum class BundleFormat {
  kJson,         // ours, or Airflow's, by its shape (bundle_json.h)
  kAirflowJson,  // the same to a reader; written for Airflow
  kYaml,         // connections.yaml, or what kJson reads as YAML
  kEnv,          // NAME=VALUE lines (env_bundle.h)
};

// "json", "airflow-json", "yaml", "env"; kInvalidArgument lists them.
Result<BundleFormat> ParseBundleFormat(std::string_view name);

// What `text` looks like: JSON when it begins with { or [, lines when the first that says something
// is NAME=VALUE, else YAML.
BundleFormat GuessBundleFormat(std::string_view text);

// `name` stands for the text in messages, which name entries and hold nothing else of the text. The
// ${VAR} of a connections.yaml are taken from `environment`, NAME=value each; kFailedPrecondition
// names those that are not set.
Result<Bundle> ParseBundle(std::string_view text, BundleFormat format, const std::string& name,
                           std::span<const Secret> environment);

// The text, with a newline at its end. What `view` hides is left out.
Result<Secret> WriteBundle(const Bundle& bundle, BundleFormat format, SecretView view);

}  // namespace injector
