// Connections from their first setting to their end.

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionsTest : public InjectorCliTest {
 protected:
  void SetMovies() const {
    Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=db.example.com",
        "--field", "port=5433", "--field", "login=app", "--secret", "password=-"},
       "s3cret\n");
  }
};

TEST_F(ConnectionsTest, GetShowsEverythingButSecrets) {
  SetMovies();
  const std::string text = Do({"connections", "get", "movies"});
  EXPECT_THAT(text, AllOf(HasSubstr("db.example.com"), HasSubstr("***"), Not(HasSubstr("s3cret"))));
  const Value json = DoJson({"connections", "get", "movies"});
  EXPECT_EQ(TextAt(json, {"name"}), "movies");
  EXPECT_EQ(TextAt(json, {"type"}), "postgres");
  EXPECT_EQ(TextAt(json, {"default"}), "false");
  EXPECT_EQ(TextAt(json, {"version"}), "1");
  EXPECT_EQ(json.Find("fields")->Find("port")->kind(), Value::Kind::kNumber);
  EXPECT_EQ(TextAt(json, {"fields", "password"}), "(absent)");
  EXPECT_EQ(TextAt(json, {"secretFields"}), R"(["password"])");
}

TEST_F(ConnectionsTest, RevealShowsSecretsToo) {
  SetMovies();
  EXPECT_THAT(Do({"connections", "get", "movies", "--reveal"}), HasSubstr("s3cret"));
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "movies", "--reveal"}), {"fields", "password"}),
            "s3cret");
}

TEST_F(ConnectionsTest, SetChangesOnlyWhatIsGiven) {
  SetMovies();
  Do({"connections", "set", "movies", "--field", "user=bob", "--description", "Movies"});
  const Value json = DoJson({"connections", "get", "movies", "--reveal"});
  EXPECT_EQ(TextAt(json, {"fields", "host"}), "db.example.com");
  EXPECT_EQ(TextAt(json, {"fields", "password"}), "s3cret");
  EXPECT_EQ(TextAt(json, {"fields", "user"}), "bob");
  EXPECT_EQ(TextAt(json, {"fields", "login"}), "(absent)");  // the same field, by its other name
  EXPECT_EQ(TextAt(json, {"description"}), "Movies");
  EXPECT_EQ(TextAt(json, {"version"}), "2");
}

TEST_F(ConnectionsTest, ReplaceForgetsTheRest) {
  SetMovies();
  Do({"connections", "set", "movies", "--replace", "--field", "host=new"});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "movies", "--reveal"}), {"fields"}),
            R"({"host":"new"})");
}

TEST_F(ConnectionsTest, UnsetRemovesAField) {
  SetMovies();
  Do({"connections", "set", "movies", "--unset", "password", "--unset", "port"});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "movies", "--reveal"}), {"fields"}),
            R"({"host":"db.example.com","login":"app"})");
  EXPECT_THAT(Fail(1, {"connections", "set", "movies", "--unset", "sslmode"}),
              HasSubstr("host, login"));
}

TEST_F(ConnectionsTest, SetTakesAJsonObject) {
  Do({"connections", "set", "x", "--type", "generic", "--json", "-"},
     R"({"hosts":["a","b"],"n":1.10,"big":12345678901234567890,"tls":{"key":"s3cret","on":true}})");
  const Value shown = DoJson({"connections", "get", "x"});
  EXPECT_EQ(TextAt(shown, {"fields"}),
            R"({"hosts":["a","b"],"n":1.10,"big":12345678901234567890,"tls":{"on":true}})");
  EXPECT_EQ(TextAt(shown, {"secretFields"}), R"(["tls.key"])");
}

TEST_F(ConnectionsTest, SetRefusesOnEveryRouteWhatTheModelRefuses) {
  const std::string large(64 * 1024 + 1, 'x');
  const std::vector<std::string> words = {"connections", "set", "x", "--type", "generic"};
  const auto fail = [&](std::vector<std::string> more, const std::string& text) {
    more.insert(more.begin(), words.begin(), words.end());
    return Fail(1, std::move(more), text);
  };
  EXPECT_THAT(fail({"--json", "-"}, R"({"p":")" + large + R"("})"),
              HasSubstr("field p: longer than 65536 bytes"));
  EXPECT_THAT(fail({"--json", "-"}, R"({"conn_type":"generic","password":")" + large + R"("})"),
              HasSubstr("field password: longer than 65536 bytes"));
  EXPECT_THAT(fail({"--secret", "p=-"}, large), HasSubstr("65536 bytes"));
  EXPECT_THAT(fail({"--uri", "-"}, "generic://u:" + large + "@h"), HasSubstr("65536 bytes"));
  const std::string time = "2026-02-30T00:00:00Z";
  EXPECT_THAT(fail({"--field", "a=1", "--expires", time}, ""), HasSubstr("--expires: expected"));
  EXPECT_THAT(fail({"--json", "-"}, R"({"fields":{"a":1},"expiresAt":")" + time + R"("})"),
              HasSubstr("expiresAt: expected"));
  EXPECT_THAT(fail({"--json", "-"}, R"({"a.b":1,"a":{"b":2}})"), HasSubstr("field a.b"));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(ConnectionsTest, SetTakesWhatGetPrints) {
  SetMovies();
  const std::string printed = Do({"connections", "get", "movies", "--reveal", "--output", "json"});
  Do({"connections", "set", "copy", "--json", "-"}, printed);
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "copy", "--reveal"}), {"fields"}),
            TextAt(DoJson({"connections", "get", "movies", "--reveal"}), {"fields"}));
}

TEST_F(ConnectionsTest, SetTakesAnAirflowUri) {
  Do({"connections", "set", "dwh", "--uri", "-"},
     "postgresql://app:p%40ss@db.example.com:5432/movies?sslmode=require\n");
  const Value json = DoJson({"connections", "get", "dwh", "--reveal"});
  EXPECT_EQ(TextAt(json, {"type"}), "postgres");
  EXPECT_EQ(TextAt(json, {"fields"}),
            R"({"host":"db.example.com","port":5432,"login":"app","password":"p@ss",)"
            R"("schema":"movies","extra":{"sslmode":"require"}})");
}

TEST_F(ConnectionsTest, SetTakesAirflowsJson) {
  Do({"connections", "set", "x", "--json",
      "@" +
          WriteFile(
              "c.json",
              R"({"conn_type":"http","host":"h","password":"s3cret","port":null,"extra":"{\"a\":1}"})")});
  const Value json = DoJson({"connections", "get", "x", "--reveal"});
  EXPECT_EQ(TextAt(json, {"type"}), "http");
  EXPECT_EQ(TextAt(json, {"fields", "extra"}), R"({"a":1})");
}

TEST_F(ConnectionsTest, SecretFilesLoseOneFinalNewlineAndPemKeepsIt) {
  const std::string file = WriteFile("secret", "line\n\n");
  const std::string at = "=@" + file;
  Do({"connections", "set", "s", "--type", "ssh", "--field", "host=h", "--secret",
      "private_key" + at, "--secret", "password" + at});
  Do({"connections", "set", "k", "--type", "generic", "--secret", "pw" + at, "--keep-newline"});
  const Value ssh = DoJson({"connections", "get", "s", "--reveal"});
  EXPECT_EQ(TextAt(ssh, {"fields", "private_key"}), "line\n\n");
  EXPECT_EQ(TextAt(ssh, {"fields", "password"}), "line\n");
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "k", "--reveal"}), {"fields", "pw"}), "line\n\n");
}

TEST_F(ConnectionsTest, AFieldIsSecretWhenTheUserSaysSo) {
  Do({"connections", "set", "x", "--type", "generic", "--secret", "pin=-"}, "4711");
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "x"}), {"secretFields"}), R"(["pin"])");
  // and stays so: it cannot be given openly afterwards
  EXPECT_THAT(Fail(1, {"connections", "set", "x", "--field", "pin=4712"}),
              AllOf(HasSubstr("--secret pin"), Not(HasSubstr("4712"))));
}

TEST_F(ConnectionsTest, RefusesASecretInsideAnOpenField) {
  for (const char* field : {"url=https://u:hunter2-pw@h/", "doc={\"password\":\"hunter2-pw\"}"}) {
    EXPECT_THAT(Fail(1, {"connections", "set", "x", "--type", "generic", "--field", field}),
                AllOf(HasSubstr("command line"), Not(HasSubstr("hunter2-pw"))));
  }
}

TEST_F(ConnectionsTest, TheDefaultOfATypeMovesAndIsSaid) {
  Do({"connections", "set", "a", "--type", "generic", "--field", "n=a", "--default"});
  EXPECT_THAT(
      Run({"connections", "set", "b", "--type", "generic", "--field", "n=b", "--default"}).err,
      HasSubstr("@generic.a is no longer the default"));
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "@generic"}), {"name"}), "b");
  Do({"connections", "set", "b", "--no-default"});
  EXPECT_THAT(Fail(1, {"connections", "get", "@generic"}), AllOf(HasSubstr("a"), HasSubstr("b")));
}

TEST_F(ConnectionsTest, ANewConnectionNeedsAType) {
  EXPECT_THAT(Fail(1, {"connections", "set", "db", "--field", "host=h"}), HasSubstr("--type"));
  Do({"connections", "set", "@mysql.db", "--field", "host=h"});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "db"}), {"type"}), "mysql");
}

TEST_F(ConnectionsTest, ANameBelongsToOneTypeUntilItIsReplaced) {
  SetMovies();
  EXPECT_THAT(Fail(1, {"connections", "set", "movies", "--type", "mysql", "--field", "host=h"}),
              AllOf(HasSubstr("postgres"), HasSubstr("--replace")));
  Do({"connections", "set", "movies", "--type", "mysql", "--field", "host=h", "--replace"});
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "movies", "--reveal"}), {"fields"}),
            R"({"host":"h"})");
}

TEST_F(ConnectionsTest, WarnsOfARequiredFieldThatIsMissing) {
  EXPECT_THAT(Run({"connections", "set", "cache", "--type", "redis", "--field", "db=1"}).err,
              AllOf(HasSubstr("warning"), HasSubstr("host")));
}

TEST_F(ConnectionsTest, RefusesTwoSpellingsThatDiffer) {
  EXPECT_THAT(Fail(1, {"connections", "set", "x", "--type", "postgres", "--field", "user=a",
                       "--field", "login=b"}),
              AllOf(HasSubstr("user"), HasSubstr("login")));
}

TEST_F(ConnectionsTest, ListShowsOpenFieldsOfAll) {
  SetMovies();
  Do({"connections", "set", "x", "--type", "generic", "--secret", "pw=-", "--expires",
      "2030-01-31T08:00:00Z"},
     "s3cret");
  const std::string text = Do({"connections", "list"});
  EXPECT_THAT(text, AllOf(HasSubstr("movies"), HasSubstr("app@db.example.com:5433"),
                          HasSubstr("2030-01-31T08:00:00Z"), Not(HasSubstr("s3cret"))));
  const Value json = DoJson({"connections", "list"});
  ASSERT_EQ(json.kind(), Value::Kind::kList);
  EXPECT_EQ(json.items().size(), 2U);
  EXPECT_EQ(TextAt(json.items()[0], {"secretFields"}), R"(["pw"])");
}

TEST_F(ConnectionsTest, DeleteRemovesOneAndNamesTheNearest) {
  SetMovies();
  EXPECT_THAT(Fail(1, {"connections", "delete", "movis"}), HasSubstr("did you mean movies?"));
  Do({"connections", "delete", "@postgres.movies"});
  EXPECT_THAT(Fail(1, {"connections", "get", "movies"}), HasSubstr("movies"));
  EXPECT_EQ(TextAt(DoJson({"connections", "list"}), {}), "[]");
}

TEST_F(ConnectionsTest, RefusesDocumentsThatAreNone) {
  for (const char* document : {"", "[1]", "\"hunter2-pw\"", "{\"password\":\"hunter2-pw\"",
                               "{\"a\":1,\"a\":\"hunter2-pw\"}"}) {
    EXPECT_THAT(Fail(1, {"connections", "set", "x", "--type", "generic", "--json", "-"}, document),
                AllOf(HasSubstr("--json"), Not(HasSubstr("hunter2-pw"))));
  }
  EXPECT_THAT(Fail(1, {"connections", "set", "x", "--uri", "-"}, "postgres://u:hunter2-pw%zz@h"),
              AllOf(HasSubstr("--uri"), Not(HasSubstr("hunter2-pw"))));
}

TEST_F(ConnectionsTest, ValuesCannotSteerTheTerminal) {
  Do({"connections", "set", "x", "--type", "generic", "--json", "-"},
     R"({"motto":"\u001b[2Jgone\nnext"})");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"connections", "list"},
        std::vector<std::string>{"connections", "get", "x"}}) {
    EXPECT_THAT(Do(words), AllOf(HasSubstr(R"(\x1b[2Jgone)"), Not(HasSubstr("\x1b"))));
  }
}

}  // namespace
}  // namespace injector
