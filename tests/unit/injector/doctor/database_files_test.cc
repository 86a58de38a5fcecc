// Types sqlite, duckdb and database: files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using injector::testing::TempDir;
using testing::CheckOver;
using testing::ConnectionOf;
using testing::FakeNetwork;
using ::testing::HasSubstr;

CheckResult CheckPath(const std::string& type, const std::string& field, const std::string& path) {
  FakeNetwork network(FakeNetwork::Script{});
  return CheckOver(network, ConnectionOf(type, R"({")" + field + R"(":")" + path + R"("})"));
}

TEST(DatabaseFilesTest, KnowTheirOwn) {
  const TempDir directory;
  const std::string sqlite =
      directory.Write("s", std::string("SQLite format 3\0", 16) + std::string(84, 'x'));
  const std::string duckdb = directory.Write("d", std::string(8, 'x') + "DUCK" + "rest");
  const std::string empty = directory.Write("e", "");
  EXPECT_EQ(CheckPath("sqlite", "path", sqlite).category, Category::kOk);
  EXPECT_EQ(CheckPath("duckdb", "path", duckdb).category, Category::kOk);
  EXPECT_EQ(CheckPath("sqlite", "path", empty).category, Category::kOk);
  EXPECT_EQ(CheckPath("database", "uri", "sqlite:///" + sqlite).category, Category::kOk);
  EXPECT_EQ(CheckPath("duckdb", "path", sqlite).message, sqlite + ": is not a database of DuckDB");
  EXPECT_EQ(CheckPath("sqlite", "path", duckdb).category, Category::kUnknown);
}

TEST(DatabaseFilesTest, MissingOnesAreNotMade) {
  const TempDir directory;
  const CheckResult result = CheckPath("sqlite", "path", directory / "none");
  EXPECT_EQ(result.category, Category::kMissing);
  EXPECT_EQ(CheckPath("sqlite", "path", directory / "none").category, Category::kMissing);
  EXPECT_EQ(CheckPath("sqlite", "path", directory.path()).category, Category::kUnknown);
}

TEST(DatabaseFilesTest, MemoryAndOtherPlacesNeedNoFile) {
  EXPECT_EQ(CheckPath("sqlite", "path", ":memory:").category, Category::kOk);
  EXPECT_THAT(CheckPath("duckdb", "path", "md:movies").message, HasSubstr("not tried"));
}

TEST(DatabaseFilesTest, UrlIsReadAsAJobReadsIt) {
  const TempDir directory;
  directory.Write("a b", "");
  EXPECT_EQ(CheckPath("database", "uri", "sqlite:///" + directory.path() + "/a%20b").category,
            Category::kOk);
  EXPECT_EQ(CheckPath("database", "uri", "oracle://h/x").category, Category::kUnknown);
}

}  // namespace
}  // namespace injector::doctor
