#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::VariableLines;

std::vector<std::string> Settings(const Injection& injection) {
  std::vector<std::string> lines;
  for (const GitSetting& setting : injection.git_settings) {
    lines.push_back(setting.key + "=" + setting.value +
                    (setting.path.empty() ? "" : "<" + setting.path + ">"));
  }
  return lines;
}

TEST(GitTest, WritesAStoreForTheHostAlone) {
  const Injection injection =
      JobUnderTest()
          .With("git.a", R"({"host": "https://Git.example.com/acme", "username": "me",
                             "token": "t/ok"})")
          .With("git.b", R"({"host": "b.example.com:8443", "token": "other"})")
          .Injected();
  // Whatever git asks, the store is asked for the site: not for a user of another configuration.
  const auto store = [](const std::string& host) {
    return R"(!f() { test "$2" != get || printf '%s\n' 'protocol=https' 'host=)" + host +
           R"(' '' | git credential-store --file="$1" get; }; f <git/credentials>)";
  };
  EXPECT_THAT(
      Settings(injection),
      ElementsAre("credential.https://git.example.com.useHttpPath=false",
                  "credential.https://git.example.com.helper=",
                  "credential.https://git.example.com.helper=" + store("git.example.com"),
                  "credential.https://b.example.com:8443.useHttpPath=false",
                  "credential.https://b.example.com:8443.helper=",
                  "credential.https://b.example.com:8443.helper=" + store("b.example.com:8443")));
  EXPECT_EQ(testing::ContentOf(injection, "git/credentials"),
            "https://me:t%2Fok@git.example.com\n"
            "https://x-access-token:other@b.example.com:8443\n");
  EXPECT_THAT(VariableLines(injection), ElementsAre("GIT_TERMINAL_PROMPT=0"));
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("git.a.token=t/ok", "git.a.token=bWU6dC9vaw==", "git.b.token=other",
                          "git.b.token=eC1hY2Nlc3MtdG9rZW46b3RoZXI="));
}

TEST(GitTest, WithAHelperNoTokenIsInAFile) {
  const Injection injection = JobUnderTest()
                                  .WithHelperProgram("/usr/bin/runner-shim")
                                  .With("git.a", R"({"host": "git.example.com", "token": "canary",
                                                     "delivery": "helper"})")
                                  .Injected();
  EXPECT_THAT(Settings(injection),
              ElementsAre("credential.https://git.example.com.useHttpPath=false",
                          "credential.https://git.example.com.helper=",
                          "credential.https://git.example.com.helper="
                          "!<bin/git-credential-runner-shim>"));
  EXPECT_TRUE(injection.files.empty());
  ASSERT_EQ(injection.helper_logins.size(), 1U);
  EXPECT_EQ(injection.helper_logins[0].place, "https://git.example.com");
  EXPECT_TRUE(injection.search_directories.empty()) << "git is told the whole path";
}

TEST(GitTest, TwoTokensForOneHostAreAConflict) {
  EXPECT_THAT(JobUnderTest()
                  .With("git.a", R"({"host": "git.example.com", "token": "one"})")
                  .With("git.b", R"({"host": "https://git.example.com", "token": "two"})")
                  .Refusal(),
              AllOf(HasSubstr("git host https://git.example.com"), HasSubstr("@git.b"),
                    HasSubstr("ask for one of them"), Not(HasSubstr("B_"))));
}

TEST(GitTest, TheSchemesOwnPortIsNoPartOfTheSite) {
  for (const auto& [host, site] : {std::pair{"git.example.com:443", "https://git.example.com"},
                                   std::pair{"https://[::1]:443/x", "https://[::1]"},
                                   std::pair{"https://[fe80::443]", "https://[fe80::443]"},
                                   std::pair{"git.example.com:80", "https://git.example.com:80"},
                                   std::pair{"http://localhost:80", "http://localhost"},
                                   std::pair{"http://localhost:443", "http://localhost:443"}}) {
    const Injection injection =
        JobUnderTest()
            .WithHelperProgram("/usr/bin/runner-shim")
            .With("git.a", R"({"token": "canary", "delivery": "helper", "host": ")" +
                               std::string(host) + "\"}")
            .Injected();
    ASSERT_EQ(injection.helper_logins.size(), 1U) << host;
    EXPECT_EQ(injection.helper_logins[0].place, site);
  }
}

struct RefusedRow {
  const char* fields;
  const char* says;
};

TEST(GitTest, RefusesWhatGitCannotTake) {
  for (const RefusedRow& row : {
           RefusedRow{R"({"token": "canary"})", "host is missing"},
           RefusedRow{R"({"host": "a.io"})", "token is missing"},
           RefusedRow{R"({"host": "http://a.io", "token": "canary"})", "unencrypted"},
           RefusedRow{R"({"host": "https://u:canary@a.io", "token": "t"})", "is not a host"},
           RefusedRow{R"({"host": "a.io\nx", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "", "token": "canary"})", "host"},
           RefusedRow{R"({"host": "ssh://git.example.com", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "a.io:x", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "a.io:", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "a.io:0", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "a.io:65536", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": ":443", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "[::1", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "fe80::1", "token": "canary"})", "is not a host"},
           RefusedRow{R"({"host": "a.io", "token": "can\nary"})", "control character"},
           RefusedRow{R"({"host": "a.io", "token": "t", "login": "can\nary"})",
                      "control character"},
           RefusedRow{R"({"host": "a.io", "token": "t", "delivery": "canary"})", "neither static"},
           RefusedRow{R"({"host": "a.io", "token": "t", "delivery": "helper"})", "no runner-shim"},
       }) {
    EXPECT_THAT(JobUnderTest().With("git.a", row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
  EXPECT_THAT(
      JobUnderTest().With("git.a", R"({"host": "a.io", "token": "t"})", "PREFIX_").Refusal(),
      HasSubstr("no prefix"));
  EXPECT_EQ(JobUnderTest()
                .With("git.a", R"({"host": "http://127.0.0.1:80", "token": "t"})")
                .Injected()
                .git_settings.size(),
            3U);
}

}  // namespace
}  // namespace injector
