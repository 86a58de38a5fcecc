// `set` takes care of its user: typing errors, values that went missing, and what it says of the
// rest.

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SetCareTest : public InjectorCliTest {
 protected:
  // What `connections set` with `words` says, which has to succeed.
  std::string Said(std::vector<std::string> words, std::string stdin_text = "") const {
    words.insert(words.begin(), {"connections", "set"});
    const ProgramResult result = Run(std::move(words), std::move(stdin_text));
    EXPECT_EQ(result.exit_status, 0) << result.err;
    return result.err;
  }
  std::string Refused(std::vector<std::string> words, std::string stdin_text = "") const {
    words.insert(words.begin(), {"connections", "set"});
    return Fail(1, std::move(words), std::move(stdin_text));
  }
  std::string FieldsOf(const std::string& name) const {
    return TextAt(DoJson({"connections", "get", name, "--reveal"}), {"fields"});
  }
  std::string VersionOf(const std::string& name) const {
    return TextAt(DoJson({"connections", "get", name}), {"version"});
  }
};

TEST_F(SetCareTest, UnsetRemovesEverySpelling) {
  Do({"connections", "set", "x", "--uri", "-"}, "postgres://u@h/?sslmode=require");
  Do({"connections", "set", "x", "--unset", "sslmode"});
  EXPECT_EQ(FieldsOf("x"), R"({"host":"h","login":"u"})");
  Do({"connections", "set", "x", "--unset", "username"});
  EXPECT_EQ(FieldsOf("x"), R"({"host":"h"})");
  EXPECT_THAT(Refused({"x", "--unset", "hots"}), HasSubstr("did you mean host?"));
}

TEST_F(SetCareTest, AFieldTakesThePlaceOfItsOtherSpelling) {
  Do({"connections", "set", "x", "--uri", "-"}, "postgres://u@h/?sslmode=require");
  Do({"connections", "set", "x", "--field", "sslmode=disable"});
  EXPECT_EQ(FieldsOf("x"), R"({"host":"h","login":"u","sslmode":"disable"})");
  Do({"connections", "set", "x", "--field", "extra.sslmode=prefer"});
  EXPECT_EQ(FieldsOf("x"), R"({"host":"h","login":"u","extra":{"sslmode":"prefer"}})");
}

TEST_F(SetCareTest, AnEmptySecretIsRefusedUnlessItIsMeant) {
  const std::string file = WriteFile("empty", "");
  for (const std::string& source : {std::string("-"), "@" + file}) {
    for (const char* text : {"", "\n"}) {
      EXPECT_THAT(Refused({"x", "--type", "generic", "--secret", "a=" + source}, text),
                  AllOf(HasSubstr("a: the value is empty"), HasSubstr("--allow-empty")));
    }
  }
  EXPECT_EQ(FileContent(StorePath()), "");
  Do({"connections", "set", "x", "--type", "generic", "--secret", "a=-", "--allow-empty"});
  EXPECT_EQ(FieldsOf("x"), R"({"a":""})");
}

TEST_F(SetCareTest, SaysWhatIsSecretWhereNamesDecide) {
  const char* json = R"({"api_token":"t-value","dsn":"d-value","note":"n","tls":{"key":"k"}})";
  EXPECT_THAT(Said({"x", "--type", "generic", "--json", "-"}, json),
              AllOf(HasSubstr("added @generic.x: secret: api_token, dsn, tls.key; shown: note\n"),
                    Not(HasSubstr("-value"))));
  EXPECT_THAT(Said({"x", "--secret", "note=-"}, "n2"),
              HasSubstr("changed @generic.x, version 2: secret: api_token, dsn, note, tls.key; "
                        "shown: none\n"));
  EXPECT_THAT(Said({"p", "--type", "postgres", "--field", "host=h"}),
              HasSubstr("added @postgres.p\n"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"connections", "set", "--help"}, {"types", "generic"}}) {
    EXPECT_THAT(Do(words), AllOf(HasSubstr("primary_key, key_id, …_key_path"),
                                 HasSubstr("webhook_url"), HasSubstr("not scrubbed")));
  }
}

TEST_F(SetCareTest, WarnsWhenATypeActsAsGeneric) {
  EXPECT_THAT(Said({"x", "--type", "acme-crm", "--field", "a=1"}),
              HasSubstr("type acme-crm is not known and acts as generic"));
  EXPECT_THAT(Said({"x", "--field", "a=2"}), Not(HasSubstr("acts as generic")));  // once is enough
  EXPECT_THAT(Said({"y", "--type", "generic", "--field", "a=1"}), Not(HasSubstr("warning")));
}

TEST_F(SetCareTest, AMisspeltTypeIsRefusedUnlessItIsMeant) {
  EXPECT_THAT(Refused({"x", "--type", "postgress", "--field", "host=h"}),
              AllOf(HasSubstr("did you mean postgres?"), HasSubstr("--any-type")));
  Said({"x", "--type", "postgress", "--field", "host=h", "--any-type"});
  Said({"x", "--field", "host=i"});  // it is there now
}

TEST_F(SetCareTest, AMisspeltFieldIsRefusedUnlessItIsMeant) {
  EXPECT_THAT(Refused({"x", "--type", "postgres", "--field", "hots=h"}),
              AllOf(HasSubstr("hots: not a field of type postgres"),
                    HasSubstr("did you mean host?"), HasSubstr("--any-field")));
  EXPECT_THAT(Refused({"x", "--type", "postgres", "--secret", "pasword=-"}, "pw-canary"),
              AllOf(HasSubstr("did you mean password?"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Said({"x", "--type", "postgres", "--field", "hots=h", "--any-field"}),
              HasSubstr("hots: not a field of type postgres, so no variable is made of it"));
  EXPECT_THAT(Said({"x", "--field", "team=search"}), HasSubstr("team: not a field"));
}

TEST_F(SetCareTest, AValueThatItsFieldCannotTakeIsRefused) {
  const struct {
    const char* field;
    const char* problem;
  } rows[] = {{"port=99999", "port: the port must be a number from 1 to 65535"},
              {"port=0", "port: the port must be a number from 1 to 65535"},
              {"sslmode=bogus", "sslmode: expected one of disable, allow"},
              {"extra.sslmode=bogus", "sslmode: expected one of disable, allow"}};
  for (const auto& row : rows) {
    EXPECT_THAT(Refused({"x", "--type", "postgres", "--field", "host=h", "--field", row.field}),
                AllOf(HasSubstr(row.problem), Not(HasSubstr("bogus"))));
  }
  EXPECT_THAT(Refused({"x", "--type", "postgres", "--json", "-"}, R"({"port":70000})"),
              HasSubstr("port"));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(SetCareTest, WarnsOfNamesThatAJobRefuses) {
  for (const char* name : {"path", "ld_preload", "pwd", "term"}) {
    EXPECT_THAT(Said({name, "--type", "generic", "--field", std::string(name) + "=v"}),
                AllOf(HasSubstr("a job that asks for it will not start"), HasSubstr("would set")))
        << name;
  }
  EXPECT_THAT(Said({"fine", "--type", "generic", "--field", "login=v"}), Not(HasSubstr("warning")));
}

TEST_F(SetCareTest, ExpiryIsADateOrATimeToCome) {
  EXPECT_THAT(Refused({"x", "--type", "generic", "--field", "a=1", "--expires", "2020-01-31"}),
              HasSubstr("2020-01-31T23:59:59Z is over already"));
  Said({"x", "--type", "generic", "--field", "a=1", "--expires", "2199-01-31"});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "x"}), {"expiresAt"}), "2199-01-31T23:59:59Z");
  Said({"x", "--expires", ""});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "x"}), {"expiresAt"}), "(absent)");
}

TEST_F(SetCareTest, WhatHasExpiredIsMarkedEverywhere) {
  EXPECT_THAT(Said({"x", "--type", "generic", "--json", "-"},
                   R"({"fields":{"a":1},"expiresAt":"2020-01-31T08:00:00Z"})"),
              HasSubstr("expired at 2020-01-31T08:00:00Z"));
  EXPECT_THAT(Do({"connections", "list"}), HasSubstr("EXPIRED: 2020-01-31T08:00:00Z"));
  EXPECT_THAT(Do({"connections", "get", "x"}), HasSubstr("2020-01-31T08:00:00Z EXPIRED"));
  EXPECT_EQ(TextAt(DoJson({"connections", "list"}).items()[0], {"expired"}), "true");
}

TEST_F(SetCareTest, NothingToChangeChangesNothing) {
  Said({"x", "--type", "generic", "--field", "a=1", "--secret", "b=-", "--description", "d"}, "s");
  const std::string before = FileContent(StorePath());
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"x"},
        {"x", "--field", "a=1"},
        {"x", "--secret", "b=-"},
        {"x", "--description", "d", "--no-default"},
        {"x", "--replace", "--field", "a=1", "--secret", "b=-", "--description", "d"}}) {
    EXPECT_THAT(Said(words, "s"), HasSubstr("nothing changed: @generic.x"));
  }
  EXPECT_EQ(FileContent(StorePath()), before);
  EXPECT_EQ(VersionOf("x"), "1");
  Said({"x", "--field", "a=2"});
  EXPECT_EQ(VersionOf("x"), "2");
}

TEST_F(SetCareTest, TwoFieldsThatFoldToOneVariableAreToBeRenamed) {
  EXPECT_THAT(Said({"x", "--type", "generic", "--field", "foo=1", "--field", "FOO=2"}),
              AllOf(HasSubstr("two fields of @generic.x"), HasSubstr("rename one of the fields"),
                    Not(HasSubstr("prefix"))));
}

TEST_F(SetCareTest, ADocumentOfAnotherTypeIsRefused) {
  EXPECT_THAT(Refused({"x", "--type", "postgres", "--uri", "-"}, "mysql://u:canary@h:3306/db"),
              AllOf(HasSubstr("--uri: a connection of type mysql, not postgres"),
                    HasSubstr("--any-type"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Refused({"x", "--type", "postgres", "--json", "-"}, R"({"conn_type":"mysql"})"),
              HasSubstr("--json: a connection of type mysql"));
  Said({"x", "--type", "postgres", "--uri", "-"}, "postgresql://u:p@h/db");
  Said({"x", "--uri", "-"}, "postgresql://u:p@h2/db");  // the synonym is no other type here either
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "x"}), {"type"}), "postgres");
  Said({"y", "--type", "postgres", "--any-type", "--uri", "-"}, "mysql://u:p@h/db");
}

TEST_F(SetCareTest, ReplacingByNothingIsRefused) {
  Do({"connections", "set", "x", "--type", "generic", "--field", "a=1"});
  EXPECT_THAT(Fail(2, {"connections", "set", "x", "--replace"}), HasSubstr("connections delete"));
  EXPECT_EQ(FieldsOf("x"), R"({"a":"1"})");
}

}  // namespace
}  // namespace injector
