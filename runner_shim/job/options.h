#pragma once
// What the caller of runner-shim asked for: the command line over the INJECTOR_… variables over the
// defaults. One table (options.cc) names every option with its variable.

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/inject/environment.h"
#include "runner_shim/process/supervisor.h"
#include "runner_shim/scrub/scrub_options.h"

namespace runner_shim {

// -c REF[=PREFIX]
struct ConnectionRequest {
  std::string reference;
  std::string prefix;
};

// --variable KEY[=NAME]
struct VariableRequest {
  std::string key;
  std::string name;  // empty: the key in upper case
};

struct JobOptions {
  std::vector<std::string> sources;  // "file:PATH", asked in this order; empty: the default
  std::string key_file;              // empty: PIPELINE_ENCRYPTION_KEY
  std::vector<ConnectionRequest> connections;
  std::vector<VariableRequest> variables;
  std::vector<std::string> command;  // byte for byte as given

  bool asks_for_something() const { return !connections.empty() || !variables.empty(); }
};

}  // namespace runner_shim
