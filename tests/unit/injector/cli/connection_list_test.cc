#include "injector/cli/connections/connection_list.h"

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

using Listed = ListedItem<ListedConnection>;

std::vector<Listed> Example() {
  std::vector<Listed> listed;
  listed.push_back({ListingOf(Make("mysql", "db_movies",
                                   R"({"host":"movies.db.example.com","port":3306,)"
                                   R"("database":"padak","user":"admin","password":"pw"})")),
                    "yaml:connections.yaml", ""});
  listed.back().item.references = {{"password", "MYSQL_PASSWORD", true}};
  listed.back().item.is_default = true;
  listed.push_back({ListingOf(Make("duckdb", "local", R"({"path":"./data/local.duckdb"})")),
                    "yaml:connections.yaml", ""});
  listed.push_back(
      {ListingOf(Make("mysql", "ana", R"({"host":"h","password":"hunter2-pw","ssl":{"key":"k"}})")),
       "file:store.json", "yaml:connections.yaml"});
  listed.back().item.references = {{"password", "A", false}, {"ssl.key", "B", true}};
  listed.back().item.expires_at = "2026-05-31T00:00:00Z";
  return listed;
}

TEST(ConnectionList, IsATreeByType) {
  EXPECT_EQ(ConnectionListAsText(Example(), kNow, Emphasis::None()),
            "mysql\n"
            "  * db_movies  admin@movies.db.example.com:3306/padak\n"
            "    ├─ Environment: MYSQL_PASSWORD [✓ Set]\n"
            "    └─ Source: yaml:connections.yaml\n"
            "    ana        h\n"
            "    ├─ EXPIRED: 2026-05-31T00:00:00Z\n"
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
  std::vector<Listed> rows = Example();
  rows.pop_back();
  EXPECT_THAT(ConnectionListAsText(rows, kNow, Emphasis::None()), Not(HasSubstr("Source")));
}

TEST(ConnectionList, AsJson) {
  const Value json = ConnectionListAsJson(Example(), kNow);
  EXPECT_EQ(WriteJson(json.items()[0]).Reveal(),
            R"({"name":"db_movies","type":"mysql","default":true,"description":"","version":0,)"
            R"("fields":{"host":"movies.db.example.com","port":3306,"database":"padak",)"
            R"("user":"admin"},"secretFields":["password"],"source":"yaml:connections.yaml",)"
            R"("environment":[{"variable":"MYSQL_PASSWORD","field":"password","set":true}]})");
  EXPECT_EQ(WriteJson(json.items()[2]).Reveal(),
            R"({"name":"ana","type":"mysql","default":false,"description":"","version":0,)"
            R"("fields":{"host":"h","ssl":{}},"secretFields":["password","ssl.key"],)"
            R"("source":"file:store.json","environment":[)"
            R"({"variable":"A","field":"password","set":false},)"
            R"({"variable":"B","field":"ssl.key","set":true}],)"
            R"("expiresAt":"2026-05-31T00:00:00Z","expired":true,"upkeep":"expired",)"
            R"("shadowedBy":"yaml:connections.yaml"})");
}

// One connection whose secret changed at the beginning of the year.
std::string ListOf(const char* expires_at, const char* rotate_every, const char* rotated_at) {
  std::vector<Listed> rows;
  rows.push_back({ListingOf(Make("http", "api", R"({"host":"h"})")), "s", ""});
  rows.back().item.expires_at = expires_at;
  rows.back().item.rotate_every = rotate_every;
  rows.back().item.rotated_at = rotated_at;
  const Value json = ConnectionListAsJson(rows, kNow);
  const Value* upkeep = json.items()[0].Find("upkeep");
  std::string text = ConnectionListAsText(rows, kNow, Emphasis::None());
  text.erase(0, text.find("h\n") + 2);
  return text + (upkeep == nullptr ? "" : std::string(upkeep->string().Reveal()));
}

TEST(ConnectionList, SaysWhatIsDue) {
  const char* kYear = "2026-01-01T00:00:00Z";
  EXPECT_EQ(ListOf("", "", kYear), "");
  EXPECT_EQ(ListOf("2026-07-01T00:00:00Z", "", kYear),
            "    └─ Expires: 2026-07-01T00:00:00Z\nfine");
  EXPECT_EQ(ListOf("2026-06-10T00:00:00Z", "", ""),
            "    └─ Expires SOON: 2026-06-10T00:00:00Z\ndueSoon");
  EXPECT_EQ(ListOf("", "365d", kYear), "    └─ Rotate every 365d, by 2027-01-01T00:00:00Z\nfine");
  EXPECT_EQ(ListOf("", "160d", kYear),
            "    └─ DUE SOON: Rotate every 160d, by 2026-06-10T00:00:00Z\ndueSoon");
  EXPECT_EQ(ListOf("", "30d", kYear),
            "    └─ OVERDUE: Rotate every 30d, by 2026-01-31T00:00:00Z\noverdue");
  EXPECT_EQ(ListOf("", "30d", ""), "    └─ Rotate every 30d\nfine");
  EXPECT_EQ(ListOf("2026-05-01T00:00:00Z", "30d", kYear),
            "    ├─ EXPIRED: 2026-05-01T00:00:00Z\n"
            "    └─ OVERDUE: Rotate every 30d, by 2026-01-31T00:00:00Z\nexpired");
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
    EXPECT_EQ(ConnectionSummaryLine(ListingOf(Make(row.type, "a", row.fields))), row.line)
        << row.fields;
  }
}

TEST(ConnectionSummary, ShortensLongValues) {
  std::string long_text;
  for (int i = 0; i < 60; ++i) long_text += "é";
  Connection connection = Make("generic", "a", "{}");
  connection.fields.push_back({"motto", Value::String(long_text)});
  EXPECT_EQ(ConnectionSummaryLine(ListingOf(connection)), "motto=" + long_text.substr(0, 96) + "…");
}

}  // namespace
}  // namespace injector
