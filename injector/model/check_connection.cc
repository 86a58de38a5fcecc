// The bounds of connection_json.h.

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/clock.h"
#include "injector/base/utf8.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/upkeep.h"

namespace injector {
namespace {

Error Invalid(std::string problem) {
  return Error(ErrorCode::kInvalidArgument, std::move(problem));
}

bool IsValidFieldName(std::string_view name) {
  return !name.empty() && name.size() <= kFieldNameLimit && IsValidUtf8(name) &&
         !HoldsAsciiControl(name);
}

bool HasUnnamedMember(const Value& value) {
  if (value.kind() == Value::Kind::kList) {
    return std::any_of(value.items().begin(), value.items().end(), HasUnnamedMember);
  }
  return value.kind() == Value::Kind::kMap &&
         std::any_of(value.members().begin(), value.members().end(), [](const auto& member) {
           return member.name.empty() || HasUnnamedMember(member.value);
         });
}

// A job sees leaves ("a.b"): of two with one name it would get one, and nobody could say which.
Status CheckLeafNames(const Connection& connection) {
  std::set<std::string> paths;
  for (FlatField& leaf : Flatten(connection)) {
    const auto [path, is_new] = paths.insert(std::move(leaf.path));
    if (is_new) continue;
    return Invalid("field " + *path + ": there are two of this name, one of them inside a map")
        .WithHint("remove or rename one of them");
  }
  return {};
}

Status CheckField(const Connection& connection, const Field& field) {
  if (!IsValidFieldName(field.name)) {
    return Invalid("a field name must be 1 to " + std::to_string(kFieldNameLimit) +
                   " bytes of UTF-8 without control characters");
  }
  if (connection.FieldNamed(field.name) != &field) {
    return Invalid("field " + field.name + ": given twice");
  }
  if (HasUnnamedMember(field.value)) {
    return Invalid("field " + field.name + ": has a member with an empty name");
  }
  if (field.value.ToText().size() > kFieldValueLimit) {
    return Invalid("field " + field.name + ": longer than " + std::to_string(kFieldValueLimit) +
                   " bytes");
  }
  return {};
}

}  // namespace

Status CheckConnection(const Connection& connection) {
  if (!IsValidType(connection.name.type)) {
    return Invalid("type: must be 1 to 64 letters, digits, _ or -, a letter or digit first");
  }
  if (!IsValidAlias(connection.name.alias)) {
    return Invalid(
        "name: must be 1 to 128 letters, digits, _ - or ., a letter or digit first and no dot "
        "last");
  }
  if (connection.fields.size() > kFieldCountLimit) {
    return Invalid("more than " + std::to_string(kFieldCountLimit) + " fields");
  }
  for (const Field& field : connection.fields) {
    RETURN_IF_ERROR(CheckField(connection, field));
  }
  RETURN_IF_ERROR(CheckLeafNames(connection));
  if (!connection.expires_at.empty() && !ParseRfc3339(connection.expires_at)) {
    return Invalid("expiresAt: expected a time like 2026-01-31T08:05:00Z");
  }
  if (!connection.rotate_every.empty() && !ParsePeriod(connection.rotate_every)) {
    return Invalid("rotateEvery: expected days or hours like 90d or 12h, at most 3650d");
  }
  return {};
}

}  // namespace injector
