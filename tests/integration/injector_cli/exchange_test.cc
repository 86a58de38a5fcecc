// connections import and export: whole, or not at all.

#include "injector/model/json.h"
#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// As `airflow connections export` writes it.
constexpr const char* kAirflow =
    R"({"my_db":{"conn_type":"postgresql","description":null,"login":"app",)"
    R"("password":"hunter2-pw","host":"db","port":5432,"schema":"movies","extra":"{\"a\": 1}"},)"
    R"("hook":"http://:hunter2-token@hooks.example.com"})";

class ExchangeTest : public InjectorCliTest {
 protected:
  std::vector<std::string> InOtherStore(std::vector<std::string> words) const {
    words.insert(words.end(), {"--store", Path("other.json")});
    return words;
  }
};

TEST_F(ExchangeTest, AirflowsExportIsTakenWhole) {
  EXPECT_EQ(Do({"connections", "import", WriteFile("airflow.json", kAirflow)}),
            "ACTION  WHAT\n"
            "add     @postgres.my_db\n"
            "add     @http.hook\n");
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "my_db", "--reveal"}), {"fields"}),
            R"({"host":"db","port":5432,"login":"app","password":"hunter2-pw",)"
            R"("schema":"movies","extra":{"a":1}})");
}

TEST_F(ExchangeTest, AnExportComesBackTheSame) {
  Do({"connections", "import", "-"}, kAirflow);
  Do({"connections", "set", "my_db", "--default", "--description", "d\n", "--expires",
      "2030-01-31T08:00:00Z", "--secret", "pin=-"},
     "4711");
  Do({"variables", "set", "token", "--secret", "--description", "t"}, "t0ken");
  Do({"variables", "set", "region"}, "eu");
  const std::string exported = Do({"connections", "export", "--reveal"});
  Do(InOtherStore({"connections", "import", "-"}), exported);
  const Value there = DoJson(InOtherStore({"connections", "get", "my_db", "--reveal"}));
  EXPECT_EQ(TextAt(there, {"secretFields"}), R"(["password","pin"])");
  EXPECT_EQ(TextAt(there, {"expiresAt"}), "2030-01-31T08:00:00Z");
  EXPECT_EQ(TextAt(there, {"default"}), "true");
  // Versions count anew; nothing else differs, and so a second import finds nothing to do.
  EXPECT_THAT(
      Do({"connections", "import", "-"}, Do(InOtherStore({"connections", "export", "--reveal"}))),
      AllOf(Not(HasSubstr("add")), Not(HasSubstr("replace"))));
}

TEST_F(ExchangeTest, AirflowTakesWhatWasItsOwn) {
  Do({"connections", "import", "-"}, kAirflow);
  const std::string exported =
      Do({"connections", "export", "--reveal", "--format", "airflow-json"});
  Do(InOtherStore({"connections", "import", "-"}), exported);
  EXPECT_EQ(Do(InOtherStore({"connections", "export", "--reveal", "--format", "airflow-json"})),
            exported);
}

TEST_F(ExchangeTest, ExportLeavesSecretsOutUnlessRevealed) {
  Do({"connections", "import", "-"}, kAirflow);
  Do({"variables", "set", "token", "--secret"}, "hunter2-value");
  for (const char* format : {"json", "airflow-json"}) {
    const ProgramResult result = Run({"connections", "export", "--format", format});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("hunter2"))) << format;
    EXPECT_THAT(result.err, HasSubstr("2 secret fields and 1 secret variable left out; --reveal"))
        << format;
  }
}

TEST_F(ExchangeTest, ExportTakesReferences) {
  Do({"connections", "import", "-"}, kAirflow);
  Do({"variables", "set", "region"}, "eu");
  const Value json = DoJson({"connections", "export", "@postgres.my_db"});
  EXPECT_EQ(json.Find("connections")->items().size(), 1U);
  EXPECT_EQ(TextAt(json, {"variables"}), "[]");
  EXPECT_THAT(Fail(1, {"connections", "export", "hok"}), HasSubstr("did you mean hook?"));
}

TEST_F(ExchangeTest, ImportRefusesTakenNamesAndNamesThem) {
  Do({"connections", "set", "my_db", "--type", "mysql", "--field", "host=h"});
  Do({"connections", "set", "hook", "--type", "http", "--field", "host=h"});
  const std::string before = FileContent(StorePath());
  EXPECT_THAT(Fail(1, {"connections", "import", "-"}, kAirflow),
              AllOf(HasSubstr("@postgres.my_db (the store has @mysql.my_db), @http.hook"),
                    HasSubstr("--overwrite"), HasSubstr("--rename")));
  EXPECT_EQ(FileContent(StorePath()), before);
  EXPECT_EQ(Do({"connections", "import", "-", "--rename", "postgres.my_db=dwh", "--rename",
                "http.hook=chat"},
               kAirflow),
            "ACTION  WHAT\nadd     @postgres.dwh\nadd     @http.chat\n");
  EXPECT_EQ(Do({"connections", "import", "-", "--overwrite"}, kAirflow),
            "ACTION   WHAT\nreplace  @postgres.my_db\nreplace  @http.hook\n");
  EXPECT_EQ(TextAt(DoJson({"connections", "get", "my_db"}), {"type"}), "postgres");
}

TEST_F(ExchangeTest, ImportIsAllOrNothing) {
  const std::string second_is_bad = R"({"a":"http://h","b":"http://u:hunter2-pw@h:99999"})";
  EXPECT_THAT(Fail(1, {"connections", "import", "-"}, second_is_bad),
              AllOf(HasSubstr("stdin: connection b: "), Not(HasSubstr("hunter2-pw"))));
  const std::string two_alike =
      R"({"connections":[{"name":"a","type":"x","fields":{}},{"name":"a","type":"y","fields":{}}]})";
  EXPECT_THAT(Fail(1, {"connections", "import", "-"}, two_alike), HasSubstr("@x.a and @y.a"));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(ExchangeTest, DryRunChangesNothing) {
  const Value plan =
      *ParseJson(Do({"connections", "import", "-", "--dry-run", "--output", "json"}, kAirflow));
  EXPECT_EQ(TextAt(plan, {"connections"}), R"([{"type":"postgres","name":"my_db","action":"add"},)"
                                           R"({"type":"http","name":"hook","action":"add"}])");
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(ExchangeTest, ImportSaysWhichDefaultMoved) {
  Do({"connections", "set", "old", "--type", "x", "--field", "a=1", "--default"});
  const ProgramResult result =
      Run({"connections", "import", "-"},
          R"({"connections":[{"name":"new","type":"x","default":true,"fields":{"a":1}}]})");
  EXPECT_EQ(result.err, "@x.old is no longer the default\n");
}

}  // namespace
}  // namespace injector
