#pragma once
// What `injector connections set` does once its words are understood.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/field_arguments.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"
#include "injector/model/reference.h"

namespace injector {

struct SetRequest {
  Reference name;                    // with an alias
  std::string type;                  // empty: that of the connection there is, or of the document
  std::optional<ValueOrigin> json;   // a config object; see ParseConnectionInput
  std::optional<ValueOrigin> uri;    // Airflow's; at most one of the two
  std::vector<std::string> removed;  // names of fields
  std::vector<FieldArgument> fields;
  std::vector<SecretArgument> secrets;
  std::optional<bool> is_default;  // this and what follows: nullopt leaves it as it was
  std::optional<std::string> description;
  std::optional<std::string> expires_at;
  bool replace = false;       // forget the fields and settings there are
  bool keep_newline = false;  // of values from stdin and files
  bool allow_empty = false;   // a secret may be empty
  bool any_type = false;      // an unknown type may look like a known one
  bool any_field = false;     // likewise a field
  NewStoreMode new_store = NewStoreMode::kWithKey;
};

// Reads every value, then changes the store in one step; not at all when all is as it was. Refuses
// a
// --field that turns out to be secret, names that were surely meant otherwise, and values that the
// type cannot take (connection_advice.h). Requires: at most one value comes from stdin.
Status SetConnection(Session& session, const SetRequest& request);

}  // namespace injector
