// npm, pypi and maven: where packages come from and go to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

constexpr auto kNpmrc = UserConfigurationKind::kNpmConfig;

struct NpmRow {
  const char* fields;
  const char* file;
};

class NpmTest : public ::testing::TestWithParam<NpmRow> {};

TEST_P(NpmTest, LogsInAtTheRegistryAlone) {
  const Injection injection = JobUnderTest().With("npm.n", GetParam().fields).Injected();
  EXPECT_EQ(testing::ContentOf(injection, "npm/npmrc"), GetParam().file);
  EXPECT_EQ(ValueOf(injection, "NPM_CONFIG_USERCONFIG"), "<path of npm/npmrc>");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, NpmTest,
    ::testing::Values(
        NpmRow{R"({"token": "npm_1"})", "//registry.npmjs.org/:_authToken=\"npm_1\"\n"},
        NpmRow{R"({"registry": "https://N.example.com:443/npm", "token": "a;b#\"c\\"})",
               "//n.example.com/npm/:_authToken=\"a;b#\\\"c\\\\\"\n"
               "registry=\"https://n.example.com/npm/\"\n"},
        NpmRow{R"({"registry": "n.example.com:4873", "login": "u", "password": "p:w",
                   "scope": "@acme"})",
               "//n.example.com:4873/:username=\"u\"\n"
               "//n.example.com:4873/:_password=\"cDp3\"\n"
               "@acme:registry=\"https://n.example.com:4873/\"\n"}));

TEST(NpmMergeTest, TheUsersSettingsAreKeptAndOursWin) {
  const Injection injection =
      JobUnderTest()
          .With("npm.a", R"({"registry": "a.io", "token": "t"})")
          .With("npm.b", R"({"registry": "b.io", "token": "u", "scope": "b"})")
          .WithUserConfiguration(kNpmrc, "/home/u/.npmrc",
                                 "fund=false\nregistry = https://x.io/\n//a.io/:_password=old\n"
                                 "//x.io/:_authToken=${X}\n@b:registry=https://x.io\n[s]\nlast=1")
          .Injected();
  EXPECT_EQ(testing::ContentOf(injection, "npm/npmrc"),
            "//b.io/:_authToken=\"u\"\n@b:registry=\"https://b.io/\"\n"
            "//a.io/:_authToken=\"t\"\nregistry=\"https://a.io/\"\n"
            "fund=false\n//x.io/:_authToken=${X}\n[s]\nlast=1");
  EXPECT_THAT(testing::RemovedNames(injection), Contains("npm_config_registry"));
}

TEST(NpmMergeTest, TwoRegistriesForAllPackagesNeedAScope) {
  EXPECT_THAT(JobUnderTest()
                  .With("npm.a", R"({"registry": "a.io", "token": "t"})")
                  .With("npm.b", R"({"registry": "b.io", "token": "u"})")
                  .Refusal(),
              AllOf(HasSubstr("npm registry"), HasSubstr("`scope`")));
  EXPECT_THAT(JobUnderTest()
                  .With("npm.a", R"({"registry": "a.io", "token": "t"})")
                  .With("npm.b", R"({"registry": "https://a.io/", "token": "u"})")
                  .Refusal(),
              HasSubstr("-c @npm.b=B_"));
}

TEST(NpmMergeTest, ScrubsThePasswordAsTheFileAndTheHeaderHaveIt) {
  EXPECT_THAT(testing::ScrubLines(JobUnderTest()
                                      .With("npm.n", R"({"login": "u", "password": "p:w"})")
                                      .Injected()
                                      .scrub_values),
              ElementsAre("npm.n.password=p:w", "npm.n.password=cDp3", "npm.n.password=dTpwOnc="));
}

struct PypiRow {
  const char* fields;
  std::vector<std::string> variables;
};

class PypiTest : public ::testing::TestWithParam<PypiRow> {};

TEST_P(PypiTest, SetsWhatPipUvAndTwineRead) {
  EXPECT_THAT(VariableLines(JobUnderTest().With("pypi.p", GetParam().fields).Injected()),
              ElementsAreArray(GetParam().variables));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PypiTest,
    ::testing::Values(
        PypiRow{R"({"index_url": "https://h/simple"})",
                {"PIP_INDEX_URL=https://h/simple", "UV_DEFAULT_INDEX=https://h/simple"}},
        PypiRow{R"({"index_url": "h/simple/", "index": "extra", "login": "u@v",
                    "password": "p:/@"})",
                {"PIP_EXTRA_INDEX_URL=https://u%40v:p%3A%2F%40@h/simple/",
                 "UV_INDEX=https://u%40v:p%3A%2F%40@h/simple/"}},
        PypiRow{R"({"index_url": "h/simple/", "repository_url": "h/up", "login": "u",
                    "password": "p"})",
                {"PIP_INDEX_URL=https://u:p@h/simple/", "UV_DEFAULT_INDEX=https://u:p@h/simple/",
                 "TWINE_REPOSITORY_URL=https://h/up", "UV_PUBLISH_URL=https://h/up",
                 "TWINE_USERNAME=u", "TWINE_PASSWORD=p", "TWINE_NON_INTERACTIVE=1",
                 "UV_PUBLISH_USERNAME=u", "UV_PUBLISH_PASSWORD=p"}},
        PypiRow{R"({"token": "pypi-1"})",
                {"TWINE_USERNAME=__token__", "TWINE_PASSWORD=pypi-1", "TWINE_NON_INTERACTIVE=1",
                 "UV_PUBLISH_TOKEN=pypi-1"}},
        PypiRow{R"({"repository_url": "https://upload.pypi.org/legacy/", "token": "pypi-1"})",
                {"TWINE_REPOSITORY_URL=https://upload.pypi.org/legacy/",
                 "UV_PUBLISH_URL=https://upload.pypi.org/legacy/", "TWINE_USERNAME=__token__",
                 "TWINE_PASSWORD=pypi-1", "TWINE_NON_INTERACTIVE=1", "UV_PUBLISH_TOKEN=pypi-1"}}));

// twine and uv would send them to PyPI.
TEST(PypiScrubTest, TheLoginOfAnIndexIsNotForUploads) {
  const Injection injection =
      JobUnderTest().With("pypi.p", R"({"index_url": "h", "token": "t"})").Injected();
  EXPECT_EQ(ValueOf(injection, "TWINE_PASSWORD"), "(unset)");
  EXPECT_EQ(ValueOf(injection, "UV_PUBLISH_TOKEN"), "(unset)");
  EXPECT_THAT(injection.notes, Contains(HasSubstr("no repository_url")));
}

TEST(PypiScrubTest, EveryFormOfThePassword) {
  EXPECT_THAT(
      testing::ScrubLines(JobUnderTest()
                              .With("pypi.p", R"({"login": "u", "password": "p:/"})")
                              .Injected()
                              .scrub_values),
      ElementsAre("pypi.p.password=p:/", "pypi.p.password=p%3A%2F", "pypi.p.password=dTpwOi8="));
}

TEST(MavenTest, SeveralServersShareOneFile) {
  const Injection injection =
      JobUnderTest()
          .With("maven.a", R"({"server_id": "a", "login": "u<", "password": "p&\"]]>'"})")
          .With("maven.b", R"({"server_id": "b", "login": "u", "password": "{q}"})")
          .With("maven.a", R"({"server_id": "a", "login": "u<", "password": "p&\"]]>'"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("MAVEN_ARGS=-s <path of maven/settings.xml>",
                          "INJECTOR_MAVEN_SETTINGS=<path of maven/settings.xml>"));
  EXPECT_EQ(testing::ContentOf(injection, "maven/settings.xml"),
            "<settings xmlns=\"http://maven.apache.org/SETTINGS/1.0.0\">\n  <servers>\n"
            "    <server>\n      <id>a</id>\n      <username>u&lt;</username>\n"
            "      <password>p&amp;\"]]&gt;'</password>\n    </server>\n"
            "    <server>\n      <id>b</id>\n      <username>u</username>\n"
            "      <password>{q}</password>\n    </server>\n  </servers>\n</settings>\n");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              Contains("maven.a.password=p&amp;\"]]&gt;'"));
  EXPECT_THAT(injection.notes, Contains(HasSubstr("@maven.b: password holds braces")));
}

// Of two -s Maven takes the first.
TEST(MavenTest, KeepsInheritedArgumentsAndNamesSettingsThatAreNotRead) {
  const Injection injection =
      JobUnderTest()
          .With("maven.a", R"({"server_id": "a", "login": "u", "password": "p"})")
          .WithUserConfiguration(UserConfigurationKind::kMavenArguments, "", "-s /x -B")
          .WithUserConfiguration(UserConfigurationKind::kMavenSettings, "/h/.m2/settings.xml", "<>")
          .Injected();
  EXPECT_EQ(ValueOf(injection, "MAVEN_ARGS"), "-s <path of maven/settings.xml> -s /x -B");
  EXPECT_THAT(injection.warnings, ElementsAre(HasSubstr("/h/.m2/settings.xml is not read")));
}

struct RefusedRow {
  const char* name;
  const char* fields;
  const char* says;
};

TEST(PackageIndexesTest, SayWhatIsWrong) {
  for (const RefusedRow& row :
       {RefusedRow{"npm.a", R"({"login": "canary"})", "token is missing, and so is a login"},
        RefusedRow{"npm.a", R"({"token": "canary${X}"})", "token holds ${"},
        RefusedRow{"npm.a", R"({"token": "canary\n"})", "token holds a control"},
        RefusedRow{"npm.a", R"({"login": "canary:u", "password": "p"})", "login holds a colon"},
        RefusedRow{"npm.a", R"({"registry": "https://canary:x@h/", "token": "t"})",
                   "registry is not an http or https URL of host and path"},
        RefusedRow{"npm.a", R"({"registry": "ftp://canary/", "token": "t"})", "registry is not"},
        RefusedRow{"npm.a", R"({"registry": "h/a=canary", "token": "t"})", "registry holds ="},
        RefusedRow{"npm.a", R"({"scope": "canary/x", "token": "t"})", "scope is not the name"},
        RefusedRow{"pypi.a", R"({"login": "canary"})", "password is missing beside login"},
        RefusedRow{"pypi.a", R"({"login": "canary:", "password": "p"})", "login holds a colon"},
        RefusedRow{"pypi.a", R"({"index_url": "https://canary@h/"})", "index_url is not an http"},
        RefusedRow{"pypi.a", R"({"index_url": "h", "index": "canary"})", "index is neither"},
        RefusedRow{"maven.a", R"({"server_id": "canary", "login": "u"})", "password is missing"},
        RefusedRow{"maven.a", R"({"server_id": "a", "login": "u", "password": "canary${x}"})",
                   "password holds ${"},
        RefusedRow{"maven.a", R"({"server_id": "a", "login": "u", "password": "canary "})",
                   "password begins or ends with a blank"}}) {
    EXPECT_THAT(JobUnderTest().With(row.name, row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

TEST(PackageIndexesTest, ALoginSentInClearIsWarnedOf) {
  const auto warnings = [](const char* url) {
    return JobUnderTest()
        .With("npm.a", R"({"token": "t", "registry": ")" + std::string(url) + R"("})")
        .Injected()
        .warnings;
  };
  EXPECT_THAT(warnings("http://n.example.com/"), ElementsAre(HasSubstr("unencrypted")));
  EXPECT_TRUE(warnings("http://127.0.0.1:4873/").empty());
}

}  // namespace
}  // namespace injector
