#pragma once
// Where connections and variables come from, as the shim, the sidecar and the command line ask for
// them: a store file, a yaml file, the environment, the service. Several sources are asked in order
// (connection_manager.h).

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"

namespace injector {

enum class Presence { kRequired, kOptional };

struct ConnectionRequest {
  Reference reference;
  Presence presence = Presence::kRequired;
};

struct VariableRequest {
  std::string key;
  Presence presence = Presence::kRequired;
};

struct FetchRequest {
  std::vector<ConnectionRequest> connections;
  std::vector<VariableRequest> variables;
};

// What one source says. Item i answers item i of the request. An item is what was asked for, or
// kNotFound: not held here, and what is held instead (names only); never any other error.
struct SourceAnswer {
  std::vector<Result<Connection>> connections;
  std::vector<Result<Variable>> variables;
  // To be said on every use, one sentence each: a plaintext store, a key tied to this machine.
  std::vector<std::string> warnings;
};

class Source {
 public:
  virtual ~Source() = default;

  // As options spell it and messages show it: "file:/home/a/connections.enc.json".
  virtual std::string Description() const = 0;

  // Everything of the request that this source holds, from one consistent state. May block. An
  // error (damaged, wrong key, ambiguous reference, unreachable) names this source, and
  // means that it cannot answer at all and no other may be asked instead.
  virtual Result<SourceAnswer> Fetch(const FetchRequest& request) = 0;
};

}  // namespace injector
