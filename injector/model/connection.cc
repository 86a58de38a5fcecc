#include "injector/model/connection.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector {
namespace {

constexpr std::size_t kTypeLimit = 64;
constexpr std::size_t kAliasLimit = 128;
constexpr std::size_t kVariableKeyLimit = 255;

bool IsWordCharacter(char c) { return IsAsciiAlnum(c) || c == '_'; }
bool IsTypeCharacter(char c) { return IsWordCharacter(c) || c == '-'; }
bool IsAliasCharacter(char c) { return IsTypeCharacter(c) || c == '.'; }

}  // namespace

bool IsValidType(std::string_view type) {
  return !type.empty() && type.size() <= kTypeLimit && IsAsciiAlnum(type.front()) &&
         std::all_of(type.begin(), type.end(), IsTypeCharacter);
}

bool IsValidAlias(std::string_view alias) {
  return !alias.empty() && alias.size() <= kAliasLimit && IsAsciiAlnum(alias.front()) &&
         alias.back() != '.' && std::all_of(alias.begin(), alias.end(), IsAliasCharacter);
}

bool IsValidVariableKey(std::string_view key) {
  return !key.empty() && key.size() <= kVariableKeyLimit && !IsAsciiDigit(key.front()) &&
         std::all_of(key.begin(), key.end(), IsWordCharacter);
}

Connection Connection::Clone() const {
  Connection copy;
  copy.name = name;
  copy.fields.reserve(fields.size());
  for (const Field& field : fields) copy.fields.push_back({field.name, field.value.Clone()});
  copy.secret_fields = secret_fields;
  copy.no_scrub = no_scrub;
  copy.is_default = is_default;
  copy.description = description;
  copy.version = version;
  copy.expires_at = expires_at;
  copy.rotate_every = rotate_every;
  return copy;
}

const Field* Connection::FieldNamed(std::string_view field_name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == field_name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace injector
