#include "injector/exchange/dotenv_migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DotenvMigration Migrate(std::string_view text) { return MigrateDotenv(*ParseDotenv(text, "f")); }

// "@type.alias.field=text" in order.
std::vector<std::string> Placed(std::string_view text) {
  std::vector<std::string> lines;
  for (const Connection& connection : Migrate(text).connections) {
    for (const Field& field : connection.fields) {
      lines.push_back(connection.name.Full() + "." + field.name + "=" +
                      std::string(field.value.ToText().Reveal()));
    }
  }
  return lines;
}

TEST(DotenvMigrationTest, GroupsByWhatVariablesAreCalled) {
  const struct {
    const char* text;
    std::vector<std::string> placed;
  } rows[] = {
      {"MYSQL_HOST=h\nMYSQL_PASSWORD=p",
       {"@mysql.main.host=h", "@mysql.main.password=${MYSQL_PASSWORD}"}},
      {"MYSQL_MOVIES_HOST=h", {"@mysql.movies.host=h"}},
      {"MOVIES_MYSQL_HOST=h", {"@mysql.movies.host=h"}},
      {"MARIADB_HOST=h", {"@mysql.main.host=h"}},
      {"PGHOST=h\nPGPASSWORD=p",
       {"@postgres.main.host=h", "@postgres.main.password=${PGPASSWORD}"}},
      {"MYSQL_PWD=p", {"@mysql.main.password=${MYSQL_PWD}"}},
      {"AWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=b",
       {"@aws.main.access_key_id=A", "@aws.main.secret_access_key=${AWS_SECRET_ACCESS_KEY}"}},
      {"API_HOST=h\nAPI_TOKEN=t", {"@generic.api.host=h", "@generic.api.token=${API_TOKEN}"}},
      // What is filled in is never looked at again, but what is literal is.
      {"MYSQL_HOST='${x}{{ y }}'", {"@mysql.main.host=$${x}{{ \"{{\" }} y }}"}},
      {"", {}},
  };
  for (const auto& row : rows) EXPECT_EQ(Placed(row.text), row.placed) << row.text;
}

TEST(DotenvMigrationTest, AValueThatHoldsAPasswordStaysInTheFile) {
  EXPECT_THAT(Placed("MONGODB_URI=mongodb://u:p@h/"),
              ElementsAre("@mongodb.main.uri=${MONGODB_URI}"));
}

TEST(DotenvMigrationTest, SaysWhatHasFoundNoPlace) {
  const auto unplaced = [](std::string_view text) {
    std::vector<std::string> lines;
    for (const UnplacedVariable& variable : Migrate(text).unplaced) {
      lines.push_back(variable.name + ": " + variable.reason);
    }
    return lines;
  };
  EXPECT_THAT(unplaced("DEBUG=1\n"), ElementsAre("DEBUG: belongs to no family that is known"));
  EXPECT_THAT(unplaced("MYSQL_HOST=\n"), ElementsAre("MYSQL_HOST: is empty"));
  EXPECT_THAT(unplaced("MYSQL_PASSWORD=a\nMYSQL_PWD=b\n"),
              ElementsAre("MYSQL_PWD: @mysql.main has its password already"));
  EXPECT_THAT(unplaced("MYSQL_HOST=h\n"), IsEmpty());
}

}  // namespace
}  // namespace injector
