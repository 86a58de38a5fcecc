#include "injector/model/connection.h"

#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

struct NameRow {
  std::string name;
  bool type;
  bool alias;
  bool variable;
};

TEST(Names, FollowTheirGrammar) {
  const NameRow rows[] = {
      {"a", true, true, true},
      {"A9", true, true, true},
      {"9a", true, true, false},
      {"_a", false, false, true},
      {"-a", false, false, false},
      {"a_b-", true, true, false},
      {"a_b", true, true, true},
      {"a.b", false, true, false},
      {"a.", false, false, false},
      {".a", false, false, false},
      {"a..b", false, true, false},
      {"", false, false, false},
      {"a b", false, false, false},
      {"a\n", false, false, false},
      {"\xC3\xA9", false, false, false},
      {std::string(64, 'a'), true, true, true},
      {std::string(65, 'a'), false, true, true},
      {std::string(128, 'a'), false, true, true},
      {std::string(129, 'a'), false, false, true},
      {std::string(255, 'a'), false, false, true},
      {std::string(256, 'a'), false, false, false},
  };
  for (const NameRow& row : rows) {
    EXPECT_EQ(IsValidType(row.name), row.type) << row.name;
    EXPECT_EQ(IsValidAlias(row.name), row.alias) << row.name;
    EXPECT_EQ(IsValidVariableKey(row.name), row.variable) << row.name;
  }
}

TEST(Connection, ClonesEverything) {
  Connection original = ConnectionOf("mysql", R"({"host":"h","ssl":{"ca":"x"}})");
  original.secret_fields = {"ssl"};
  original.no_scrub = {"host"};
  original.is_default = true;
  original.description = "d";
  original.version = 7;
  original.expires_at = "2026-01-31T08:05:00Z";
  original.rotate_every = "90d";
  const Connection copy = original.Clone();
  EXPECT_EQ(copy.name, original.name);
  EXPECT_EQ(ToJson(copy.fields), ToJson(original.fields));
  EXPECT_EQ(copy.secret_fields, original.secret_fields);
  EXPECT_EQ(copy.no_scrub, original.no_scrub);
  EXPECT_TRUE(copy.is_default);
  EXPECT_EQ(copy.description, "d");
  EXPECT_EQ(copy.version, 7U);
  EXPECT_EQ(copy.expires_at, original.expires_at);
  EXPECT_EQ(copy.rotate_every, "90d");
}

TEST(Connection, FindsAFieldByItsExactName) {
  const Connection connection = ConnectionOf("mysql", R"({"user":"u"})");
  ASSERT_NE(connection.FieldNamed("user"), nullptr);
  EXPECT_EQ(connection.FieldNamed("login"), nullptr);
  EXPECT_EQ(connection.name.Full(), "@mysql.db");
}

}  // namespace
}  // namespace injector
