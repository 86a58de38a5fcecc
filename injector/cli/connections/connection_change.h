#pragma once
// What `injector connections set` makes of a connection, wherever that is kept.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/cli/connections/field_arguments.h"
#include "injector/cli/store/store_access.h"
#include "injector/model/connection.h"
#include "injector/model/connection_json.h"
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
  std::optional<std::string> rotate_every;
  bool replace = false;       // forget the fields and settings there are
  bool keep_newline = false;  // of values from stdin and files
  bool allow_empty = false;   // a secret may be empty
  bool any_type = false;      // an unknown type may look like a known one
  bool any_field = false;     // likewise a field
  NewStoreMode new_store = NewStoreMode::kWithKey;
};

struct SecretValue {
  std::string name;
  Secret text;
};

// Everything that is not on the command line.
struct ReadValues {
  ConnectionInput document;
  std::vector<SecretValue> secrets;
};

// Where a change begins.
struct ConnectionBase {
  Connection connection;             // what the changes are made to
  std::optional<Connection> former;  // what is kept under that name and type
};

// Before anything is locked, for it may wait for somebody to type. Requires: at most one value
// comes from stdin.
Result<ReadValues> ReadAllValues(const SetRequest& request);

// The type that the user asks for: by an option, else by what the document says; may be empty.
// kInvalidArgument when the two differ. "generic" in a document is what Airflow says of a
// connection that has no type.
Result<std::string> WantedType(const SetRequest& request, const ConnectionInput& document);

// For a connection that is not there yet. kInvalidArgument without a type, and for one that was
// surely meant otherwise.
Result<ConnectionBase> NewBase(const std::string& type, const SetRequest& request);
// For the one that is.
Result<ConnectionBase> BaseOn(Connection former, const SetRequest& request);
// The refusal of a change from one type to another, without a hint.
Error OfOtherType(const ConnectionName& existing, const std::string& wanted);

// The connection as it is to be, checked. Refuses a --field that turns out to be secret, names that
// were surely meant otherwise, and values that the type cannot take (connection_advice.h).
Result<Connection> ChangedConnection(const ConnectionBase& base, const SetRequest& request,
                                     ReadValues values, const Clock& clock);

// Whether they say the same, but for the version.
bool AreAlike(const Connection& a, const Connection& b);

// "changed @postgres.movies, version 3", with what of it is secret where that is not obvious.
std::string DescribeChange(const SetRequest& request, const Connection& connection,
                           std::uint64_t version);

}  // namespace injector
