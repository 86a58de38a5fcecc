// connections.yaml, .env and environment overrides through the real shim.

#include <gmock/gmock.h>

#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFile = R"(version: 1
connections:
  generic:
    main:
      default: true
      url: http://h
      api_token: ${MAIN_TOKEN}
    other:
      api_token: ${OTHER_TOKEN}
    literal:
      api_token: swordfish-literal
)";

class ConnectionsFileTest : public JobTest {
 protected:
  ConnectionsFileTest() { directory_.Write("connections.yaml", kFile); }
};

TEST_F(ConnectionsFileTest, IsTheDefaultSourceWhereItIs) {
  const ProgramResult job = Shim({"-c", "@generic", "--", "sh", "-c", "echo \"$URL $API_TOKEN\""},
                                 {"MAIN_TOKEN=swordfish-main"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "http://h ***\n");
}

TEST_F(ConnectionsFileTest, ItsVariablesDoNotReachTheJobUnlessKept) {
  const std::vector<std::string> inherited = {"MAIN_TOKEN=swordfish-main",
                                              "OTHER_TOKEN=swordfish-other"};
  const std::string script =
      "echo \"<$MAIN_TOKEN> <$OTHER_TOKEN>\"; echo swordfish-main swordfish-other";
  EXPECT_EQ(Shim({"-c", "main", "--", "sh", "-c", script}, inherited).out, "<> <>\n*** ***\n");
  EXPECT_EQ(Shim({"-c", "main", "--keep-env", "*_TOKEN", "--", "sh", "-c", script}, inherited).out,
            "<***> <***>\n*** ***\n");
}

TEST_F(ConnectionsFileTest, ItsVariablesAreNotInTheEnvironmentThatProcShowsOfUs) {
  // Of another user's process, or one that is not dumpable, only root can look at it.
  const ProgramResult job =
      Shim({"-c", "main", "--", "sh", "-c",
            "grep -a -c -e swordfish-main -e swordfish-other /proc/$PPID/environ"},
           {"MAIN_TOKEN=swordfish-main", "OTHER_TOKEN=swordfish-other"});
  EXPECT_EQ(job.out, "0\n") << job.err;
}

TEST_F(ConnectionsFileTest, DotenvBesideItIsRead) {
  directory_.Write(".env", "MAIN_TOKEN='swordfish-dotenv'\n");
  const ProgramResult job = Shim({"--source", "yaml:" + (directory_ / "connections.yaml"), "-c",
                                  "main", "--", "sh", "-c", "echo \"$API_TOKEN\"; env"});
  EXPECT_THAT(job.out, HasSubstr("***\n"));
  EXPECT_THAT(job.out, Not(HasSubstr("MAIN_TOKEN")));
}

TEST_F(ConnectionsFileTest, TheExampleOfItsDesignInjectsUnchanged) {
  const ProgramResult job =
      Shim({"--source", "yaml:" + tests::SourceFile("conformance/osiris_connections.yaml"), "-c",
            "@mysql", "-c", "@supabase", "-c", "@duckdb", "--", "sh", "-c",
            "echo $MYSQL_HOST $MYSQL_PWD $SUPABASE_URL $SUPABASE_SERVICE_ROLE_KEY $DUCKDB_PATH"},
           {"MYSQL_PASSWORD=swordfish-mysql", "SUPABASE_SERVICE_ROLE_KEY=swordfish-supabase"});
  EXPECT_EQ(job.out,
            "movies.db.example.com *** https://project.supabase.example.com *** "
            "./data/local.duckdb\n")
      << job.err;
}

TEST_F(ConnectionsFileTest, MissingVariableNamesConnectionFieldAndVariable) {
  const ProgramResult job = Shim({"-c", "main", "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("connections.yaml:7:18: @generic.main: api_token: ${MAIN_TOKEN} "
                                 "is not set, or empty"));
}

TEST_F(ConnectionsFileTest, LiteralSecretIsAWarningOrRefused) {
  const ProgramResult job = Shim({"-c", "literal", "--", "sh", "-c", "echo $API_TOKEN"});
  EXPECT_EQ(job.out, "***\n");
  EXPECT_THAT(job.err, HasSubstr("warning: connections.yaml:11:18: @generic.literal: api_token"));
  const ProgramResult strict = Shim({"--strict", "-c", "literal", "--", "true"});
  EXPECT_EQ(strict.exit_status, 125);
  EXPECT_THAT(strict.err, HasSubstr("connections.yaml:11:18"));
  for (const ProgramResult* result : {&job, &strict}) {
    EXPECT_THAT(result->out + result->err, Not(HasSubstr("swordfish")));
  }
}

TEST_F(ConnectionsFileTest, SecretsMayLiveInTheStoreBesideIt) {
  directory_.Write("connections.yaml",
                   "version: 1\nconnections:\n  mysql:\n    db:\n      host: h\n"
                   "      password: 'x{{ var.mysql_password }}'\n");
  ASSERT_EQ(
      Injector({"variables", "set", "mysql_password", "--secret"}, "swordfish-0815").exit_status,
      0);
  const ProgramResult job =
      Shim({"--source", "yaml:connections.yaml", "--source", "file:" + store(), "-c", "db",
            "--fields", "--", "sh", "-c", "echo \"$CONN_DB_PASSWORD\"; echo swordfish-0815"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "***\n***\n");
}

TEST_F(ConnectionsFileTest, AFieldThatMayBeShownIsShownWhateverBroughtIt) {
  const std::vector<std::string> job = {"--no-scrub", "main.api_token", "-c", "main", "--", "sh",
                                        "-c",         "echo $API_TOKEN"};
  const std::string in_json = R"({"api_token": "swordfish-main"})";
  const std::string variables[] = {"MAIN_TOKEN=swordfish-main", "PIPELINE_CONN_MAIN=" + in_json,
                                   "PIPELINE_CONN_GENERIC_MAIN=" + in_json};
  for (const std::string& variable : variables) {
    EXPECT_EQ(Shim(job, {variable}).out, "swordfish-main\n") << variable;
    // What another secret holds too stays masked.
    std::vector<std::string> with_another = job;
    with_another.insert(with_another.begin(), {"--variable", "token"});
    EXPECT_EQ(Shim(with_another, {variable, "PIPELINE_VAR_TOKEN=swordfish-main"}).out, "***\n");
  }
  EXPECT_EQ(Shim({"-c", "x", "--", "sh", "-c", "echo $API_TOKEN"},
                 {R"(PIPELINE_CONN_X={"type": "generic", "fields": {"api_token": "swordfish-x"}, )"
                  R"("noScrub": ["api_token"]})"})
                .out,
            "swordfish-x\n");
}

TEST_F(ConnectionsFileTest, AsAFilterItMasksWhatFieldsAreMadeOf) {
  directory_.Write("connections.yaml",
                   "version: 1\nconnections: {http: {api: {host: h, token: 'Bearer ${TOKEN}'}}}\n");
  const ProgramResult filter =
      Shim({"scrub", "-c", "api"}, {"TOKEN=swordfish-main"}, "x swordfish-main y\n");
  EXPECT_EQ(filter.out, "x *** y\n") << filter.err;
}

// The shim reads some of them itself.
TEST_F(ConnectionsFileTest, WhatIsNoSecretStaysInTheShimsOwnEnvironment) {
  directory_.Write("connections.yaml",
                   "version: 1\nconnections:\n  generic:\n    x:\n"
                   "      file: '${SSL_CERT_FILE}'\n      token: '${X_TOKEN}'\n");
  const std::string script = "tr '\\0' '\\n' < /proc/$PPID/environ | grep -a -e '^SSL' -e '^X_'";
  const ProgramResult job =
      Shim({"-c", "x", "--", "sh", "-c", script}, {"SSL_CERT_FILE=/ca.pem", "X_TOKEN=swordfish"});
  EXPECT_EQ(job.out, "SSL_CERT_FILE=/ca.pem\nX_TOKEN=\n") << job.err;
}

TEST_F(ConnectionsFileTest, AnOverrideOfAnotherTypeIsAnError) {
  const ProgramResult job =
      Shim({"-c", "@generic.main", "--", "true"},
           {"MAIN_TOKEN=x-x-x-x-x", "PIPELINE_CONN_MAIN=mysql://u:swordfish@h"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("PIPELINE_CONN_MAIN: holds a connection of another type than "
                                 "generic\nhint: "));
  EXPECT_THAT(job.err, Not(HasSubstr("swordfish")));
}

TEST_F(ConnectionsFileTest, AnOverrideThatCannotBeUsedIsSaidWithWhatAsksForIt) {
  const std::string file =
      directory_.Write("job.yaml", "version: 1\nconnections:\n  - ref: \"@generic.main\"\n");
  const ProgramResult job = Shim({"--job", file, "--", "true"}, {"PIPELINE_CONN_MAIN=mysql://h"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err,
              HasSubstr("job.yaml:3:5: PIPELINE_CONN_MAIN: holds a connection of another"));
}

TEST_F(ConnectionsFileTest, EnvironmentOverridesIt) {
  const ProgramResult job =
      Shim({"-c", "@generic", "--", "sh", "-c", "echo \"$HOST\"; echo swordfish-override"},
           {"MAIN_TOKEN=x-x-x-x-x",
            R"(PIPELINE_CONN_GENERIC_MAIN={"host": "other", "api_token": "swordfish-override"})"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "other\n***\n");
}

TEST_F(ConnectionsFileTest, EnvironmentAloneOpensNoSource) {
  directory_.Write("connections.yaml", "broken: [");
  const ProgramResult job =
      Shim({"-c", "db", "--", "sh", "-c", "echo $HOST"}, {"PIPELINE_CONN_DB=generic://h"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "h\n");
}

TEST_F(ConnectionsFileTest, MissingConnectionSaysWhereItWasLookedFor) {
  const ProgramResult job = Shim({"-c", "@generic.man", "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("environment, yaml:connections.yaml: no connection \"man\""));
  EXPECT_THAT(job.err, HasSubstr("did you mean @generic.main?"));
}

TEST_F(ConnectionsFileTest, DryRunNamesTheSources) {
  const ProgramResult job = Shim({"--dry-run", "-c", "main"}, {"MAIN_TOKEN=swordfish-main"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_THAT(job.out, HasSubstr("yaml:connections.yaml"));
  EXPECT_THAT(job.out + job.err, Not(HasSubstr("swordfish")));
}

}  // namespace
}  // namespace injector::testing
