// What the job's environment holds, and what it does not.

#include <algorithm>
#include <regex>
#include <string>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

class JobEnvironmentTest : public JobTest {};

TEST_F(JobEnvironmentTest, OurSettingsAreRemoved) {
  const ProgramResult job =
      Shim({"--", "env"}, {"PIPELINE_ENCRYPTION_KEY=0123456789abcdef0123456789abcdef",
                           "PIPELINE_CONN_DB=postgres://u:p@h/d", "PIPELINE_VAR_X=1",
                           "SERVICE_CONN_KEY=k", "INJECTOR_TOKEN_FILE=/t", "KEPT=yes"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("KEPT=yes\n"), std::string::npos);
  for (const char* name : {"PIPELINE_", "INJECTOR_T", "INJECTOR_S", "SERVICE_CONN_KEY"}) {
    EXPECT_EQ(job.out.find(name), std::string::npos) << name;
  }
  // The one that is ours to give.
  EXPECT_NE(job.out.find("INJECTOR_MASK_SOCKET=" + runtime_directory()), std::string::npos);
}

// The names are read from the help that people read.
TEST_F(JobEnvironmentTest, NoSettingThatTheHelpNamesReachesTheJob) {
  const std::string help = Shim({"--help"}).out;
  const std::regex setting(R"(\[(INJECTOR_[A-Z_]+)\])");
  // Empty counts as not set, so that the job runs, and is removed all the same.
  std::vector<std::string> settings = {"INJECTOR_NOBODY_KNOWS=x", "KEPT=yes"};
  for (std::sregex_iterator at(help.begin(), help.end(), setting), end; at != end; ++at) {
    settings.push_back(at->str(1) + "=");
  }
  EXPECT_GT(settings.size(), 30U);
  const std::string seen =
      Shim({"--", "sh", "-c", "env | grep -e ^INJECTOR_ -e ^KEPT"}, settings).out;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), '\n'), 2) << seen;
  EXPECT_NE(seen.find("INJECTOR_MASK_SOCKET="), std::string::npos) << seen;
  EXPECT_NE(seen.find("KEPT=yes\n"), std::string::npos) << seen;
}

TEST_F(JobEnvironmentTest, WhatWeReadOfTheGeneralOnesReachesTheJob) {
  const std::vector<std::string> general = {"USER=somebody", "TMPDIR=/var/tmp",
                                            "PATH=/usr/bin:/bin:/nowhere"};
  const std::string seen = Shim({"--", "env"}, general).out;
  for (std::string entry : general) EXPECT_NE(seen.find(entry += '\n'), std::string::npos) << seen;
  EXPECT_NE(seen.find("HOME=" + directory_.path() + "\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("XDG_RUNTIME_DIR=" + runtime_directory() + "\n"), std::string::npos) << seen;
}

TEST_F(JobEnvironmentTest, ValuesOfRemovedSettingsAreScrubbed) {
  const ProgramResult job = Shim({"--", "echo", "key: 0123456789abcdef0123456789abcdef"},
                                 {"PIPELINE_ENCRYPTION_KEY=0123456789abcdef0123456789abcdef"});
  EXPECT_EQ(job.out, "key: ***\n");
}

TEST_F(JobEnvironmentTest, TheStoresKeyIsMaskedWhenTheJobPrintsItsFile) {
  Add("db", "postgres", R"({"host": "db.example.com"})");
  EXPECT_EQ(Job({"-c", "db"}, "cat " + key_file()).out, "***\n");
  EXPECT_EQ(Job({"-c", "db", "--mask", "<{name}>"}, "cat " + key_file()).out, "<key-file>\n");
}

TEST_F(JobEnvironmentTest, BytesThatAreNotUtf8PassUnchanged) {
  const ProgramResult job = Shim({"--", "sh", "-c", "printf %s \"$ODD\" \"$1\"", "sh", "\xFE\xFF"},
                                 {"ODD=\xC3\x28 \x80"});
  EXPECT_EQ(job.out, "\xC3\x28 \x80\xFE\xFF");
}

TEST_F(JobEnvironmentTest, TwoConnectionsThatWantOneVariableAreAConflict) {
  Add("one", "postgres", R"({"password": "first-password"})");
  Add("two", "postgres", R"({"password": "other-password"})");
  const ProgramResult job = Shim({"-c", "one", "-c", "two", "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_NE(job.err.find("postgres.one"), std::string::npos) << job.err;
  EXPECT_NE(job.err.find("postgres.two"), std::string::npos) << job.err;
  EXPECT_NE(job.err.find("PGPASSWORD"), std::string::npos) << job.err;
}

TEST_F(JobEnvironmentTest, APrefixLetsTwoOfOneTypeLiveTogether) {
  Add("one", "postgres", R"({"password": "first-password"})");
  Add("two", "postgres", R"({"password": "other-password"})");
  const ProgramResult job = Job({"-c", "one", "-c", "two=OTHER_"}, R"(
    test "$PGPASSWORD" = first-password && test "$OTHER_PGPASSWORD" = other-password)");
  EXPECT_EQ(job.exit_status, 0) << job.err;
}

TEST_F(JobEnvironmentTest, AnInheritedCredentialIsAConflictUnlessToldOtherwise) {
  Add("db", "postgres", R"({"password": "from-the-store"})");
  const std::string script = "test \"$PGPASSWORD\" = ";
  const std::vector<std::string> inherited = {"PGPASSWORD=inherited-one"};
  EXPECT_EQ(Shim({"-c", "db", "--", "true"}, inherited).exit_status, 125);
  EXPECT_EQ(Shim({"--on-conflict", "keep", "-c", "db", "--", "sh", "-c", script + "inherited-one"},
                 inherited)
                .exit_status,
            0);
  EXPECT_EQ(
      Shim({"--on-conflict", "overwrite", "-c", "db", "--", "sh", "-c", script + "from-the-store"},
           inherited)
          .exit_status,
      0);
}

TEST_F(JobEnvironmentTest, AGenericConnectionCannotSteerTheLoader) {
  Add("evil", "generic", R"({"ld_preload": "/tmp/evil.so"})");
  const ProgramResult job = Shim({"-c", "evil", "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_NE(job.err.find("LD_PRELOAD"), std::string::npos) << job.err;
}

TEST_F(JobEnvironmentTest, AVariableIsUpperCasedUnlessNamed) {
  ASSERT_EQ(Injector({"variables", "set", "api_token", "--secret"}, "token-value-1").exit_status,
            0);
  ASSERT_EQ(Injector({"variables", "set", "region"}, "eu").exit_status, 0);
  const ProgramResult job =
      Shim({"--variable", "api_token", "--variable", "region=AWS_REGION", "--", "sh", "-c",
            "test \"$API_TOKEN\" = token-value-1 && echo \"$API_TOKEN $AWS_REGION\""});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "*** eu\n");
}

TEST_F(JobEnvironmentTest, AwsReadsTheKeysAndTheRegion) {
  Add("cloud", "aws",
      R"({"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key":
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "region": "eu-central-1"})");
  const ProgramResult job = Shim({"-c", "cloud", "--", "/usr/bin/aws", "configure", "list"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("eu-central-1"), std::string::npos) << job.out;
  EXPECT_NE(job.out.find("env"), std::string::npos) << job.out;
}

TEST_F(JobEnvironmentTest, DryRunShowsWhatWouldHappenAndDoesNothing) {
  Add("db", "postgres", R"({"host": "db.example.com", "password": "from-the-store"})");
  const ProgramResult job = Shim({"--dry-run", "-c", "db", "--", "touch", "started"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("PGPASSWORD"), std::string::npos) << job.out;
  EXPECT_NE(job.out.find("db.example.com"), std::string::npos) << job.out;
  EXPECT_NE(job.out.find("file:" + store()), std::string::npos) << job.out;
  EXPECT_EQ(job.out.find("from-the-store"), std::string::npos);
  EXPECT_NE(::access((directory_ / "started").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace injector::testing
