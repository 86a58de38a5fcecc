#pragma once
// Single values as admins keep them and developers see them; a secret one only a grant gives out.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/service/connection_acts.h"
#include "injector/service/connection_view.h"
#include "injector/service/desk.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"

namespace injector {

struct VariableView {
  std::string id;
  std::string key;
  std::optional<std::string> value;  // of one that is not secret
  bool is_secret = false;
  std::string description;
  std::int64_t version = 0;  // the ETag
  std::string created_by;
  TimePoint created_at;
  std::string changed_by;
  TimePoint changed_at;
  bool is_damaged = false;  // as ConnectionView::is_damaged
};

// What to change; what is absent stays.
struct VariablePatch {
  std::optional<Secret> value;
  std::optional<bool> is_secret;
  std::optional<std::string> description;
};

class Variables {
 public:
  explicit Variables(Desk& desk) : desk_(desk) {}

  // kInvalidArgument for a key that is none, or a value beyond the limit; kAlreadyExists. `once` as
  // Connections::Create().
  Result<VariableView> Create(const Principal& principal, const Variable& variable,
                              const std::optional<OnceKey>& once = {});
  Result<VariableView> Get(const Principal& principal, const std::string& key);
  // By key.
  Result<Page<VariableView>> List(const Principal& principal, const PageRequest& page);
  // kFailedPrecondition when a version is expected and it has another by now; kInvalidArgument when
  // a stored secret value would be visible afterwards. A patch that changes
  // nothing makes no version. `once` as Connections::Patch().
  Result<VariableView> Patch(const Principal& principal, const std::string& key,
                             std::optional<std::int64_t> expected_version,
                             const VariablePatch& patch, const std::optional<OnceKey>& once = {});
  Status Delete(const Principal& principal, const std::string& key, DeleteMode mode,
                std::optional<std::int64_t> expected_version = {});

 private:
  Desk& desk_;
};

// The id of the org's variable of that key. kNotFound.
Result<std::string> FindVariable(SqlSession& session, const std::string& org_id,
                                 const std::string& key);

}  // namespace injector
