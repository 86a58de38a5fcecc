// injector check: what each kind of file is told, where, and that it needs nothing else.

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCanary = "hunter2-canary";

constexpr const char* kConnections =
    "version: 1\nconnections:\n  mysql:\n    movies:\n      host: h\n      login: u\n"
    "      schema: s\n      password: ${MOVIES_PASSWORD}\n";
constexpr const char* kJob = "version: 1\nconnections: ['@mysql.movies']\n";
constexpr const char* kPolicy =
    "name: mysql.extractor\nx-connection-fields:\n- {name: host, override: allowed}\n";
constexpr const char* kTemplate = "host = {{ conn.movies.host }}\n";

struct Row {
  const char* name;
  const char* file;
  const char* content;
  const char* told;  // all of stdout after the directory; empty: nothing is wrong
};

const Row kRows[] = {
    {"Connections", "connections.yaml", kConnections, ""},
    {"ConnectionsUnderAnotherName", "prod.yaml", kConnections, ""},
    {"Job", "job.yaml", kJob, ""},
    {"JobOfVariablesAlone", "job.yaml", "version: 1\nvariables: [a]\n", ""},
    {"Policy", "component.yaml", kPolicy, ""},
    {"Template", "app.tmpl.ini", kTemplate, ""},
    {"TemplateAtTheEnd", "app.ini.tmpl", kTemplate, ""},
    {"Issuers", "issuers.yaml",
     "version: 1\nissuers: [{name: ci, issuer: 'https://h', audiences: [a], rules: [{org: o, "
     "repos: "
     "[r], match: {/sub: s}}]}]\n",
     ""},
    {"IssuersWithoutIdentity", "issuers.yaml",
     "version: 1\nissuers: [{name: ci, issuer: 'https://h', audiences: [a], rules: [{org: o, "
     "repos: "
     "[r],\n match: {/ref: s}}]}]\n",
     "issuers.yaml:3:9: error: match: checks no claim that says who it is: repository_id, "
     "repository_owner_id, project_id, namespace_id, the namespace and serviceaccount/name of "
     "kubernetes.io, or sub\n"},
    {"Syntax", "any.yaml", "version: 1\nconnections: [unclosed\n",
     "any.yaml:3:1: error: the end: a [ above, or a quote behind it, is not closed\n"},
    {"UnknownContent", "other.yaml", "name: x\n",
     "other.yaml:1:1: error: nothing tells what this file is; --kind says it\n"},
    {"NoContent", "other.yaml", "",
     "other.yaml:1:1: error: nothing tells what this file is; --kind says it\n"},
    {"EmptyConnectionsFile", "connections.yaml", "",
     "connections.yaml:1:1: error: connections file: expected a map\n"},
    {"MissingField", "connections.yaml", "version: 1\nconnections:\n  redis:\n    r: {port: 1}\n",
     "connections.yaml:4:5: error: @redis.r: host: required and missing\n"},
    {"UnknownKeyOfAJob", "job.yaml", "version: 1\nconnections:\n- {ref: a, prefx: B_}\n",
     "job.yaml:3:12: error: unknown key prefx; did you mean prefix?\n"},
    {"BadReference", "job.yaml", "version: 1\nconnections:\n- '@mysql.'\n",
     "job.yaml:3:3: error: reference: no alias after the type's dot\n"},
    {"ConflictRule", "job.yaml", "version: 1\non_conflict: maybe\n",
     "job.yaml:2:14: error: on_conflict: expected error, keep or overwrite\n"},
    {"AbsentPolicy", "job.yaml", "version: 1\nconnections:\n- {ref: a, policy: p.yaml}\n",
     "job.yaml:3:3: error: policy: open @/p.yaml: no such file or directory\n"},
    {"AbsentTemplate", "job.yaml", "version: 1\nfiles:\n- {template: t.ini, env: T}\n",
     "job.yaml:3:3: error: template: open @/t.ini: no such file or directory\n"},
    {"NameOfAField", "job.yaml", "version: 1\nconnections:\n- {ref: a, env: {LD_PRELOAD: host}}\n",
     "job.yaml:3:3: error: would set LD_PRELOAD, which is refused: the dynamic loader loads code "
     "by "
     "it\n"},
    {"NameOfAVariable", "job.yaml", "version: 1\nvariables:\n- ld_preload\n",
     "job.yaml:3:3: error: would set LD_PRELOAD, which is refused: the dynamic loader loads code "
     "by "
     "it\n"},
    {"ForbiddenOverride", "job.yaml",
     "version: 1\nconnections:\n- {ref: '@mysql.movies', override: {password: hunter2-canary}}\n",
     "job.yaml:3:3: error: @mysql.movies: override of password is forbidden; its policy must list "
     "it as allowed; secret fields are forbidden unless listed\n"},
    {"ForbiddenOverrideOfABareName", "job.yaml",
     "version: 1\nconnections:\n- {ref: movies, override: {password: hunter2-canary}}\n",
     "job.yaml:3:3: error: movies: override of password is forbidden; its policy must list it as "
     "allowed; secret fields are forbidden unless listed\n"},
    {"RuleOfAPolicy", "component.yaml", "x-connection-fields:\n- {name: host, override: yes}\n",
     "component.yaml:2:26: error: override: expected allowed, forbidden or warning\n"},
    {"Webhook", "any.yaml", "version: 1\nshim_image: a\n",
     "any.yaml:1:1: error: sidecar_image: missing\n"},
    {"Braces", "app.tmpl", "a\n  {{ conn.a.b\n", "app.tmpl:2:3: error: {{ without }}\n"},
};

class CheckTest : public InjectorCliTest {
 protected:
  // What is told, with the test's directory left out: at the start of lines, and as @ inside.
  std::string Told(std::vector<std::string> words) const {
    return Shortened(Run(std::move(words)).out);
  }
  std::string Shortened(std::string told) const {
    const std::string directory = Path("");
    for (std::size_t at = told.find(directory); at != std::string::npos;
         at = told.find(directory)) {
      const bool starts_line = at == 0 || told[at - 1] == '\n';
      told.replace(at, directory.size(), starts_line ? "" : "@/");
    }
    return told;
  }
};

TEST_F(CheckTest, TellsWhatIsWrongAndWhere) {
  key_ = "";  // and no variable is set
  for (const Row& row : kRows) {
    const std::string path = WriteFile(row.file, row.content);
    const ProgramResult result = Run({"check", path});
    EXPECT_EQ(Shortened(result.out), row.told) << row.name;
    EXPECT_EQ(result.exit_status, *row.told == '\0' ? 0 : 1) << row.name;
    EXPECT_EQ(result.err, *row.told == '\0' ? "" : "injector: 1 problem\n") << row.name;
    EXPECT_THAT(result.out + result.err, Not(HasSubstr(kCanary))) << row.name;
  }
}

TEST_F(CheckTest, KindIsForced) {
  const std::string path = WriteFile("mysql.extractor", "on_conflict: maybe\n");
  EXPECT_THAT(Told({"check", path, "--kind", "policy"}), HasSubstr("x-connection-fields: missing"));
  EXPECT_THAT(Told({"check", path, "--kind", "job"}), HasSubstr("version: missing"));
  EXPECT_THAT(Told({"check", path, "--kind", "connections"}), HasSubstr("connections: missing"));
  EXPECT_EQ(Told({"check", path, "--kind", "template"}), "");
  EXPECT_THAT(Told({"check", path, "--kind", "webhook"}), HasSubstr("unknown key on_conflict"));
  EXPECT_THAT(Fail(2, {"check", path, "--kind", "dockerfile"}),
              HasSubstr("expected connections, job, policy, template, webhook or issuers"));
}

TEST_F(CheckTest, AJobIsCheckedWithWhatItNames) {
  WriteFile("p.yaml", "x-connection-fields: [{name: host, overide: allowed}]\n");
  WriteFile("t.ini", "{{ nothing }}\n");
  const std::string job = WriteFile("job.yaml",
                                    "version: 1\nconnections:\n- {ref: a, policy: p.yaml}\n"
                                    "files:\n- {template: t.ini, env: T}\n");
  const std::string told = Told({"check", job});
  EXPECT_THAT(told, HasSubstr("p.yaml:1:36: error: unknown key overide; did you mean override?"));
  EXPECT_THAT(told, HasSubstr("t.ini:1:1: error: "));
}

TEST_F(CheckTest, APolicyAllowsWhatItLists) {
  WriteFile("p.yaml", "x-connection-fields: [password, {field: host, override: forbidden}]\n");
  const std::string job = WriteFile("job.yaml",
                                    "version: 1\nconnections:\n- {ref: '@mysql.a', policy: p.yaml, "
                                    "override: {password: x}}\n"
                                    "- {ref: '@mysql.b', policy: p.yaml, override: {host: x}}\n");
  EXPECT_THAT(Told({"check", job}), AllOf(HasSubstr("job.yaml:4:3: error: @mysql.b: override of "
                                                    "host is forbidden"),
                                          Not(HasSubstr(".yaml:3:"))));
}

TEST_F(CheckTest, SeveralFilesAreCountedTogether) {
  const std::string bad = WriteFile("bad.tmpl", "{{");
  const ProgramResult result =
      Run({"check", WriteFile("job.yaml", kJob), bad, WriteFile("x.yaml", "a: 1\n")});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.err, "injector: 2 problems\n");
}

TEST_F(CheckTest, LiteralSecretsFailStrictChecksOnly) {
  const std::string path = WriteFile("literal.yaml",
                                     "version: 1\nconnections:\n  mysql:\n    movies:\n"
                                     "      host: h\n      login: u\n      schema: s\n"
                                     "      password: " +
                                         std::string(kCanary) + "\n");
  const ProgramResult lenient = Run({"check", path});
  EXPECT_EQ(lenient.exit_status, 0) << lenient.err;
  EXPECT_THAT(lenient.out, AllOf(HasSubstr(path + ":8:"), HasSubstr(" warning: ")));
  const ProgramResult strict = Run({"check", "--strict", path, "--output", "json"});
  EXPECT_NE(strict.exit_status, 0);
  EXPECT_THAT(strict.out, AllOf(HasSubstr("\"line\": 8,"), HasSubstr("\"warning\"")));
  EXPECT_THAT(lenient.out + lenient.err + strict.out + strict.err, Not(HasSubstr(kCanary)));
}

TEST_F(CheckTest, NamesAFileThatIsNotThere) {
  EXPECT_THAT(Fail(1, {"check", Path("absent.yaml")}), HasSubstr("absent.yaml"));
}

// The git hook of examples/hooks, in a repository of the test's own.
class HookTest : public CheckTest {
 protected:
  void SetUp() override {
    CheckTest::SetUp();
    Git({"init", "-q", Path("repo")});
    Git({"-C", Path("repo"), "config", "core.hooksPath", tests::SourceFile("../examples/hooks")});
  }
  ProgramResult Git(std::vector<std::string> words) const {
    ProgramRun run = Call({});
    const std::string program = tests::Program("injector");
    run.environment = {"PATH=" + program.substr(0, program.rfind('/')) + ":/usr/bin:/bin",
                       "HOME=" + Path(""),
                       "GIT_CONFIG_NOSYSTEM=1",
                       "GIT_AUTHOR_NAME=a",
                       "GIT_AUTHOR_EMAIL=a@example.com",
                       "GIT_COMMITTER_NAME=a",
                       "GIT_COMMITTER_EMAIL=a@example.com"};
    words.insert(words.begin(), "git");
    run.argv = std::move(words);
    return RunProgram(run);
  }
  ProgramResult Commit() const { return Git({"-C", Path("repo"), "commit", "-q", "-m", "x"}); }
  void Stage(const std::string& name, std::string_view content) const {
    WriteFile("repo/" + name, content);
    EXPECT_EQ(Git({"-C", Path("repo"), "add", name}).exit_status, 0);
  }
};

TEST_F(HookTest, RightFilesAndThoseOfOthersAreCommitted) {
  Stage("connections.yaml", kConnections);
  Stage("job with space.yaml", kJob);
  Stage("other.yaml", "variables: {not: ours}\n");
  Stage("app.tmpl", kTemplate);
  const ProgramResult commit = Commit();
  EXPECT_EQ(commit.exit_status, 0) << commit.err;
}

TEST_F(HookTest, WhatTheCommitWouldHoldIsChecked) {
  Stage("connections.yaml", std::string(kConnections) + "      extra: [\n");
  WriteFile("repo/connections.yaml", kConnections);  // right again, but not staged
  const ProgramResult commit = Commit();
  EXPECT_NE(commit.exit_status, 0);
  EXPECT_THAT(commit.out + commit.err, HasSubstr("connections.yaml:10:1: error: "));
}

TEST_F(HookTest, LiteralSecretsAreKeptOut) {
  Stage("prod.yaml", "version: 1\nconnections: {generic: {g: {password: hunter2-canary}}}\n");
  const ProgramResult commit = Commit();
  EXPECT_NE(commit.exit_status, 0);
  EXPECT_THAT(commit.out + commit.err, AllOf(HasSubstr("prod.yaml:2:"), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace injector
