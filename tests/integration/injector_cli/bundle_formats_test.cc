// connections export and import as YAML and env lines, and migrate from a .env file.

#include <filesystem>

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// With the characters that the formats treat as their own.
constexpr const char* kCanary = "hunter2'${X}{{ a }}\"#\\";

class BundleFormatsTest : public InjectorCliTest {
 protected:
  void Plant() const {
    Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=db", "--field",
        "port=5432", "--default", "--description", "all films", "--secret", "password=-"},
       kCanary);
    Do({"connections", "set", "hook", "--type", "http", "--field", "host=hooks.example.com",
        "--secret", "password=-"},
       "hunter2-plain");
  }
  std::vector<std::string> InOtherStore(std::vector<std::string> words) const {
    words.insert(words.end(), {"--store", Path("other.json")});
    return words;
  }
  // Run() with a variable in the environment too.
  ProgramResult RunWith(std::string variable, std::vector<std::string> words) const {
    ProgramRun call = Call(std::move(words));
    call.environment.push_back(std::move(variable));
    return RunProgram(call);
  }
};

TEST_F(BundleFormatsTest, WhatIsExportedComesBackTheSame) {
  Plant();
  for (const char* format : {"yaml", "env"}) {
    const std::string exported = Do({"connections", "export", "--reveal", "--format", format});
    Do(InOtherStore({"connections", "import", "-", "--overwrite"}), exported);
    EXPECT_EQ(Do(InOtherStore({"connections", "export", "--reveal"})),
              Do({"connections", "export", "--reveal"}))
        << format;
    std::filesystem::remove(Path("other.json"));
  }
}

TEST_F(BundleFormatsTest, ExportLeavesSecretsOutUnlessRevealed) {
  Plant();
  Do({"variables", "set", "token", "--secret"}, "hunter2-value");
  for (const char* format : {"yaml", "env"}) {
    const ProgramResult result = Run({"connections", "export", "--format", format});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("hooks.example.com")) << format;
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("hunter2"))) << format;
  }
}

TEST_F(BundleFormatsTest, ImportResolvesVariablesOfConnectionsYaml) {
  const std::string path = WriteFile("connections.yaml",
                                     "version: 1\nconnections:\n  mysql:\n    movies:\n"
                                     "      host: h\n      password: ${MOVIES_PASSWORD}\n");
  const ProgramResult result =
      RunWith("MOVIES_PASSWORD=hunter2-pw", {"connections", "import", path});
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("hunter2")));
  EXPECT_THAT(Do({"connections", "get", "movies", "--reveal"}), HasSubstr("hunter2-pw"));
  EXPECT_THAT(Fail(1, {"connections", "import", path, "--overwrite"}),
              HasSubstr("MOVIES_PASSWORD"));
}

TEST_F(BundleFormatsTest, ImportTakesAirflowsVariables) {
  const ProgramResult result = RunWith("AIRFLOW_CONN_MY_DB=postgres://u:hunter2-pw@db/movies",
                                       {"connections", "import", "--from-env"});
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.out, "ACTION  WHAT\nadd     @postgres.my_db\n");
  EXPECT_THAT(Fail(1, {"connections", "import", "--from-env"}), HasSubstr("AIRFLOW_CONN_"));
  EXPECT_THAT(Fail(2, {"connections", "import"}), HasSubstr("either FILE or --from-env"));
}

TEST_F(BundleFormatsTest, RefusedLinesAreNotRepeated) {
  for (const char* bad :
       {"PIPELINE_CONN_A='hunter2", "PIPELINE_CONN_A=http://u:hunter2@h:99999",
        "connections:\n  mysql: [hunter2\n", "connections:\n  mysql:\n    a: hunter2\n"}) {
    EXPECT_THAT(Fail(1, {"connections", "import", "-"}, bad),
                AllOf(HasSubstr("stdin"), Not(HasSubstr("hunter2"))));
  }
}

TEST_F(BundleFormatsTest, MigrateKeepsSecretsInTheDotenv) {
  const std::string dotenv = WriteFile(
      ".env", "MYSQL_HOST=db.example.com\nMYSQL_USER=app\nMYSQL_PASSWORD=hunter2-pw\nEDITOR=vi\n");
  const std::string out = Path("connections.yaml");
  const std::vector<std::string> words = {"connections", "migrate", dotenv, "--out", out};
  const ProgramResult result = Run(words);
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("@mysql.main"), HasSubstr("EDITOR is left out")));
  const std::string yaml = FileContent(out);
  EXPECT_THAT(yaml, AllOf(HasSubstr("host: db.example.com"), HasSubstr("${MYSQL_PASSWORD}")));
  EXPECT_THAT(yaml + result.out + result.err, Not(HasSubstr("hunter2")));
  // The new file is a source as it stands, with the .env beside it.
  EXPECT_THAT(Do({"connections", "get", "@mysql", "--reveal", "--source", "yaml:" + out}),
              HasSubstr("hunter2-pw"));
  EXPECT_THAT(Fail(1, words), HasSubstr("--force"));
  EXPECT_EQ(FileContent(out), yaml);
}

TEST_F(BundleFormatsTest, MigratePrintsRenamedConnections) {
  const std::string dotenv =
      WriteFile("prod.env", "PGHOST=db\nPGPASSWORD=hunter2-pw\nAPI_HOST=a\nAPI_TOKEN=hunter2-t\n");
  const std::string yaml =
      Do({"connections", "migrate", dotenv, "--out", "-", "--rename", "postgres.main=movies"});
  EXPECT_THAT(yaml, AllOf(HasSubstr("movies:"), HasSubstr("api:"), HasSubstr("${API_TOKEN}")));
  EXPECT_THAT(yaml, Not(HasSubstr("hunter2")));
  EXPECT_THAT(Fail(1, {"connections", "migrate", Path("absent.env"), "--out", "-"}),
              HasSubstr("absent.env"));
}

}  // namespace
}  // namespace injector
