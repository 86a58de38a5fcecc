#include "injector/cli/connection_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/clock.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto kNow = *ParseRfc3339("2026-06-01T00:00:00Z");

Connection Make(std::string type, std::string alias, std::string_view fields) {
  Connection connection;
  connection.name = {std::move(type), std::move(alias)};
  return ApplyInput(std::move(connection), *ParseConnectionInput(*ParseJson(fields)));
}

std::vector<ConnectionRow> Example() {
  std::vector<ConnectionRow> rows;
  rows.push_back({Make("mysql", "db_movies",
                       R"({"host":"movies.db.example.com","port":3306,"database":"padak",)"
                       R"("user":"admin","password":"${MYSQL_PASSWORD}"})"),
                  "yaml:connections.yaml",
                  {{"MYSQL_PASSWORD", true}}});
  rows.back().connection.is_default = true;
  rows.push_back(
      {Make("duckdb", "local", R"({"path":"./data/local.duckdb"})"), "yaml:connections.yaml"});
  rows.push_back({Make("mysql", "ana", R"({"host":"h","password":"hunter2-pw","ssl":{"key":"k"}})"),
                  "file:store.json",
                  {{"A", false}, {"B", true}},
                  "yaml:connections.yaml"});
  rows.back().connection.expires_at = "2026-05-31T00:00:00Z";
  return rows;
}

TEST(ConnectionList, IsATreeByType) {
  EXPECT_EQ(ConnectionListAsText(Example(), kNow, Emphasis::None()),
            "mysql\n"
            "  * db_movies  admin@movies.db.example.com:3306/padak\n"
            "    ├─ Environment: MYSQL_PASSWORD [✓ Set]\n"
            "    └─ Source: yaml:connections.yaml\n"
            "    ana        h\n"
            "    ├─ Expired: 2026-05-31T00:00:00Z\n"
            "    ├─ Environment: A [✗ Missing]\n"
            "    ├─ Environment: B [✓ Set]\n"
            "    ├─ Source: file:store.json\n"
            "    └─ Shadowed by: yaml:connections.yaml\n"
            "\n"
            "duckdb\n"
            "    local      ./data/local.duckdb\n"
            "    └─ Source: yaml:connections.yaml\n");
}

TEST(ConnectionList, SaysTheSourceOnlyWhereThereAreTwo) {
  std::vector<ConnectionRow> rows = Example();
  rows.pop_back();
  EXPECT_THAT(ConnectionListAsText(rows, kNow, Emphasis::None()), Not(HasSubstr("Source")));
}

TEST(ConnectionList, AsJson) {
  const Value json = ConnectionListAsJson(Example(), kNow);
  EXPECT_EQ(WriteJson(json.items()[0]).Reveal(),
            R"({"name":"db_movies","type":"mysql","default":true,"description":"","version":0,)"
            R"("fields":{"host":"movies.db.example.com","port":3306,"database":"padak",)"
            R"("user":"admin"},"secretFields":["password"],"source":"yaml:connections.yaml",)"
            R"("environment":[{"variable":"MYSQL_PASSWORD","set":true}]})");
  EXPECT_EQ(WriteJson(json.items()[2]).Reveal(),
            R"({"name":"ana","type":"mysql","default":false,"description":"","version":0,)"
            R"("fields":{"host":"h","ssl":{}},"secretFields":["password","ssl.key"],)"
            R"("expiresAt":"2026-05-31T00:00:00Z","source":"file:store.json",)"
            R"("environment":[{"variable":"A","set":false},{"variable":"B","set":true}],)"
            R"("expired":true,"shadowedBy":"yaml:connections.yaml"})");
}

TEST(ConnectionSummary, ShowsWhatEverybodyMaySee) {
  const struct {
    const char* type;
    const char* fields;
    const char* line;
  } rows[] = {
      {"postgres", R"({"host":"h"})", "h"},
      {"postgres", R"({"dbname":"d","user":"u","host":"h","port":1,"password":"x"})", "u@h:1/d"},
      {"postgres", R"({"host":"h","sslmode":"require","login":"u"})", "u@h sslmode=require"},
      {"postgres", R"({"login":"u","port":1})", "login=u port=1"},
      {"aws", R"({"login":"AKIA","region":"eu"})", "login=AKIA region=eu"},
      {"generic", R"({"url":"https://u:hunter2-pw@h/","extra":{"api_key":"k","n":1}})",
       "url=https://u:***@h/ extra.n=1"},
      {"generic", R"({"host":{"a":1}})", "host.a=1"},
      {"generic", R"({})", ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ConnectionSummaryLine(Make(row.type, "a", row.fields)), row.line) << row.fields;
  }
}

TEST(ConnectionSummary, ShortensLongValues) {
  std::string long_text;
  for (int i = 0; i < 60; ++i) long_text += "é";
  Connection connection = Make("generic", "a", "{}");
  connection.fields.push_back({"motto", Value::String(long_text)});
  EXPECT_EQ(ConnectionSummaryLine(connection), "motto=" + long_text.substr(0, 96) + "…");
}

TEST(ConnectionExpiry, IsOverFromThatSecondOn) {
  Connection connection = Make("generic", "a", "{}");
  EXPECT_FALSE(IsExpired(connection, kNow));
  connection.expires_at = "2026-06-01T00:00:01Z";
  EXPECT_FALSE(IsExpired(connection, kNow));
  connection.expires_at = "2026-06-01T02:00:00+02:00";
  EXPECT_TRUE(IsExpired(connection, kNow));
}

}  // namespace
}  // namespace injector
