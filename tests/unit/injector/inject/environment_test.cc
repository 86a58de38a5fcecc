#include "injector/inject/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ScrubLines;
using ::testing::StartsWith;
using Action = EnvironmentChange::Action;

std::vector<Secret> Bytes(const std::vector<std::string>& entries) {
  std::vector<Secret> bytes;
  for (const std::string& entry : entries) bytes.push_back(Secret::CopyOf(entry));
  return bytes;
}

std::vector<std::string> Lines(const JobEnvironment& environment) {
  std::vector<std::string> lines;
  for (const Secret& entry : environment.entries) lines.emplace_back(entry.Reveal());
  return lines;
}

// "set NAME=shown" and so on.
std::vector<std::string> ChangeLines(const JobEnvironment& environment) {
  std::vector<std::string> lines;
  for (const EnvironmentChange& change : environment.changes) {
    constexpr const char* kActions[] = {"set", "overwrite", "keep", "remove"};
    lines.push_back(std::string(kActions[static_cast<int>(change.action)]) + " " + change.name +
                    "=" + change.shown);
  }
  return lines;
}

class EnvironmentTest : public ::testing::Test {
 protected:
  JobEnvironment Assemble(const std::vector<std::string>& inherited) {
    const std::vector<Secret> bytes = Bytes(inherited);
    const Injection injection = job_.Injected();
    Result<JobEnvironment> result = AssembleEnvironment(bytes, injection, options_);
    if (result.ok()) return std::move(result).value();
    ADD_FAILURE() << result.error().message();
    return {};
  }

  std::string Refusal(const std::vector<std::string>& inherited) {
    const std::vector<Secret> bytes = Bytes(inherited);
    const Injection injection = job_.Injected();
    const Result<JobEnvironment> result = AssembleEnvironment(bytes, injection, options_);
    return result.ok() ? "(not refused)" : result.error().message() + "\n" + result.error().hint();
  }

  JobUnderTest job_;
  EnvironmentOptions options_{.files_directory = "/private"};
};

TEST_F(EnvironmentTest, WhatIsInheritedPassesByteForByteAndInOrder) {
  const std::vector<std::string> odd = {
      "A=1",    "B=\xC3\x28\xFF",          "A=2",    "no equals sign", "", "=C:=nothing",
      "EMPTY=", "BASH_FUNC_f%%=() { :; }", "E=a=b=c"};
  EXPECT_EQ(Lines(Assemble(odd)), odd);
}

TEST_F(EnvironmentTest, OurOwnSettingsNeverReachTheJob) {
  const JobEnvironment environment = Assemble(
      {"INJECTOR_SOURCE=file:/x", "INJECTOR_TOKEN=own-token", "INJECTOR_TOKEN_FILE=/run/token",
       "PIPELINE_ENCRYPTION_KEY=the-key", "PIPELINE_CONN_DB=postgres://u:p@h", "SERVICE_CONN_KEY=k",
       "PIPELINE_VAR_API_TOKEN=vt", "PIPELINE_VAR_REGION=eu", "PIPELINE_ID=7", "KEPT=yes"});
  EXPECT_THAT(Lines(environment), ElementsAre("PIPELINE_ID=7", "KEPT=yes"));
  EXPECT_THAT(ScrubLines(environment.scrub_values),
              ElementsAre("env.INJECTOR_TOKEN=own-token", "env.PIPELINE_ENCRYPTION_KEY=the-key",
                          "env.PIPELINE_CONN_DB=postgres://u:p@h", "env.SERVICE_CONN_KEY=k",
                          "env.PIPELINE_VAR_API_TOKEN=vt"));
}

// Their values are words of ordinary output: "mask", "error", a path.
TEST_F(EnvironmentTest, SettingsThatAreCalledAfterSecretsAreNotScrubbed) {
  const JobEnvironment environment = Assemble(
      {"INJECTOR_SHORT_SECRETS=mask", "INJECTOR_TOKEN_ENV=CI_JOB_JWT", "INJECTOR_TOKEN_FILE=/t",
       "INJECTOR_KEY_FILE=/k", "INJECTOR_NO_SCRUB=db.password", "INJECTOR_NO_SCRUB_ENV=1"});
  EXPECT_THAT(Lines(environment), IsEmpty());
  EXPECT_THAT(ScrubLines(environment.scrub_values), IsEmpty());
}

TEST_F(EnvironmentTest, AnUnknownSettingWithASecretNameIsScrubbed) {
  EXPECT_THAT(ScrubLines(Assemble({"INJECTOR_NEW_SECRET=s", "INJECTOR_NEW=n"}).scrub_values),
              ElementsAre("env.INJECTOR_NEW_SECRET=s"));
}

TEST_F(EnvironmentTest, WhatASourceUsedIsRemovedAndScrubbedWhateverItsName) {
  options_.source_variables = {"CI_JOB_JWT"};
  options_.keep = {"*"};
  const JobEnvironment environment = Assemble({"CI_JOB_JWT=jwt", "X=1"});
  EXPECT_THAT(Lines(environment), ElementsAre("X=1"));
  EXPECT_THAT(ScrubLines(environment.scrub_values), ElementsAre("env.CI_JOB_JWT=jwt"));
}

TEST_F(EnvironmentTest, WhatTheConnectionsFileUsesIsRemovedUnlessKept) {
  options_.referenced_variables = {{"DB_HOST"}, {"DB_PASSWORD"}};
  const std::vector<std::string> inherited = {"DB_HOST=h", "DB_PASSWORD=pw", "OTHER=1"};
  EXPECT_THAT(Lines(Assemble(inherited)), ElementsAre("OTHER=1"));
  EXPECT_THAT(ScrubLines(Assemble(inherited).scrub_values), ElementsAre("env.DB_PASSWORD=pw"));
  options_.keep = {"DB_H*"};
  EXPECT_THAT(Lines(Assemble(inherited)), ElementsAre("DB_HOST=h", "OTHER=1"));
}

TEST_F(EnvironmentTest, ClearingLeavesOnlyWhatIsInjected) {
  job_.With("postgres.db", R"({"password": "ours"})");
  options_.clear_inherited = true;
  options_.scrub_patterns = {};
  const JobEnvironment environment =
      Assemble({"PATH=/bin", "API_TOKEN=gone", "PGPASSWORD=other", "malformed"});
  EXPECT_THAT(Lines(environment), ElementsAre("PGPASSWORD=ours"));
  EXPECT_THAT(ScrubLines(environment.scrub_values),
              ElementsAre("env.API_TOKEN=gone", "env.PGPASSWORD=other"));
}

TEST_F(EnvironmentTest, ClearingKeepsWhatIsNamedButNoSettingOfOurs) {
  options_.clear_inherited = true;
  options_.keep = {"PATH", "LC_*", "INJECTOR_*"};
  EXPECT_THAT(Lines(Assemble({"PATH=/bin", "HOME=/root", "LC_ALL=C", "INJECTOR_X=1"})),
              ElementsAre("PATH=/bin", "LC_ALL=C"));
}

TEST_F(EnvironmentTest, InheritedSecretsAreScrubbedByPatternInAnyCase) {
  const JobEnvironment environment =
      Assemble({"DB_PASSWORD=a", "db_password=b", "MY_SECRET_X=c", "GH_TOKEN=d", "SSH_KEY=e",
                "KEYBOARD=no", "AWS_CREDENTIALS=f", "TOKE=no", "EMPTY_TOKEN=", "GH_TOKEN=d"});
  EXPECT_THAT(ScrubLines(environment.scrub_values),
              ElementsAre("env.DB_PASSWORD=a", "env.db_password=b", "env.MY_SECRET_X=c",
                          "env.GH_TOKEN=d", "env.SSH_KEY=e", "env.AWS_CREDENTIALS=f"));
}

TEST_F(EnvironmentTest, PatternsAreTheCallersAndMayBeNone) {
  options_.scrub_patterns = {"MY_*"};
  EXPECT_THAT(ScrubLines(Assemble({"MY_X=1", "GH_TOKEN=2"}).scrub_values),
              ElementsAre("env.MY_X=1"));
  options_.scrub_patterns = {};
  EXPECT_THAT(ScrubLines(Assemble({"MY_X=1", "GH_TOKEN=2"}).scrub_values), IsEmpty());
}

TEST_F(EnvironmentTest, WhatIsInjectedComesLastAndOnce) {
  job_.With("postgres.db", R"({"host": "h"})").WithVariable("mode", "m");
  EXPECT_THAT(Lines(Assemble({"PGHOST=old", "A=1", "PGHOST=older", "PGSERVICE=s", "PGHOSTADDR=1"})),
              ElementsAre("A=1", "PGHOST=h", "DATABASE_URL=postgresql://h/", "MODE=m"));
}

TEST_F(EnvironmentTest, FileVariablesGetTheirPaths) {
  job_.With("docker.a", R"({"login": "u", "password": "p"})")
      .With("http.a", R"({"host": "h", "login": "u", "password": "p"})");
  EXPECT_THAT(Lines(Assemble({})), AllOf(Contains("DOCKER_CONFIG=/private/docker"),
                                         Contains("REGISTRY_AUTH_FILE=/private/docker/config.json"),
                                         Contains("NETRC=/private/netrc")));
}

TEST_F(EnvironmentTest, ADirectoryVariableOfAFileAtTheTopIsTheDirectoryItself) {
  Injection injection;
  injection.files.push_back({"settings", Secret(), "x.y"});
  injection.variables.push_back({.name = "D", .kind = InjectedVariable::Kind::kFileDirectory});
  const Result<JobEnvironment> environment = AssembleEnvironment({}, injection, options_);
  EXPECT_THAT(Lines(*environment), ElementsAre("D=/private"));
}

TEST_F(EnvironmentTest, APathStandsBetweenOtherTextAndQuotedWhereAShellReadsIt) {
  Injection injection;
  injection.files.push_back({"settings", Secret(), "x.y"});
  injection.variables.push_back({.name = "P",
                                 .kind = InjectedVariable::Kind::kFilePath,
                                 .before = "-s ",
                                 .after = ":/other"});
  injection.variables.push_back(
      {.name = "Q", .kind = InjectedVariable::Kind::kQuotedFilePath, .before = "ssh -F "});
  options_.files_directory = "/it's private";
  const Result<JobEnvironment> environment = AssembleEnvironment({}, injection, options_);
  EXPECT_THAT(Lines(*environment), ElementsAre("P=-s /it's private/settings:/other",
                                               "Q=ssh -F '/it'\\''s private/settings'"));
}

TEST_F(EnvironmentTest, AnInheritedSecretOfAnotherValueIsAConflict) {
  job_.With("postgres.db", R"({"host": "h", "password": "canary1"})");
  const std::string refusal = Refusal({"PGPASSWORD=canary2", "DATABASE_URL=canary3", "PGHOST=old"});
  EXPECT_THAT(
      refusal,
      AllOf(HasSubstr("PGPASSWORD (postgres.db.password), DATABASE_URL (postgres.db"),
            HasSubstr("--on-conflict"), Not(HasSubstr("canary")), Not(HasSubstr("PGHOST"))));
}

TEST_F(EnvironmentTest, EqualValuesAreNoConflict) {
  job_.With("postgres.db", R"({"password": "same"})");
  EXPECT_THAT(Lines(Assemble({"PGPASSWORD=same"})), ElementsAre("PGPASSWORD=same"));
  EXPECT_THAT(Refusal({"PGPASSWORD=same", "PGPASSWORD=canary"}), HasSubstr("PGPASSWORD"));
}

TEST_F(EnvironmentTest, RemovedVariablesAreNoConflict) {
  options_.referenced_variables = {{"PGPASSWORD"}};
  job_.With("postgres.db", R"({"password": "ours"})");
  EXPECT_THAT(Lines(Assemble({"PGPASSWORD=theirs"})), ElementsAre("PGPASSWORD=ours"));
}

TEST_F(EnvironmentTest, CompanionsAreOverwrittenAndShown) {
  job_.With("postgres.db", R"({"host": "h", "port": 5432})");
  EXPECT_THAT(ChangeLines(Assemble({"PGHOST=old", "PGPORT=5432"})),
              ElementsAre("overwrite PGHOST=h", "set PGPORT=5432",
                          "set DATABASE_URL=postgresql://h:5432/"));
}

TEST_F(EnvironmentTest, KeepLeavesTheInheritedSecretAndScrubsIt) {
  job_.With("postgres.db", R"({"password": "ours"})");
  options_.on_conflict = OnConflict::kKeep;
  options_.scrub_patterns = {};
  const JobEnvironment environment = Assemble({"PGPASSWORD=theirs", "A=1"});
  EXPECT_THAT(Lines(environment), ElementsAre("PGPASSWORD=theirs", "A=1"));
  EXPECT_THAT(ScrubLines(environment.scrub_values), ElementsAre("env.PGPASSWORD=theirs"));
  EXPECT_THAT(ChangeLines(environment), ElementsAre("keep PGPASSWORD=***"));
}

TEST_F(EnvironmentTest, OverwriteTakesOurs) {
  job_.With("postgres.db", R"({"password": "ours"})");
  options_.on_conflict = OnConflict::kOverwrite;
  const JobEnvironment environment = Assemble({"PGPASSWORD=theirs"});
  EXPECT_THAT(Lines(environment), ElementsAre("PGPASSWORD=ours"));
  EXPECT_THAT(ChangeLines(environment), ElementsAre("overwrite PGPASSWORD=***"));
}

TEST_F(EnvironmentTest, KeptAwsCredentialsStayWhole) {
  job_.With("aws.x", R"({"access_key_id": "OURID", "secret_access_key": "ours"})");
  options_.on_conflict = OnConflict::kKeep;
  const std::vector<std::string> theirs = {"AWS_ACCESS_KEY_ID=THEIRID",
                                           "AWS_SECRET_ACCESS_KEY=theirs", "AWS_SESSION_TOKEN=t"};
  EXPECT_EQ(Lines(Assemble(theirs)), theirs);
  options_.on_conflict = OnConflict::kOverwrite;
  EXPECT_THAT(Lines(Assemble(theirs)),
              ElementsAre("AWS_ACCESS_KEY_ID=OURID", "AWS_SECRET_ACCESS_KEY=ours"));
}

TEST_F(EnvironmentTest, HalfAnAwsKeyPairIsNotCompletedWithOurs) {
  job_.With("aws.x", R"({"access_key_id": "OURID", "secret_access_key": "canary",
                         "session_token": "canary"})");
  options_.on_conflict = OnConflict::kKeep;
  const JobEnvironment environment = Assemble({"AWS_SECRET_ACCESS_KEY=theirs"});
  EXPECT_THAT(Lines(environment), ElementsAre("AWS_SECRET_ACCESS_KEY=theirs"));
  EXPECT_THAT(environment.notes,
              ElementsAre(HasSubstr("AWS_ACCESS_KEY_ID (aws.x.access_key_id) is not injected"),
                          HasSubstr("AWS_SESSION_TOKEN")));
  EXPECT_THAT(Lines(Assemble({"AWS_ACCESS_KEY_ID=THEIRS"})),
              ElementsAre("AWS_ACCESS_KEY_ID=THEIRS"));
}

TEST_F(EnvironmentTest, OurSessionTokenIsNotPutBesideKeptKeys) {
  job_.With("aws.x", R"({"access_key_id": "OURID", "secret_access_key": "ours",
                         "session_token": "ours"})");
  options_.on_conflict = OnConflict::kKeep;
  const std::vector<std::string> theirs = {"AWS_ACCESS_KEY_ID=A", "AWS_SECRET_ACCESS_KEY=S"};
  EXPECT_EQ(Lines(Assemble(theirs)), theirs);
}

TEST_F(EnvironmentTest, RemovalsForAConnectionAreScrubbedWhenSecret) {
  job_.With("aws.x", R"({"access_key_id": "OURID", "secret_access_key": "ours"})");
  options_.scrub_patterns = {};
  const JobEnvironment environment = Assemble({"AWS_SESSION_TOKEN=t", "AWS_PROFILE=p"});
  EXPECT_THAT(ScrubLines(environment.scrub_values), ElementsAre("env.AWS_SESSION_TOKEN=t"));
  EXPECT_THAT(ChangeLines(environment),
              AllOf(Contains("remove AWS_SESSION_TOKEN="), Contains("remove AWS_PROFILE=")));
}

TEST_F(EnvironmentTest, SetEntryReplacesEveryEntryOfTheName) {
  JobEnvironment environment = Assemble({"X=1", "A=1", "X=2", "XY=3"});
  SetEntry(environment, "X", "new");
  EXPECT_THAT(Lines(environment), ElementsAre("A=1", "XY=3", "X=new"));
}

TEST_F(EnvironmentTest, AppendsToGitsSettings) {
  job_.With("git.a", R"({"host": "a.io", "token": "t"})");
  EXPECT_THAT(
      Lines(Assemble({})),
      ElementsAre(
          "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_KEY_0=credential.https://a.io.useHttpPath",
          "GIT_CONFIG_VALUE_0=false", "GIT_CONFIG_KEY_1=credential.https://a.io.helper",
          "GIT_CONFIG_VALUE_1=", "GIT_CONFIG_KEY_2=credential.https://a.io.helper",
          AllOf(StartsWith("GIT_CONFIG_VALUE_2=!f() "), EndsWith("; f '/private/git/credentials'")),
          "GIT_CONFIG_COUNT=3"));
  const std::vector<std::string> lines =
      Lines(Assemble({"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=a.b", "GIT_CONFIG_VALUE_0=c",
                      "GIT_CONFIG_KEY_1=left.over"}));
  EXPECT_THAT(lines, AllOf(Contains("GIT_CONFIG_KEY_0=a.b"), Contains("GIT_CONFIG_VALUE_0=c"),
                           Contains("GIT_CONFIG_KEY_3=credential.https://a.io.helper"),
                           Contains("GIT_CONFIG_COUNT=4"), Not(Contains("GIT_CONFIG_COUNT=1")),
                           Not(Contains("GIT_CONFIG_KEY_1=left.over"))));
}

TEST_F(EnvironmentTest, HelpersAreFoundBehindEverythingElse) {
  job_.WithHelperProgram("/usr/bin/runner-shim")
      .With("docker.a", R"({"login": "u", "password": "p", "delivery": "helper"})");
  EXPECT_THAT(Lines(Assemble({"PATH=/a:/b"})), Contains("PATH=/a:/b:/private/bin"));
  EXPECT_THAT(Lines(Assemble({})), Contains("PATH=/bin:/usr/bin:/private/bin"));
}

}  // namespace
}  // namespace injector
