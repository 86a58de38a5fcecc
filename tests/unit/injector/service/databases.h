#pragma once
// The databases that each test of the service runs over: an SQLite file of its own, and a database
// of its own in one PostgreSQL server that all tests of the program share.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/postgres_server.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {

enum class DatabaseKind { kSqlite, kPostgres };

inline const auto kAllDatabases = ::testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres);

struct DatabaseKindName {
  std::string operator()(const ::testing::TestParamInfo<DatabaseKind>& info) const {
    return info.param == DatabaseKind::kSqlite ? "Sqlite" : "Postgres";
  }
};

// The server of all PostgreSQL databases here.
PostgresServer& SharedPostgres();

// Ends every connection to the database at `url`, as an administrator can; how many.
int CutConnections(const std::string& url);

// An empty database for one test.
class TestDatabase {
 public:
  explicit TestDatabase(DatabaseKind kind);

  const std::string& url() const { return url_; }
  // Everything that the database has on the disk, where a test can read it (SQLite).
  std::string FileBytes() const;

 private:
  TempDir directory_;
  std::string url_;
};

}  // namespace injector::testing
