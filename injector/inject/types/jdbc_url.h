#pragma once
// A connection as Java's drivers take it. Nothing finds such a URL by itself, so a job gets one
// where it says into which variable: `env: {SPRING_DATASOURCE_URL: jdbc_url}` of a job file, or
// --fields.

#include <optional>
#include <string_view>

#include "injector/base/result.h"
#include "injector/inject/field_text.h"
#include "injector/model/connection.h"

namespace injector {

// How jobs name it, beside a connection's fields.
inline constexpr std::string_view kJdbcUrl = "jdbc_url";

// For postgres (jdbc.postgresql.org, "Connecting to the Database"), mysql (MySQL Connector/J,
// "Connection URL Syntax"), sqlite (Xerial's driver) and a database of one of these dialects by its
// parts. Login and password are in it, every part percent-encoded. nullopt for other types, and for
// what such a URL cannot say: a directory of sockets, a list of hosts, no host and no path.
Result<std::optional<FieldText>> JdbcUrl(const Connection& connection);

}  // namespace injector
