#include "injector/cli/connections/connection_change.h"

#include <algorithm>
#include <utility>

#include "injector/cli/connections/connection_advice.h"
#include "injector/cli/connections/connection_edit.h"
#include "injector/cli/connections/expiry.h"
#include "injector/cli/value_input.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/catalogue.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

Result<ConnectionInput> ReadJson(const ValueOrigin& origin) {
  ASSIGN_OR_RETURN(const Secret text, ReadDocument(origin, "--json"));
  Result<Value> json = ParseJson(text.Reveal());
  if (!json.ok()) return std::move(json).error().WithContext("--json");
  Result<ConnectionInput> input = ParseConnectionInput(*json);
  if (!input.ok()) return std::move(input).error().WithContext("--json");
  input->alias.reset();  // NAME on the command line counts
  input->version.reset();
  return input;
}

Result<ConnectionInput> ReadUri(const ValueOrigin& origin) {
  ASSIGN_OR_RETURN(const Secret text, ReadValue(origin, "--uri"));
  Result<Connection> connection = ParseAirflowUri(text.Reveal());
  if (!connection.ok()) return std::move(connection).error().WithContext("--uri");
  ConnectionInput input;
  input.type = std::move(connection->name.type);
  input.fields = std::move(connection->fields);
  return input;
}

Result<Connection> NewConnection(const std::string& type, const std::string& alias) {
  if (type.empty()) {
    return Error(ErrorCode::kInvalidArgument, alias + ": is new, and needs a type")
        .WithHint("add --type TYPE; `injector types` lists the known ones");
  }
  Connection connection;
  connection.name = {type, alias};
  return connection;
}

// What is spelt wrong would be stored, and reach no job.
Status RefuseMisspeltFields(const Connection& base, const SetRequest& request) {
  std::vector<std::string> names;
  for (const FieldArgument& field : request.fields) names.push_back(field.name);
  for (const SecretArgument& secret : request.secrets) names.push_back(secret.name);
  for (const std::string& name : names) {
    if (base.FieldNamed(name) != nullptr) continue;
    RETURN_IF_ERROR(RefuseMisspeltField(base.name.type, name));
  }
  return {};
}

Result<std::vector<Field>> GivenFields(const std::string& type, const SetRequest& request,
                                       std::vector<SecretValue> secrets) {
  std::vector<Field> fields;
  for (const FieldArgument& field : request.fields) {
    ASSIGN_OR_RETURN(Value value, ParseFieldValue(type, field.name, field.text));
    fields.push_back({field.name, std::move(value)});
  }
  for (SecretValue& secret : secrets) {
    const bool keep = request.keep_newline || FinalNewlineCounts(type, secret.name);
    const Secret text = keep ? std::move(secret.text) : WithoutFinalNewline(std::move(secret.text));
    if (!request.allow_empty) RETURN_IF_ERROR(RefuseEmpty(text, secret.name));
    ASSIGN_OR_RETURN(Value value, ParseFieldValue(type, secret.name, text.Reveal()));
    fields.push_back({secret.name, std::move(value)});
  }
  return fields;
}

Status CheckAllAgree(const ConnectionName& name, const std::vector<Field>& from_document,
                     const std::vector<Field>& from_arguments) {
  std::vector<Field> all;
  for (const auto* fields : {&from_document, &from_arguments}) {
    for (const Field& field : *fields) all.push_back({field.name, field.value.Clone()});
  }
  return CheckAgreement(name, all);
}

Result<Connection> WithGivenFields(Connection connection, const SetRequest& request,
                                   ReadValues values) {
  ASSIGN_OR_RETURN(std::vector<Field> fields,
                   GivenFields(connection.name.type, request, std::move(values.secrets)));
  RETURN_IF_ERROR(CheckAllAgree(connection.name, values.document.fields, fields));
  values.document.type.reset();  // decided already
  connection = ApplyInput(std::move(connection), std::move(values.document));
  for (const std::string& name : request.removed) {
    ASSIGN_OR_RETURN(connection, WithoutField(std::move(connection), name));
  }
  for (Field& field : fields) {
    ASSIGN_OR_RETURN(connection,
                     WithField(std::move(connection), field.name, std::move(field.value)));
  }
  for (const SecretArgument& secret : request.secrets) {
    connection = WithSecretField(std::move(connection), secret.name);
  }
  return connection;
}

Result<Connection> WithSettings(Connection connection, const SetRequest& request,
                                const Clock& clock) {
  if (request.is_default) connection.is_default = *request.is_default;
  if (request.description) connection.description = *request.description;
  if (request.rotate_every) {
    ASSIGN_OR_RETURN(connection.rotate_every, CheckedPeriod(*request.rotate_every));
  }
  if (!request.expires_at) return connection;
  ASSIGN_OR_RETURN(connection.expires_at, ParseExpiry(*request.expires_at, clock.Now()));
  return connection;
}

bool IsOrStandsIn(std::string_view path, std::string_view name) {
  return path == name || (path.starts_with(name) && path.substr(name.size()).starts_with('.'));
}

// A --field whose value nobody should see has been seen already; at least it must not stay so.
Status RefuseVisibleSecrets(const Connection& connection, const SetRequest& request) {
  const std::vector<FlatField> leaves = Flatten(connection);
  for (const FieldArgument& field : request.fields) {
    const bool is_secret = std::any_of(leaves.begin(), leaves.end(), [&](const FlatField& leaf) {
      return IsOrStandsIn(leaf.path, field.name) && (leaf.secret || HoldsSecret(*leaf.value));
    });
    if (is_secret) return SecretOnCommandLine(field.name);
  }
  return {};
}

// The fields that were given must not contradict what was there under another name.
Status CheckNoContradiction(const Connection& connection) {
  for (const Field& field : connection.fields) {
    RETURN_IF_ERROR(FindField(connection, field.name));
  }
  return {};
}

}  // namespace

Result<ReadValues> ReadAllValues(const SetRequest& request) {
  ReadValues values;
  if (request.json) {
    ASSIGN_OR_RETURN(values.document, ReadJson(*request.json));
  } else if (request.uri) {
    ASSIGN_OR_RETURN(values.document, ReadUri(*request.uri));
  }
  for (const SecretArgument& secret : request.secrets) {
    ASSIGN_OR_RETURN(Secret text, ReadValue(secret.origin, secret.name));
    values.secrets.push_back({secret.name, std::move(text)});
  }
  return values;
}

Result<std::string> WantedType(const SetRequest& request, const ConnectionInput& document) {
  const std::string given = document.type.value_or("");
  if (request.type.empty()) return given;
  const bool agrees =
      given.empty() || given == "generic" || IsSameType(request.type, given) || request.any_type;
  if (agrees) return request.type;
  return Error(ErrorCode::kInvalidArgument, std::string(request.uri ? "--uri" : "--json") +
                                                ": a connection of type " + given + ", not " +
                                                request.type)
      .WithHint("leave out the type beside it; --any-type stores it as " + request.type);
}

Result<ConnectionBase> NewBase(const std::string& type, const SetRequest& request) {
  ASSIGN_OR_RETURN(Connection connection, NewConnection(type, request.name.alias));
  if (!request.any_type) RETURN_IF_ERROR(RefuseMisspeltType(type));
  return ConnectionBase{std::move(connection), std::nullopt};
}

Result<ConnectionBase> BaseOn(Connection former, const SetRequest& request) {
  if (!request.replace) return ConnectionBase{former.Clone(), std::move(former)};
  ASSIGN_OR_RETURN(Connection empty, NewConnection(former.name.type, former.name.alias));
  return ConnectionBase{std::move(empty), std::move(former)};
}

Error OfOtherType(const ConnectionName& existing, const std::string& wanted) {
  return Error(ErrorCode::kConflict, existing.alias + ": is a connection of type " + existing.type +
                                         " already, not of type " + wanted);
}

bool AreAlike(const Connection& a, const Connection& b) {
  return a.is_default == b.is_default && ConnectionContent(a) == ConnectionContent(b);
}

Result<Connection> ChangedConnection(const ConnectionBase& base, const SetRequest& request,
                                     ReadValues values, const Clock& clock) {
  if (!request.any_field) RETURN_IF_ERROR(RefuseMisspeltFields(base.connection, request));
  ASSIGN_OR_RETURN(Connection connection,
                   WithGivenFields(base.connection.Clone(), request, std::move(values)));
  ASSIGN_OR_RETURN(connection, WithSettings(std::move(connection), request, clock));
  RETURN_IF_ERROR(RefuseVisibleSecrets(connection, request));
  RETURN_IF_ERROR(CheckNoContradiction(connection));
  // The bounds first: what follows walks the values.
  RETURN_IF_ERROR(CheckConnection(connection));
  RETURN_IF_ERROR(RefuseBadValues(base.former ? &*base.former : nullptr, connection));
  return connection;
}

std::string DescribeChange(const SetRequest& request, const Connection& connection,
                           std::uint64_t version) {
  const std::string name = connection.name.Full();
  const std::string done =
      version == 1 ? "added " + name : "changed " + name + ", version " + std::to_string(version);
  const bool worth_telling = request.json || request.uri || SecrecyHangsOnNames(connection);
  return worth_telling ? done + ": " + DescribeSecrecy(connection) : done;
}

}  // namespace injector
