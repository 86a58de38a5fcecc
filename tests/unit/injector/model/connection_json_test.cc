#include "injector/model/connection_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

Connection FullConnection() {
  Connection connection = ConnectionOf(
      "postgres", R"({"host":"h","port":5432,"login":"u","password":"hunter1","note":"n",
                      "ssl":{"key":"hunter2","mode":"x"},"gone":null})");
  connection.secret_fields = {"note"};
  connection.is_default = true;
  connection.description = "d";
  connection.version = 3;
  return connection;
}

TEST(ShownConnection, LeavesSecretFieldsOut) {
  EXPECT_EQ(ToJson(ConnectionToJson(FullConnection(), SecretView::kHidden)),
            R"({"name":"db","type":"postgres","default":true,"description":"d","version":3,)"
            R"("fields":{"host":"h","port":5432,"login":"u","ssl":{"mode":"x"},"gone":null},)"
            R"("secretFields":["password","note","ssl.key"]})");
}

TEST(ShownConnection, RevealsOnRequestAndAddsWhatIsSet) {
  Connection connection = FullConnection();
  connection.no_scrub = {"host"};
  connection.expires_at = "2026-01-31T08:05:00Z";
  connection.rotate_every = "90d";
  EXPECT_EQ(ToJson(ConnectionToJson(connection, SecretView::kRevealed)),
            R"({"name":"db","type":"postgres","default":true,"description":"d","version":3,)"
            R"("fields":{"host":"h","port":5432,"login":"u","password":"hunter1","note":"n",)"
            R"("ssl":{"key":"hunter2","mode":"x"},"gone":null},)"
            R"("secretFields":["password","note","ssl.key"],"noScrub":["host"],)"
            R"("expiresAt":"2026-01-31T08:05:00Z","rotateEvery":"90d"})");
}

TEST(ConnectionContent, ComesBackAsItWas) {
  Connection original = FullConnection();
  original.no_scrub = {"host"};
  original.expires_at = "2026-01-31T08:05:00Z";
  original.rotate_every = "90d";
  const Value content = ConnectionContent(original);
  const Result<Connection> again = ConnectionFromContent(original.name, content);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again->name, original.name);
  EXPECT_EQ(ToJson(again->fields), ToJson(original.fields));
  EXPECT_EQ(again->secret_fields, original.secret_fields);
  EXPECT_EQ(again->no_scrub, original.no_scrub);
  EXPECT_EQ(again->description, original.description);
  EXPECT_EQ(again->expires_at, original.expires_at);
  EXPECT_EQ(again->rotate_every, "90d");
}

TEST(ConnectionContent, HoldsOnlyWhatIsSet) {
  EXPECT_EQ(ToJson(ConnectionContent(ConnectionOf("x", R"({"b":1,"a":2})"))),
            R"({"fields":{"b":1,"a":2}})");
}

TEST(ConnectionContent, KeepsAFieldNamedAsAnythingElseIs) {
  for (const char* fields : {R"({"fields":{"a":1}})", R"({"config":{"a":1}})",
                             R"({"conn_type":"x"})", R"({"extra":{"a":"b"}})", "{}"}) {
    const Value content = ConnectionContent(ConnectionOf("x", fields));
    const Result<Connection> again = ConnectionFromContent({"x", "db"}, content);
    ASSERT_TRUE(again.ok()) << fields;
    EXPECT_EQ(ToJson(again->fields), fields);
  }
}

TEST(ConnectionContent, KeepsTextThatLooksLikeJson) {
  const char* fields = R"({"extra":"{\"a\": 1}"})";
  const Result<Connection> again =
      ConnectionFromContent({"x", "db"}, ConnectionContent(ConnectionOf("x", fields)));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(ToJson(again->fields), fields);
}

TEST(ConnectionContent, RefusesWhatItDoesNotWrite) {
  for (const char* content :
       {"[]", "{}", R"({"fields":[]})", R"({"fields":{},"type":"x"})", R"({"fields":{},"zqx1":1})",
        R"({"fields":{},"noScrub":"zqx1"})", R"({"fields":{},"description":1})"}) {
    const Result<Connection> connection = ConnectionFromContent({"x", "db"}, FromJson(content));
    ASSERT_FALSE(connection.ok()) << content;
    EXPECT_EQ(connection.error().code(), ErrorCode::kDataLoss);
    EXPECT_THAT(connection.error().message(), Not(HasSubstr("zqx1")));
  }
}

Connection Valid() { return ConnectionOf("postgres", R"({"host":"h"})"); }

TEST(CheckConnection, TakesValuesUpTo64KiB) {
  Connection connection = Valid();
  connection.fields.push_back({"password", Value::String(std::string(64 * 1024, 'x'))});
  EXPECT_TRUE(CheckConnection(connection).ok());
  connection.fields.back().value = Value::String(std::string(64 * 1024 + 1, 'x'));
  const Status status = CheckConnection(connection);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(), "field password: longer than 65536 bytes");
}

TEST(CheckConnection, ChecksFieldNames) {
  for (const std::string& name : {std::string(), std::string(256, 'a'), std::string("a\nb"),
                                  std::string("a\x7F"), std::string("\xFF")}) {
    Connection connection = Valid();
    connection.fields.push_back({name, Value()});
    const Status status = CheckConnection(connection);
    ASSERT_FALSE(status.ok()) << name;
    EXPECT_THAT(status.error().message(), HasSubstr("a field name must be"));
  }
  Connection twice = Valid();
  twice.fields.push_back({"host", Value()});
  EXPECT_EQ(CheckConnection(twice).error().message(), "field host: given twice");
  Connection odd = Valid();
  odd.fields.push_back({"spark.sql.é", Value()});
  EXPECT_TRUE(CheckConnection(odd).ok());
}

TEST(CheckConnection, RefusesTwoFieldsThatFlattenToOneName) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"a.b":"zqx1","a":{"b":2}})", "field a.b: there are two of this name"},
      {R"({"a":{"b.c":1,"b":{"c":2}}})", "field a.b.c: there are two of this name"},
      {R"({"a.0":1,"a":[2]})", "field a.0: there are two of this name"},
      {R"({"a":{"":1}})", "field a: has a member with an empty name"},
      {R"({"a":[{"b":{"":1}}]})", "field a: has a member with an empty name"},
      {R"({"":1})", "a field name must be"},
  };
  for (const auto& [fields, message] : rows) {
    const Status status = CheckConnection(ConnectionOf("x", fields));
    ASSERT_FALSE(status.ok()) << fields;
    EXPECT_THAT(status.error().message(), HasSubstr(message));
    EXPECT_THAT(status.error().message(), Not(HasSubstr("zqx1")));
  }
  EXPECT_TRUE(CheckConnection(ConnectionOf("x", R"({"a.b":1,"a":{"c":2},"d":{}})")).ok());
}

TEST(CheckConnection, ChecksIdentityAndCount) {
  Connection type = Valid();
  type.name.type = "a.b";
  EXPECT_THAT(CheckConnection(type).error().message(), HasSubstr("type: must be"));
  Connection alias = Valid();
  alias.name.alias = "";
  EXPECT_THAT(CheckConnection(alias).error().message(), HasSubstr("name: must be"));
  Connection many = Valid();
  for (int i = 0; i < 1000; ++i) many.fields.push_back({"f" + std::to_string(i), Value()});
  EXPECT_THAT(CheckConnection(many).error().message(), HasSubstr("more than 1000 fields"));
}

TEST(CheckConnection, TakesExpiryTimesOfRfc3339) {
  for (const char* time :
       {"", "2026-01-31T08:05:00Z", "2026-12-31T23:59:60.125Z", "2026-01-31T08:05:00+02:00",
        "2026-01-31T08:05:00-11:30", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z",
        "2026-04-30T00:00:00Z"}) {
    Connection connection = Valid();
    connection.expires_at = time;
    EXPECT_TRUE(CheckConnection(connection).ok()) << time;
  }
  for (const char* time : {"tomorrow",
                           "2026-01-31",
                           "2026-01-31T08:05:00",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-01-31T24:00:00Z",
                           "2026-01-31T08:60:00Z",
                           "2026-01-31T08:05:00.Z",
                           "2026-01-31 08:05:00Z",
                           "2026-01-31T08:05:00+0200",
                           "2026-01-31T08:05:00Zx",
                           "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z",
                           "2024-02-30T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-06-31T00:00:00Z",
                           "2026-09-31T00:00:00Z",
                           "2026-11-31T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-31T08:05:00+24:00",
                           "2026-01-31T08:05:00-01:60"}) {
    Connection connection = Valid();
    connection.expires_at = time;
    EXPECT_FALSE(CheckConnection(connection).ok()) << time;
  }
}

}  // namespace
}  // namespace injector
