#include "injector/cli/service/rotation_output.h"

#include <algorithm>
#include <string>
#include <utility>

#include "injector/cli/connections/connection_advice.h"
#include "injector/model/connection_json.h"
#include "injector/model/expiry_time.h"
#include "injector/model/json.h"
#include "injector/service/connection_acts.h"

namespace injector {
namespace {

Error Wrong(const std::string& what) {
  return {ErrorCode::kInvalidArgument, "--exec: the program's output: " + what};
}

// {"config": {…}} and at most `expiresAt` beside it, unless the connection has such a field.
bool IsEnvelope(const Connection& current, const Value& json) {
  const Value* config = json.Find("config");
  const bool has_config = config != nullptr && config->kind() == Value::Kind::kMap;
  return has_config && current.FieldNamed("config") == nullptr &&
         std::all_of(json.members().begin(), json.members().end(), [](const Value::Member& member) {
           return member.name == "config" || member.name == "expiresAt";
         });
}

// A program that prints the new secret alone would lose all else; a field that nobody knows might
// be a secret under a name that does not say so.
Result<Connection> WithConfig(const Connection& current, const Value& config) {
  Connection next = current.Clone();
  for (Field& field : next.fields) {
    const Value* value = config.Find(field.name);
    if (value == nullptr) return Wrong(field.name + " is missing").WithHint("print all the fields");
    if (value->is_null() && !field.value.is_null()) return Wrong(field.name + " is null");
    field.value = value->Clone();
  }
  if (config.members().size() == next.fields.size()) return next;
  return Wrong("it has a field that the connection has not");
}

}  // namespace

Result<Connection> ConnectionPrinted(const Connection& current, std::string_view text) {
  const Result<Value> json = ParseJson(text);
  if (!json.ok()) return Wrong("no JSON: " + json.error().message());
  if (json->kind() != Value::Kind::kMap) return Wrong("expected one JSON object");
  const bool is_envelope = IsEnvelope(current, *json);
  ASSIGN_OR_RETURN(Connection next,
                   WithConfig(current, is_envelope ? *json->Find("config") : *json));
  if (const Value* end = is_envelope ? json->Find("expiresAt") : nullptr) {
    if (end->kind() != Value::Kind::kString) return Wrong("expiresAt: expected a time");
    next.expires_at = ExpiryTime(end->string().Reveal());
  }
  for (const Status& status : {CheckConnection(next), RefuseBadValues(&current, next)}) {
    if (!status.ok()) return Wrong(status.error().message());
  }
  if (!HasNewSecret(current, next)) return Wrong("no secret of it is new");
  return next;
}

}  // namespace injector
