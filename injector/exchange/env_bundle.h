#pragma once
// A bundle as NAME=VALUE lines, or as variables of the environment:
//
//   AIRFLOW_CONN_<NAME>, PIPELINE_CONN_<NAME>   a connection: an Airflow URI, or JSON
//   AIRFLOW_VAR_<KEY>, PIPELINE_VAR_<KEY>       a variable
//   <NAME>                                      a connection (airflow connections export x.env)
//
// NAME and KEY are taken in lower case where they follow a prefix; a JSON value may bring its own.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/exchange/bundle.h"
#include "injector/model/connection_json.h"

namespace injector {

struct EnvEntry {
  std::string name;
  Secret value;
};

// Lines that are empty or begin with # do not count, nor does `export ` in front. A value in single
// quotes is read as a shell does, any other as it stands. kInvalidArgument names the line alone.
Result<std::vector<EnvEntry>> ParseEnvLines(std::string_view text);

// What becomes of an entry without any of the prefixes.
enum class OtherEntries { kAreConnections, kAreIgnored };

// A variable is secret when its key sounds so, or its value holds a secret. Errors name the entry.
Result<Bundle> BundleFromEnv(std::span<const EnvEntry> entries, OtherEntries others);

// PIPELINE_CONN_<NAME> and PIPELINE_VAR_<KEY>, quoted for a shell where that is needed;
// BundleFromEnv and runner-shim read them. A connection is a URI where that says everything, else
// JSON. kConflict for two that need one name; kInvalidArgument for a variable with a line break.
Result<Secret> BundleToEnv(const Bundle& bundle, SecretView view);

}  // namespace injector
