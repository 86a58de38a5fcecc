#pragma once
// Where connections and variables come from, as the shim, the sidecar and the command line ask for
// them: a store file, a yaml file, the environment, the service. Several sources are asked in order
// (connection_manager.h).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"
#include "injector/sources/lease.h"
#include "injector/templates/template.h"

namespace injector {

enum class Presence { kRequired, kOptional };

struct ConnectionRequest {
  Reference reference;
  Presence presence = Presence::kRequired;
  std::string where = {};  // what asks, for messages: "job.yaml:3:5"; empty: that is plain
};

struct VariableRequest {
  std::string key;
  Presence presence = Presence::kRequired;
  std::string where = {};
};

// Whether everything that is attached to the job's repo is wanted, beside what is named.
enum class Attached { kNone, kAll };

struct FetchRequest {
  std::vector<ConnectionRequest> connections;
  std::vector<VariableRequest> variables;
  Attached attached = Attached::kNone;
};

// A variable of the process environment that a source reads values from (`${NAME}`). The job does
// not inherit it.
struct EnvironmentReference {
  std::string name;
  bool secret = false;  // it stands in a secret field
};

// A secret that a field was put together with. It may be seen without the rest of the field.
struct Ingredient {
  std::string name;  // "env.NAME", "var.KEY"
  Secret value;
  std::string field = {};  // "type.alias.path" of that field; empty: no connection's
};

// A text inside a field that variables of whatever source complete: `{{ var.KEY }}` in
// connections.yaml.
struct OpenText {
  std::size_t connection = 0;      // index in SourceAnswer::connections
  std::size_t field = 0;           // index in its fields
  std::vector<std::size_t> inner;  // in the field's value: places of members and items, outer first
  std::vector<TemplatePiece> pieces;  // every reference is of kind kVariable
  std::string where;                  // "connections.yaml:12:5", for messages
};

// What one source says. Item i answers item i of the request. An item is what was asked for;
// kNotFound: not held here, and what is held instead (names only); or another error: held here, and
// not to be had, as with a ${NAME} that is not set, or a name that two have. It counts unless the
// environment overrides it.
struct SourceAnswer {
  std::vector<Result<Connection>> connections;
  std::vector<Result<Variable>> variables;
  // To be said on every use, one sentence each: a plaintext store, a key tied to this machine.
  std::vector<std::string> warnings = {};
  // Everything that is held here, as far as the source can tell, for messages about what is not.
  std::vector<ConnectionEntry> held_connections = {};
  std::vector<std::string> held_variables = {};
  std::vector<EnvironmentReference> environment = {};
  std::vector<Ingredient> ingredients = {};
  std::vector<OpenText> open_texts = {};
  // What is attached beside the items of the request.
  std::vector<Connection> attached_connections = {};
  std::vector<Variable> attached_variables = {};
  // What all of this is held by; null: it is not lent.
  std::unique_ptr<Lease> lease = nullptr;
  // Where tools may fetch what is lent by themselves.
  std::optional<CredentialEndpoint> endpoint = {};
};

// `${NAME}` in a listed connection's field.
struct ListedReference {
  std::string field;  // its path
  std::string name;
  bool is_set = false;  // here and now, by the environment, `.env` or a default
};

// A connection as everybody may see it: no secret is in it.
struct ListedConnection {
  ConnectionName name;
  bool is_default = false;
  std::string description = {};
  std::string expires_at = {};
  std::string rotate_every = {};
  std::string last_used_at = {};  // RFC 3339; empty: not known
  std::string rotated_at = {};    // RFC 3339: when a secret changed last; empty: not known
  std::uint64_t version = 0;
  std::vector<Field> fields = {};               // without secret ones
  std::vector<std::string> secret_fields = {};  // paths
  std::vector<ListedReference> references = {};
};

struct ListedVariable {
  std::string key;
  std::string description = {};
  bool is_secret = false;
  std::uint64_t version = 0;
  std::string value = {};  // as everybody may see it; empty when it is secret
};

struct SourceListing {
  std::vector<ListedConnection> connections = {};
  std::vector<ListedVariable> variables = {};
  std::vector<std::string> warnings = {};
};

// What everybody may see of one.
ListedConnection ListingOf(const Connection& connection);
ListedVariable ListingOf(const Variable& variable);

class Source {
 public:
  virtual ~Source() = default;

  // As options spell it and messages show it: "file:/home/a/connections.enc.json".
  virtual std::string Description() const = 0;

  // Everything of the request that this source holds, from one consistent state. May block. An
  // error (damaged, wrong key, ambiguous reference, unreachable) names this source, and
  // means that it cannot answer at all and no other may be asked instead.
  virtual Result<SourceAnswer> Fetch(const FetchRequest& request) = 0;

  // Whether it can say what is attached to a repo. Only such a source is asked for that.
  virtual bool KnowsAttachments() const { return false; }

  // All that this source holds. Errors as of Fetch().
  virtual Result<SourceListing> List() = 0;
};

}  // namespace injector
