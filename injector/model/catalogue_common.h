#pragma once
// Field descriptions that many types share. For the catalogue's tables alone.

#include "injector/model/catalogue.h"

namespace injector::catalogue {

inline constexpr std::string_view kLoginSynonyms[] = {"user", "username"};
inline constexpr std::string_view kSchemaSynonyms[] = {"database", "dbname"};

inline constexpr FieldInfo kHost{.name = "host", .help = "host name or address"};
inline constexpr FieldInfo kLogin{.name = "login", .help = "user name", .synonyms = kLoginSynonyms};
inline constexpr FieldInfo kPassword{.name = "password", .secret = true, .help = "password"};
inline constexpr FieldInfo kSchema{
    .name = "schema", .help = "name of the database", .synonyms = kSchemaSynonyms};

constexpr FieldInfo PortField(std::string_view default_port) {
  return {.name = "port",
          .kind = FieldKind::kNumber,
          .default_value = default_port,
          .help = "TCP port"};
}

constexpr FieldInfo Required(FieldInfo field) {
  field.required = true;
  return field;
}

}  // namespace injector::catalogue
