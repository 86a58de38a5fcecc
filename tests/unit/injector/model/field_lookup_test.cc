#include <gtest/gtest.h>

#include "injector/model/catalogue.h"
#include "model_fixtures.h"

namespace injector {
namespace {

struct FindRow {
  const char* type;
  const char* fields;
  const char* asked;
  const char* found;  // as JSON; empty: nothing
};

TEST(FindField, FindsEverySpelling) {
  const FindRow rows[] = {
      {"postgres", R"({"user":"u"})", "login", "\"u\""},
      {"postgres", R"({"login":"u"})", "username", "\"u\""},
      {"postgres", R"({"dbname":"d"})", "database", "\"d\""},
      {"postgres", R"({"host":null})", "host", ""},
      {"postgres", R"({"extra":{"sslmode":"require"}})", "sslmode", "\"require\""},
      {"postgres", R"({"extra":{"user":"u"}})", "login", "\"u\""},
      {"postgres", R"({"extra":{"other":1}})", "extra.other", "1"},
      {"postgres", R"({"extra":{"other":{"a":[5]}}})", "other.a.0", "5"},
      {"postgres", R"({"host":"h"})", "password", ""},
      {"postgres", R"({"user":"u","login":"u"})", "login", "\"u\""},
      {"postgres", R"({"port":5432,"extra":{"port":"5432"}})", "port", "5432"},
      {"aws", R"({"login":"AKIA","password":"s"})", "access_key_id", "\"AKIA\""},
      {"aws", R"({"extra":{"region_name":"eu"}})", "region", "\"eu\""},
      {"generic", R"({"user":"u"})", "login", ""},
      {"generic", R"({"extra":{"user":"u"}})", "user", ""},
      {"generic", R"({"extra":{"user":"u"}})", "extra.user", "\"u\""},
      {"generic", R"({"user":"a","login":"b"})", "login", "\"b\""},
      {"mysql", R"({"ssl":{"cert":"c"}})", "ssl.cert", "\"c\""},
      {"mysql", R"({"ssl":{"a.b":"c"}})", "ssl.a.b", "\"c\""},
      {"mysql", R"({"ssl.cert":"flat","ssl":{"cert":"c"}})", "ssl.cert", "\"flat\""},
      {"mysql", R"({"hosts":["a","b"]})", "hosts.1", "\"b\""},
      {"mysql", R"({"hosts":["a","b"]})", "hosts.2", ""},
      {"mysql", R"({"hosts":["a","b"]})", "hosts.x", ""},
      {"mysql", R"({"hosts":["a","b"]})", "hosts.", ""},
      {"mysql", R"({"host":"a"})", "host.0", ""},
      {"mysql", R"({"host":"a"})", "", ""},
      {"mysql", R"({"host":"a"})", ".", ""},
      {"kafka", R"({"sasl.username":"u"})", "sasl_username", "\"u\""},
  };
  for (const FindRow& row : rows) {
    const Connection connection = ConnectionOf(row.type, row.fields);
    const Result<const Value*> found = FindField(connection, row.asked);
    ASSERT_TRUE(found.ok()) << row.fields << ": " << found.error().message();
    EXPECT_EQ(*found == nullptr ? "" : ToJson(**found), row.found) << row.fields << row.asked;
  }
}

TEST(FindField, NamesBothSpellingsThatContradictEachOther) {
  struct Row {
    const char* fields;
    const char* message;
  };
  const Row rows[] = {
      {R"({"user":"hunter1","login":"hunter2"})",
       "@postgres.db: fields user and login mean the same and hold different values"},
      {R"({"login":"hunter1","extra":{"username":"hunter2"}})",
       "@postgres.db: fields login and extra.username mean the same and hold different values"},
      {R"({"login":"hunter1","user":"hunter1","username":"hunter2"})",
       "@postgres.db: fields login and username mean the same and hold different values"},
  };
  for (const Row& row : rows) {
    const Connection connection = ConnectionOf("postgres", row.fields);
    const Result<const Value*> found = FindField(connection, "login");
    ASSERT_FALSE(found.ok()) << row.fields;
    EXPECT_EQ(found.error().code(), ErrorCode::kConflict);
    EXPECT_EQ(found.error().message(), row.message);
  }
}

TEST(IsSecretField, AsksTypeUserAndName) {
  Connection connection = ConnectionOf("postgres", "{}");
  connection.secret_fields = {"user", "ssl.ca", "hosts.1"};
  for (const char* name : {"password", "api_token", "sslkey", "user", "login", "username",
                           "extra.username", "ssl.ca", "hosts.1", "secrets.host", "x.password"}) {
    EXPECT_TRUE(IsSecretField(connection, name)) << name;
  }
  for (const char* name : {"host", "port", "ssl", "ssl.cert", "hosts", "hosts.0", "sslcert"}) {
    EXPECT_FALSE(IsSecretField(connection, name)) << name;
  }
}

// A secret that a slip of the finger has renamed is one still.
TEST(IsSecretField, KnowsAMistypedSecret) {
  const std::pair<const char*, bool> rows[] = {
      {"passwrd", true}, {"pasword", true},  {"extra.passwrd", true}, {"hots", false},
      {"logn", false},   {"comment", false}, {"ssl.passwrd", false},
  };
  for (const auto& [field, secret] : rows) {
    EXPECT_EQ(IsSecretField(ConnectionOf("postgres", "{}"), field), secret) << field;
  }
  EXPECT_FALSE(IsSecretField(ConnectionOf("generic", "{}"), "passwrd"));
}

TEST(IsSecretField, FoldsTheTypesOwnSynonyms) {
  const Connection aws = ConnectionOf("aws", "{}");
  EXPECT_TRUE(IsSecretField(aws, "password"));
  EXPECT_TRUE(IsSecretField(aws, "secret_access_key"));
  EXPECT_FALSE(IsSecretField(aws, "login"));
  EXPECT_FALSE(IsSecretField(aws, "access_key_id"));
}

TEST(Flatten, GivesLeavesWithInheritedSecrecy) {
  Connection connection = ConnectionOf("mysql", R"({
      "host": "h", "ssl": {"ca": "c", "key": "k", "on": true}, "hosts": ["a", {"token": "t"}],
      "credentials": {"user": "u", "more": [1]}, "empty": {}, "none": [], "nothing": null,
      "tuning": {"inner": {"deep": 1}}})");
  connection.secret_fields = {"tuning", "hosts.0"};
  std::string shown;
  for (const FlatField& leaf : Flatten(connection)) {
    shown += leaf.path + "=" + ToJson(*leaf.value) + (leaf.secret ? "!" : "") + "\n";
  }
  EXPECT_EQ(shown,
            "host=\"h\"\nssl.ca=\"c\"\nssl.key=\"k\"!\nssl.on=true\nhosts.0=\"a\"!\n"
            "hosts.1.token=\"t\"!\ncredentials.user=\"u\"!\ncredentials.more.0=1!\nempty={}\n"
            "none=[]\nnothing=null\ntuning.inner.deep=1!\n");
}

}  // namespace
}  // namespace injector
