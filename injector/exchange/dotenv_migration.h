#pragma once
// From the variables of a `.env` file to connections: MYSQL_HOST, MYSQL_PASSWORD … become one of
// type mysql, by what the catalogue knows of types and fields.
//
//   TYPE_FIELD          MYSQL_PASSWORD, AWS_ACCESS_KEY_ID: the connection `main` of that type
//   TYPE_NAME_FIELD     MYSQL_MOVIES_PASSWORD: its connection `movies`
//   NAME_TYPE_FIELD     MOVIES_MYSQL_PASSWORD: the same
//   PGHOST …            the names that the type's own tools read
//   NAME_HOST, NAME_USER, NAME_PASSWORD …   type generic, when there is a host and one more

#include <span>
#include <string>
#include <vector>

#include "injector/model/connection.h"
#include "injector/sources/dotenv.h"

namespace injector {

struct UnplacedVariable {
  std::string name;
  std::string reason;
};

struct DotenvMigration {
  // As connections.yaml has them: what is secret, by its field or by what it holds, stands as
  // ${VARIABLE}, everything else as its literal text. In the order of the file.
  std::vector<Connection> connections;
  std::vector<UnplacedVariable> unplaced;
};

// Pure; names no value but in `connections`.
DotenvMigration MigrateDotenv(std::span<const DotenvEntry> entries);

}  // namespace injector
