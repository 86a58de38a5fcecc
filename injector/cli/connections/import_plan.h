#pragma once
// What `connections import` is going to do, wherever the connections go.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/session.h"
#include "injector/exchange/bundle.h"

namespace injector {

enum class ImportMode { kStore, kDryRun };
// What becomes of a name that is there already, with another content.
enum class WhenTaken { kRefuse, kOverwrite };

enum class ImportAct { kAdd, kReplace, kUnchanged };

struct PlannedConnection {
  const Connection* connection;
  ImportAct act;
  std::optional<ConnectionName> former;  // what has the name now
};

struct PlannedVariable {
  const Variable* variable;
  ImportAct act;
};

// In the order of the bundle, which must outlive it.
struct ImportPlan {
  std::vector<PlannedConnection> connections;
  std::vector<PlannedVariable> variables;
};

// CheckConnection() of each; errors name it.
Status CheckBundle(const Bundle& bundle);

// kConflict names everything that would be replaced. `place`: "store" or "service".
Status RefuseTakenNames(const ImportPlan& plan, std::string_view place);

// "add", "replace" or "unchanged" for each, as text or JSON.
Status PrintPlan(Session& session, const ImportPlan& plan);

}  // namespace injector
