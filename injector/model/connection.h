#pragma once
// A connection: how to reach and log in to one outside system. Identity is type + alias, everything
// else is fields. See also catalogue.h (what is known of a type), reference.h (how jobs name
// connections).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector {

struct ConnectionName {
  std::string type;   // [A-Za-z0-9][A-Za-z0-9_-]{0,63}
  std::string alias;  // [A-Za-z0-9]([A-Za-z0-9_.-]{0,126}[A-Za-z0-9_-])?

  // "@type.alias"
  std::string Full() const { return "@" + type + "." + alias; }
  friend bool operator==(const ConnectionName&, const ConnectionName&) = default;
};

bool IsValidType(std::string_view type);
bool IsValidAlias(std::string_view alias);

struct Field {
  std::string name;
  Value value;
};

struct Connection {
  ConnectionName name;
  std::vector<Field> fields;  // in the order and under the names they came with
  std::vector<std::string>
      secret_fields;                  // declared secret by the user, beside what type and name say
  std::vector<std::string> no_scrub;  // fields that the scrubber leaves alone, by the user's word
  bool is_default = false;            // what "@type" picks
  std::string description;
  std::uint64_t version = 0;  // 1 for the first; 0: the source does not count
  std::string expires_at;     // RFC 3339, empty: never
  std::string rotate_every;   // ParsePeriod() (upkeep.h): "90d"; empty: nobody is reminded

  Connection Clone() const;

  // The field whose name is exactly `field_name`; nullptr when there is none. For lookups that know
  // synonyms use FindField (catalogue.h).
  const Field* FieldNamed(std::string_view field_name) const;
};

struct Variable {
  std::string key;
  Secret value;
  std::string description;
  bool is_secret = false;
  std::uint64_t version = 0;
};

// [A-Za-z_][A-Za-z0-9_]{0,254}, so that the key in upper case is a variable name every shell takes.
bool IsValidVariableKey(std::string_view key);

}  // namespace injector
