// Variables from their first setting to their end.

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using VariablesTest = InjectorCliTest;

struct NewlineRow {
  std::string given;
  std::string stored;
};

TEST_F(VariablesTest, OneFinalNewlineDoesNotCount) {
  for (const NewlineRow& row :
       {NewlineRow{"v", "v"}, NewlineRow{"v\n", "v"}, NewlineRow{"v\n\n", "v\n"},
        NewlineRow{"v\r\n", "v"}, NewlineRow{" v ", " v "}}) {
    Do({"variables", "set", "a"}, row.given);
    EXPECT_EQ(Do({"variables", "get", "a"}), row.stored + "\n");
  }
  Do({"variables", "set", "a", "--keep-newline"}, "v\n");
  EXPECT_EQ(Do({"variables", "get", "a"}), "v\n\n");
}

TEST_F(VariablesTest, SecretOnesShowOnlyWhenRevealed) {
  Do({"variables", "set", "pin", "--secret"}, "s3cret");
  EXPECT_EQ(Do({"variables", "get", "pin"}), "***\n");
  EXPECT_EQ(TextAt(DoJson({"variables", "get", "pin"}), {"value"}), "(absent)");
  EXPECT_THAT(Do({"variables", "list"}), AllOf(HasSubstr("***"), Not(HasSubstr("s3cret"))));
  EXPECT_EQ(Do({"variables", "get", "pin", "--reveal"}), "s3cret\n");
  EXPECT_EQ(TextAt(DoJson({"variables", "get", "pin", "--reveal"}), {"value"}), "s3cret");
}

TEST_F(VariablesTest, ANewOneIsSecretWhenItsNameSoundsSo) {
  Do({"variables", "set", "api_token"}, "s3cret");
  Do({"variables", "set", "cache_key", "--no-secret"}, "open");
  EXPECT_EQ(Do({"variables", "get", "api_token"}), "***\n");
  EXPECT_EQ(Do({"variables", "get", "cache_key"}), "open\n");
}

TEST_F(VariablesTest, AValueThatHoldsASecretByItsShapeIsSecret) {
  for (const std::string value :
       {"postgres://app:CANARY4711@db/x", R"({"password":"CANARY4711"})",
        "-----BEGIN PRIVATE KEY-----\nCANARY4711\n-----END PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.CANARY4711", "Bearer CANARY4711"}) {
    Do({"variables", "set", "thing", "--no-secret"}, "harmless");
    EXPECT_THAT(Run({"variables", "set", "thing"}, value).err,
                HasSubstr("changed secret variable thing: its value holds a secret by its shape"));
    EXPECT_THAT(FileContent(StorePath()), Not(HasSubstr("CANARY4711")));
    EXPECT_EQ(Do({"variables", "get", "thing"}), "***\n");
  }
  EXPECT_THAT(Run({"variables", "set", "db_url"}, "postgres://app:CANARY4711@db/x").err,
              HasSubstr("added secret variable db_url: its value holds a secret by its shape"));
}

TEST_F(VariablesTest, AReadableSecretTakesInsistingAndIsShownMasked) {
  const std::string url = "postgres://app:CANARY4711@db/x";
  EXPECT_THAT(Fail(1, {"variables", "set", "db_url", "--no-secret"}, url),
              AllOf(HasSubstr("--allow-readable"), Not(HasSubstr("CANARY4711"))));
  Do({"variables", "set", "db_url", "--no-secret", "--allow-readable"}, url);
  EXPECT_EQ(Do({"variables", "get", "db_url"}), "postgres://app:***@db/x\n");
  EXPECT_EQ(TextAt(DoJson({"variables", "get", "db_url"}), {"value"}), "postgres://app:***@db/x");
  EXPECT_THAT(Do({"variables", "list"}), HasSubstr("postgres://app:***@db/x"));
  EXPECT_THAT(Do({"variables", "list", "--output", "json"}), Not(HasSubstr("CANARY4711")));
  EXPECT_THAT(Do({"connections", "export"}), Not(HasSubstr("db_url")));
  EXPECT_EQ(Do({"variables", "get", "db_url", "--reveal"}), url + "\n");
  EXPECT_THAT(Fail(2, {"variables", "set", "a", "--allow-readable"}, "x"),
              HasSubstr("--no-secret alone"));
}

TEST_F(VariablesTest, AChangeKeepsWhatIsNotGiven) {
  Do({"variables", "set", "pin", "--secret", "--description", "Door"}, "1");
  Do({"variables", "set", "pin"}, "2");
  const Value json = DoJson({"variables", "get", "pin", "--reveal"});
  EXPECT_EQ(TextAt(json, {"value"}), "2");
  EXPECT_EQ(TextAt(json, {"description"}), "Door");
  EXPECT_EQ(TextAt(json, {"isSecret"}), "true");
  EXPECT_EQ(TextAt(json, {"version"}), "2");
}

TEST_F(VariablesTest, AnEmptyValueIsRefusedUnlessItIsMeant) {
  Do({"variables", "set", "a"}, "kept");
  for (const char* nothing : {"", "\n"}) {
    EXPECT_THAT(Fail(1, {"variables", "set", "a"}, nothing),
                AllOf(HasSubstr("a: the value is empty"), HasSubstr("--allow-empty")));
  }
  EXPECT_EQ(Do({"variables", "get", "a"}), "kept\n");
  Do({"variables", "set", "a", "--allow-empty"});
  EXPECT_EQ(Do({"variables", "get", "a"}), "\n");
}

TEST_F(VariablesTest, TheFlagChangesWithoutTheValue) {
  Do({"variables", "set", "pin", "--secret"}, "4711");
  // With nothing on stdin the way is named, and nothing changes.
  EXPECT_THAT(Fail(1, {"variables", "set", "pin", "--no-secret"}), HasSubstr("--keep-value"));
  EXPECT_EQ(Do({"variables", "get", "pin"}), "***\n");
  EXPECT_THAT(Run({"variables", "set", "pin", "--no-secret", "--keep-value"}, "not read").err,
              HasSubstr("everybody who has the store can read it without the key"));
  EXPECT_EQ(Do({"variables", "get", "pin"}), "4711\n");
  EXPECT_THAT(Run({"variables", "set", "pin", "--secret", "--keep-value"}).err,
              HasSubstr("older copies of the store show it"));
  EXPECT_EQ(Do({"variables", "get", "pin"}), "***\n");
  EXPECT_THAT(Fail(1, {"variables", "set", "new", "--secret", "--keep-value"}),
              HasSubstr("is not there"));
}

TEST_F(VariablesTest, NothingToChangeChangesNothing) {
  Do({"variables", "set", "region"}, "eu");
  EXPECT_THAT(Run({"variables", "set", "region"}, "eu\n").err, HasSubstr("nothing changed"));
  EXPECT_THAT(Run({"variables", "set", "region", "--no-secret", "--keep-value"}).err,
              HasSubstr("nothing changed"));
  EXPECT_EQ(TextAt(DoJson({"variables", "get", "region"}), {"version"}), "1");
}

TEST_F(VariablesTest, TheListSaysWhenAsJsonToo) {
  Do({"variables", "set", "region"}, "eu");
  EXPECT_THAT(TextAt(DoJson({"variables", "list"}).items()[0], {"updatedAt"}),
              ::testing::MatchesRegex("20[0-9-]+T[0-9:]+Z"));
}

TEST_F(VariablesTest, DeleteRemovesOneAndNamesTheNearest) {
  Do({"variables", "set", "region"}, "eu");
  EXPECT_THAT(Fail(1, {"variables", "delete", "regin"}), HasSubstr("region"));
  Do({"variables", "delete", "region"});
  EXPECT_EQ(TextAt(DoJson({"variables", "list"}), {}), "[]");
}

TEST_F(VariablesTest, RefusesValuesThatCannotBeStored) {
  EXPECT_THAT(Fail(1, {"variables", "set", "a"}, "canary\xff"),
              AllOf(HasSubstr("UTF-8"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Fail(1, {"variables", "set", "a"}, std::string(65537, 'x')), HasSubstr("65536"));
}

}  // namespace
}  // namespace injector
