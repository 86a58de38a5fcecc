#pragma once
// What is known of each connection type: its fields, which are required or secret, their defaults,
// and the synonyms under which people write them. Fields are stored and shown under the name they
// came with; synonyms act wherever a field is looked up. An unknown type acts as `generic`.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

enum class FieldKind { kText, kNumber, kBoolean, kUrl, kPath, kPem, kMap };

struct FieldInfo {
  std::string_view name;  // canonical
  FieldKind kind = FieldKind::kText;
  bool required = false;
  bool secret = false;
  std::string_view default_value = {};  // empty: none
  std::string_view help = {};
  std::span<const std::string_view> synonyms = {};
};

struct TypeInfo {
  std::string_view name;
  std::string_view help;
  std::span<const FieldInfo> fields;
};

// Sorted by name.
std::span<const TypeInfo> KnownTypes();
// The entry for `type`; that of "generic" for a type nobody knows.
const TypeInfo& TypeInfoFor(std::string_view type);

// The name that `field_name` folds to in `type`: "user" -> "login" in postgres; itself in generic.
std::string_view CanonicalFieldName(std::string_view type, std::string_view field_name);

// The value that `field_name` (any spelling) has in `connection`: one of its fields, or a member of
// its `extra`, under any synonym. nullptr when there is none. kConflict, naming both spellings and
// no value, when two spellings hold different values.
Result<const Value*> FindField(const Connection& connection, std::string_view field_name);

// Whether a field is secret: because its type says so, or the user, or its name (secret_names.h).
bool IsSecretField(const Connection& connection, std::string_view field_name);

// A connection's field map as flat leaves: {"ssl": {"cert": "…"}, "hosts": ["a"]} gives `ssl.cert`
// and `hosts.0`. Secrecy is inherited downwards, and a secret-named member inside makes itself
// secret.
struct FlatField {
  std::string path;
  const Value* value;
  bool secret;
};
std::vector<FlatField> Flatten(const Connection& connection);

}  // namespace injector
