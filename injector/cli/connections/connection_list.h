#pragma once
// What `connections list` shows: connections of one or several sources, as text and as JSON.

#include <chrono>
#include <span>
#include <string>

#include "injector/cli/text.h"
#include "injector/model/value.h"
#include "injector/sources/connection_manager.h"

namespace injector {

// The connections by type, in the order they came with:
//
//   mysql
//     * movies  app@db.example.com:3306/movies
//       └─ Environment: MYSQL_PASSWORD [✓ Set]
//
// Holds no secret value.
std::string ConnectionListAsText(std::span<const ListedItem<ListedConnection>> connections,
                                 std::chrono::system_clock::time_point now,
                                 const Emphasis& emphasis);

// A list of {"name","type","default","description","version","fields":{…},"secretFields":[…],
// "source","environment":[{"variable","field","set"}]}, without secrets; where they apply also
// `expiresAt` with `expired`, `rotateEvery`, `rotatedAt`, `lastUsedAt`, `rotateBy`, `upkeep`
// (UpkeepStateName()) and `shadowedBy`.
Value ConnectionListAsJson(std::span<const ListedItem<ListedConnection>> connections,
                           std::chrono::system_clock::time_point now);

// "app@db.example.com:5432/movies sslmode=require": what of the fields everybody may see, on one
// line; the usual four in the usual form where there is a host.
std::string ConnectionSummaryLine(const ListedConnection& connection);

}  // namespace injector
