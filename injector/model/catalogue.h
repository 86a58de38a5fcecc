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
  std::span<const std::string_view> choices = {};  // all the values there are; empty: any
};

// Two canonical fields that are of use only together.
struct FieldPair {
  std::string_view first;
  std::string_view second;
};

enum class ExtraMembers {
  kAreFields,  // what stands in the map `extra` counts as if it stood beside it
  kStayInside,
};

struct TypeInfo {
  std::string_view name;
  std::string_view help;
  std::span<const FieldInfo> fields = {};
  std::span<const std::string_view> synonyms = {};  // other names of the type: "postgresql"
  std::span<const FieldPair> pairs = {};
  ExtraMembers extra_members = ExtraMembers::kAreFields;
};

// Sorted by name.
std::span<const TypeInfo> KnownTypes();
// The entry for `type`, by its name or a synonym; that of "generic" for a type nobody knows.
const TypeInfo& TypeInfoFor(std::string_view type);
// Whether both name one type: "postgresql" and "postgres" do.
bool IsSameType(std::string_view a, std::string_view b);
// What is known of the field that `field_name` (any spelling) means in `type`; nullptr when nothing
// is.
const FieldInfo* FindFieldInfo(std::string_view type, std::string_view field_name);
// Its default; empty when it has none.
std::string_view DefaultOfField(std::string_view type, std::string_view field_name);

// The name that `field_name` folds to in `type`: "user" -> "login" in postgres; itself in generic.
// "extra.region_name" folds as "region_name" does where members of `extra` are fields. The result
// lives as long as `field_name`.
std::string_view CanonicalFieldName(std::string_view type, std::string_view field_name);

// The value that `field_name` (any spelling) has in `connection`: one of its fields, or a member of
// its `extra`, under any synonym; with dots, a leaf inside a map or list ("ssl.cert", "hosts.0").
// nullptr when there is none; null counts as none. kConflict, naming both spellings and no value,
// when two spellings hold different values.
Result<const Value*> FindField(const Connection& connection, std::string_view field_name);

// Whether a field, or a leaf inside one ("ssl.key"), is secret: because its type says so, or the
// user, or its name (secret_names.h), or because what it stands in is secret.
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
