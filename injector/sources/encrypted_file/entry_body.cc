#include "injector/sources/encrypted_file/entry_body.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/utf8.h"
#include "injector/sources/encrypted_file/document.h"
#include "injector/sources/encrypted_file/format.h"
#include "injector/sources/encrypted_file/member_reader.h"

namespace injector {
namespace {

Error Invalid(std::string problem) { return {ErrorCode::kInvalidArgument, std::move(problem)}; }

Error NotUtf8(const std::string& what) {
  return Invalid(what + ": not UTF-8").WithHint("store bytes as base64 text");
}

bool IsStorableText(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kString:
      return IsValidUtf8(value.string().Reveal());
    case Value::Kind::kList:
      return std::all_of(value.items().begin(), value.items().end(), IsStorableText);
    case Value::Kind::kMap:
      return std::all_of(value.members().begin(), value.members().end(), [](const auto& member) {
        return IsValidUtf8(member.name) && IsStorableText(member.value);
      });
    default:
      return true;
  }
}

bool IsNestedDeeperThan(const Value& value, std::size_t depth) {
  const auto deeper = [&](const Value& inner) {
    return depth == 0 || IsNestedDeeperThan(inner, depth - 1);
  };
  if (value.kind() == Value::Kind::kList) {
    return std::any_of(value.items().begin(), value.items().end(), deeper);
  }
  return value.kind() == Value::Kind::kMap &&
         std::any_of(value.members().begin(), value.members().end(),
                     [&](const auto& member) { return deeper(member.value); });
}

bool RepeatsAMember(const Value& value) {
  if (value.kind() == Value::Kind::kList) {
    return std::any_of(value.items().begin(), value.items().end(), RepeatsAMember);
  }
  if (value.kind() != Value::Kind::kMap) return false;
  std::set<std::string_view> names;
  return std::any_of(value.members().begin(), value.members().end(), [&](const auto& member) {
    return !names.insert(member.name).second || RepeatsAMember(member.value);
  });
}

// Depth before the others: they recurse.
Status CheckValue(const std::string& what, const Value& value) {
  if (IsNestedDeeperThan(value, store_format::kMaxValueDepth)) {
    return Invalid(what + ": nested deeper than " + std::to_string(store_format::kMaxValueDepth) +
                   " levels");
  }
  if (!IsStorableText(value)) return NotUtf8(what);
  if (RepeatsAMember(value)) return Invalid(what + ": has a member twice");
  return {};
}

Status CheckText(const std::string& what, std::string_view text) {
  if (!IsValidUtf8(text)) return NotUtf8(what);
  return {};
}

Status CheckName(const ConnectionName& name) {
  if (!IsValidType(name.type)) {
    return Invalid("connection type: expected a letter or digit, then up to 63 of A-Z a-z 0-9 _ -");
  }
  if (!IsValidAlias(name.alias)) {
    return Invalid(
        "connection name: expected a letter or digit, then up to 127 of A-Z a-z 0-9 _ . -, not "
        "ending in a dot");
  }
  return {};
}

Status CheckFields(const Connection& connection) {
  std::set<std::string_view> names;
  for (const Field& field : connection.fields) {
    RETURN_IF_ERROR(CheckText(connection.name.Full() + ": a field's name", field.name));
    const std::string what = connection.name.Full() + ": field " + field.name;
    if (!names.insert(field.name).second) return Invalid(what + ": is there twice");
    RETURN_IF_ERROR(CheckValue(what, field.value));
  }
  return {};
}

Result<Value> EncodeTexts(const std::string& what, const std::vector<std::string>& texts) {
  std::vector<Value> items;
  for (const std::string& text : texts) {
    RETURN_IF_ERROR(CheckText(what, text));
    items.push_back(Value::String(text));
  }
  return Value::List(std::move(items));
}

}  // namespace

Result<Value> EncodeBody(const Connection& connection) {
  RETURN_IF_ERROR(CheckName(connection.name));
  RETURN_IF_ERROR(CheckFields(connection));
  const std::string name = connection.name.Full();
  RETURN_IF_ERROR(CheckText(name + ": description", connection.description));
  RETURN_IF_ERROR(CheckText(name + ": expiresAt", connection.expires_at));
  RETURN_IF_ERROR(CheckText(name + ": rotateEvery", connection.rotate_every));
  ASSIGN_OR_RETURN(Value secret_fields,
                   EncodeTexts(name + ": secret fields", connection.secret_fields));
  ASSIGN_OR_RETURN(Value no_scrub, EncodeTexts(name + ": unscrubbed fields", connection.no_scrub));

  std::vector<Value::Member> fields;
  for (const Field& field : connection.fields) fields.push_back({field.name, field.value.Clone()});
  std::vector<Value::Member> members;
  members.push_back({"fields", Value::Map(std::move(fields))});
  members.push_back({"secretFields", std::move(secret_fields)});
  members.push_back({"noScrub", std::move(no_scrub)});
  members.push_back({"description", Value::String(connection.description)});
  members.push_back({"expiresAt", Value::String(connection.expires_at)});
  if (!connection.rotate_every.empty()) {
    members.push_back({"rotateEvery", Value::String(connection.rotate_every)});
  }
  return Value::Map(std::move(members));
}

Result<Value> EncodeBody(const Variable& variable) {
  if (!IsValidVariableKey(variable.key)) {
    return Invalid("variable key: expected a letter or _, then up to 254 of A-Z a-z 0-9 _");
  }
  RETURN_IF_ERROR(CheckText("variable " + variable.key, variable.value.Reveal()));
  RETURN_IF_ERROR(CheckText("variable " + variable.key + ": description", variable.description));
  std::vector<Value::Member> members;
  members.push_back({"value", Value::String(variable.value.Clone())});
  members.push_back({"description", Value::String(variable.description)});
  return Value::Map(std::move(members));
}

Result<Connection> DecodeBody(const ConnectionSummary& summary, const Value& body) {
  MemberReader reader(body);
  Connection connection;
  connection.name = summary.name;
  connection.is_default = summary.is_default;
  connection.version = summary.version;
  const Value& fields = reader.Map("fields");
  connection.secret_fields = reader.TextList("secretFields");
  connection.no_scrub = reader.TextList("noScrub");
  connection.description = reader.Text("description");
  connection.expires_at = reader.Text("expiresAt");
  if (body.Find("rotateEvery") != nullptr) connection.rotate_every = reader.Text("rotateEvery");
  if (!reader.ReadAll()) return DamagedStore();
  for (const Value::Member& field : fields.members()) {
    connection.fields.push_back({field.name, field.value.Clone()});
  }
  return connection;
}

Result<Variable> DecodeBody(const VariableSummary& summary, const Value& body) {
  MemberReader reader(body);
  Variable variable;
  variable.key = summary.key;
  variable.value = reader.SecretText("value");
  variable.description = reader.Text("description");
  variable.is_secret = summary.is_secret;
  variable.version = summary.version;
  if (!reader.ReadAll()) return DamagedStore();
  return variable;
}

}  // namespace injector
