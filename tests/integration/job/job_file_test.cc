// Job files, templates and --dotenv through the real shim.

#include <gmock/gmock.h>

#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kConnections = R"(version: 1
connections:
  mysql:
    db_movies: {host: movies.example.com, user: admin, password: '${MOVIES_PASSWORD}'}
  http:
    data_api: {host: api.example.com, token: '${API_TOKEN}', headers: {accept: text}}
  generic:
    plain: {colour: red}
)";

class JobFileTest : public JobTest {
 protected:
  JobFileTest() { directory_.Write("connections.yaml", kConnections); }

  // Runs `script` with job.yaml as given.
  ProgramResult RunJob(const std::string& job, const std::string& script,
                       std::vector<std::string> options = {}) const {
    directory_.Write("job.yaml", "version: 1\n" + job);
    std::vector<std::string> arguments = {"--job", "job.yaml"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"--", "sh", "-c", script});
    return Shim(std::move(arguments),
                {"MOVIES_PASSWORD=swordfish-movies", "API_TOKEN=swordfish-token"});
  }
  void ExpectRefused(const std::string& job, const std::string& message) const {
    const ProgramResult result = RunJob(job, "true");
    EXPECT_EQ(result.exit_status, 125);
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(result.err, Not(HasSubstr("swordfish")));
  }
};

TEST_F(JobFileTest, GivesConnectionsUnderPrefixesAndNames) {
  const ProgramResult job = RunJob(
      "connections:\n- {ref: '@generic.plain', prefix: X_, env: {MINE: colour}}\n"
      "- {ref: '@mysql.db_movies', prefix: MOVIES_, env: {DB_PASS: password, DB_USER: login}}\n",
      "echo $X_COLOUR $MINE $DB_USER $DB_PASS; test \"$DB_PASS\" = swordfish-movies");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "red red admin ***\n");
}

TEST_F(JobFileTest, DefaultsFillAndOverridesReplace) {
  const ProgramResult job = RunJob(
      "connections:\n- ref: plain\n  default: {colour: blue, size: 7}\n  override: {shape: "
      "round}\n",
      "echo $COLOUR $SIZE $SHAPE");
  EXPECT_EQ(job.out, "red 7 round\n") << job.err;
}

TEST_F(JobFileTest, AFieldThatNobodyGivesIsWhatTheCatalogueSays) {
  const std::string job = "connections:\n- ref: '@mysql.db_movies'\n  env: {DB_PORT: port}\n";
  EXPECT_EQ(RunJob(job, "echo $DB_PORT").out, "3306\n");
  EXPECT_EQ(RunJob(job + "  default: {port: 3307}\n", "echo $DB_PORT").out, "3307\n");
}

TEST_F(JobFileTest, PoliciesGuardOverrides) {
  directory_.Write("policy.yaml",
                   "name: x\nx-connection-fields:\n- {name: colour, override: forbidden}\n"
                   "- {field: shape, override: warning}\n- size\n");
  const std::string job = "connections:\n- ref: plain\n  policy: policy.yaml\n  override: ";
  ExpectRefused(job + "{colour: blue}\n",
                "job.yaml:3:3: @generic.plain: override of colour is forbidden");
  const ProgramResult warned = RunJob(job + "{shape: round, size: 1}\n", "echo $SHAPE");
  EXPECT_EQ(warned.out, "round\n");
  EXPECT_THAT(warned.err, HasSubstr("warning: job.yaml:3:3: @generic.plain: override of shape"));
  EXPECT_THAT(warned.err, Not(HasSubstr("size")));
  ExpectRefused("connections:\n- ref: '@http.data_api'\n  override: {token: x}\n",
                "override of token is forbidden");
}

TEST_F(JobFileTest, OptionalConnectionMayBeAbsent) {
  EXPECT_EQ(RunJob("connections:\n- {ref: nobody, optional: true}\n", "true").exit_status, 0);
  ExpectRefused("connections:\n- ref: nobody\n",
                "job.yaml:3:3: environment, yaml:connections.yaml: no connection named \"nobody\"");
}

TEST_F(JobFileTest, WhatItNamesAndIsNotThereIsSaidWithItsPlace) {
  ExpectRefused("connections:\n- {ref: plain, policy: none.yaml}\n",
                "job.yaml:3:3: policy: open none.yaml: no such file or directory");
  ExpectRefused("files:\n- {template: none.tmpl, env: X}\n",
                "job.yaml:3:3: template: open none.tmpl: no such file or directory");
}

TEST_F(JobFileTest, ANameThatTwoHaveIsSaidWhereTheTemplateNamesIt) {
  directory_.Write("connections.yaml",
                   "version: 1\nconnections: {a: {twin: {x: 1}}, b: {twin: {x: 2}}}\n");
  directory_.Write("app.tmpl", "\n{{ conn.twin.x }}");
  ExpectRefused("files:\n- {template: app.tmpl, env: APP_CONFIG}\n",
                "app.tmpl:2:1: {{ conn.twin.x }}: connections.yaml: more than one connection is "
                "named \"twin\": @a.twin, @b.twin");
}

TEST_F(JobFileTest, OptionsComeBeforeTheFile) {
  const std::string job = "connections:\n- {ref: plain, prefix: FILE_}\non_conflict: keep\n";
  EXPECT_EQ(RunJob(job, "echo $FILE_COLOUR", {}).out, "red\n");
  EXPECT_EQ(RunJob(job, "echo $FLAG_COLOUR", {"-c", "plain=FLAG_"}).out, "red\n");
}

TEST_F(JobFileTest, ASettingIsTakenFromFlagEnvironmentFileAndDefaultInThisOrder) {
  const struct {
    const char* flag;
    const char* variable;
    const char* file;
    const char* out;  // nullptr: the conflict is an error
  } rows[] = {
      {"", "", "", nullptr},
      {"", "", "keep", "kept\n"},
      {"", "", "overwrite", "given\n"},
      {"", "overwrite", "keep", "given\n"},
      {"", "error", "keep", nullptr},
      {"overwrite", "", "keep", "given\n"},
      {"error", "overwrite", "keep", nullptr},
      {"overwrite", "error", "error", "given\n"},
  };
  for (const auto& row : rows) {
    std::string job = "version: 1\nconnections:\n- {ref: data_api, env: {MINE: token}}\n";
    if (*row.file != '\0') job += "on_conflict: " + std::string(row.file) + "\n";
    directory_.Write("job.yaml", job);
    std::vector<std::string> arguments = {"--no-scrub-env", "--job", "job.yaml"};
    if (*row.flag != '\0') arguments.push_back("--on-conflict=" + std::string(row.flag));
    arguments.insert(arguments.end(),
                     {"--", "sh", "-c", "test $MINE = inherited-token && echo kept || echo given"});
    std::vector<std::string> environment = {"MINE=inherited-token", "API_TOKEN=swordfish-token",
                                            "MOVIES_PASSWORD=swordfish-movies"};
    if (*row.variable != '\0') {
      environment.push_back("INJECTOR_ON_CONFLICT=" + std::string(row.variable));
    }
    const ProgramResult result = Shim(arguments, environment);
    const std::string label = std::string(row.flag) + "|" + row.variable + "|" + row.file;
    EXPECT_EQ(result.exit_status, row.out == nullptr ? 125 : 0) << label << result.err;
    EXPECT_EQ(result.out, row.out == nullptr ? "" : row.out) << label;
  }
}

TEST_F(JobFileTest, WrongFilesAreRefusedWithTheirPlace) {
  ExpectRefused("connection: []\n",
                "job.yaml:2:1: unknown key connection; did you mean connections?");
  ExpectRefused("connections:\n- {rf: plain}\n", "job.yaml:3:4: unknown key rf; did you mean ref?");
  ExpectRefused("connections:\n- {ref: '@'}\n", "job.yaml:3:9: reference: no type after the @");
  ExpectRefused("connections:\n- {ref: plain, env: {LD_PRELOAD: colour}}\n", "LD_PRELOAD");
  ExpectRefused("connections:\n- {ref: plain, env: {X: missing}}\n", "missing is missing");
}

TEST_F(JobFileTest, TemplatesAreRenderedIntoThePrivateDirectory) {
  directory_.Write("app.tmpl.ini",
                   "[db]\nhost={{ conn.mysql.db_movies.host }}\nport={{ conn.db_movies.port }}\n"
                   "password={{ conn.db_movies.password }}\nbraces={{ \"{{\" }}\n");
  const ProgramResult job =
      RunJob("files:\n- {template: app.tmpl.ini, env: APP_CONFIG}\n",
             "stat -c %a \"$APP_CONFIG\"; cat \"$APP_CONFIG\"; basename \"$APP_CONFIG\"");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(
      job.out,
      "600\n[db]\nhost=movies.example.com\nport=3306\npassword=***\nbraces={{\napp.tmpl.ini\n");
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(JobFileTest, MissingReferenceSaysFileLineAndColumn) {
  directory_.Write("app.tmpl", "a\n  {{ conn.db_movies.pasword }}\n");
  const std::string job = "files:\n- {template: app.tmpl, env: APP_CONFIG}\n";
  ExpectRefused(job, "app.tmpl:2:3: {{ conn.db_movies.pasword }}: @mysql.db_movies has no field");
  ExpectRefused(job, "the sources asked: environment, yaml:connections.yaml");
  directory_.Write("app.tmpl", "a\n {{ conn.db_movies");
  ExpectRefused(job, "app.tmpl:2:2: {{ without }}");
}

TEST_F(JobFileTest, ArgumentsAndVariablesAreRenderedWhenAsked) {
  const std::vector<std::string> environment = {"MOVIES_PASSWORD=swordfish-movies",
                                                "API_TOKEN=swordfish-token",
                                                "HEADER=Bearer {{ conn.data_api.token }}"};
  const std::string argument = "https://{{ conn.data_api.host }}";
  const ProgramResult rendered =
      Shim({"--render-env", "--render-args", "--", "sh", "-c", "echo $HEADER $0", argument},
           environment);
  EXPECT_EQ(rendered.out, "Bearer *** https://api.example.com\n") << rendered.err;
  EXPECT_THAT(rendered.err, HasSubstr("--render-args: every process"));
  EXPECT_EQ(Shim({"--", "sh", "-c", "echo $0", argument}, environment).out, argument + "\n");
}

TEST_F(JobFileTest, DotenvBecomesVariables) {
  directory_.Write(".env", "export PLAIN=1\nMY_TOKEN='swordfish-dotenv'\nINJECTOR_X=no\n");
  const ProgramResult job =
      Shim({"--dotenv", "--", "sh", "-c", "echo $PLAIN $MY_TOKEN $INJECTOR_X; env"});
  EXPECT_THAT(job.out, HasSubstr("1 ***\n")) << job.err;
  EXPECT_THAT(job.out, Not(HasSubstr("swordfish")));
  directory_.Write("other", "LD_PRELOAD=/tmp/evil.so\n");
  const ProgramResult refused = Shim({"--dotenv=other", "--", "true"});
  EXPECT_EQ(refused.exit_status, 125);
  EXPECT_THAT(refused.err, HasSubstr("LD_PRELOAD"));
}

TEST_F(JobFileTest, MissingConnectionMentionsDotenvWhereThereIsOne) {
  EXPECT_THAT(Shim({"-c", "nobody", "--", "true"}).err, Not(HasSubstr("--dotenv")));
  directory_.Write(".env", "A=1\n");
  EXPECT_THAT(Shim({"-c", "nobody", "--", "true"}).err, HasSubstr("--dotenv"));
}

TEST_F(JobFileTest, DryRunShowsRenderedFilesAndNoSecret) {
  directory_.Write("app.tmpl", "{{ conn.db_movies.password }}");
  directory_.Write("job.yaml", "version: 1\nfiles:\n- {template: app.tmpl, env: APP_CONFIG}\n");
  const ProgramResult job =
      Shim({"--dry-run", "--job", "job.yaml"}, {"MOVIES_PASSWORD=swordfish-movies"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_THAT(job.out, HasSubstr("rendered/APP_CONFIG/app.tmpl"));
  EXPECT_THAT(job.out + job.err, Not(HasSubstr("swordfish")));
}

}  // namespace
}  // namespace injector::testing
