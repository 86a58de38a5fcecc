#pragma once
// What `connections list` shows: connections of one or several sources, as text and as JSON.

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "injector/cli/text.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector {

// A ${VAR} that a field of the connection needs.
struct EnvironmentUse {
  std::string variable;
  bool is_set = false;  // in the environment or the .env file, and not empty
};

struct ConnectionRow {
  Connection connection;
  std::string source;  // as options spell it: "file:connections.enc.json"
  std::vector<EnvironmentUse> environment = {};
  std::string shadowed_by = {};  // the source that hides this one; empty: none does
};

// The connections by type, in the order they came with:
//
//   mysql
//     * movies  app@db.example.com:3306/movies
//       └─ Environment: MYSQL_PASSWORD [✓ Set]
//
// Holds no secret value.
std::string ConnectionListAsText(std::span<const ConnectionRow> connections,
                                 std::chrono::system_clock::time_point now,
                                 const Emphasis& emphasis);

// A list of what ConnectionToJson (connection_json.h) gives without secrets, each with `source` and
// `environment` [{"variable","set"}]; where they apply also `expired` and `shadowedBy`.
Value ConnectionListAsJson(std::span<const ConnectionRow> connections,
                           std::chrono::system_clock::time_point now);

// "app@db.example.com:5432/movies sslmode=require": what of the fields everybody may see, on one
// line; the usual four in the usual form where there is a host.
std::string ConnectionSummaryLine(const Connection& connection);

// Whether the credentials of `connection` have ended.
bool IsExpired(const Connection& connection, std::chrono::system_clock::time_point now);

}  // namespace injector
