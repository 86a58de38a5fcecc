// --source, and the commands that look at a connections.yaml: list, get, doctor.

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCanary = "hunter2-canary";

constexpr const char* kYaml =
    "version: 1\n"
    "connections:\n"
    "  mysql:\n"
    "    movies:\n"
    "      default: true\n"
    "      host: db.example.com\n"
    "      login: app\n"
    "      password: ${MOVIES_PASSWORD}\n"
    "      schema: movies\n";

class SourcesTest : public InjectorCliTest {
 protected:
  // Run() with a variable in the environment too.
  ProgramResult RunWith(std::string variable, std::vector<std::string> words) const {
    ProgramRun call = Call(std::move(words));
    call.environment.push_back(std::move(variable));
    return RunProgram(call);
  }
  std::string YamlSource() const { return "yaml:" + WriteFile("connections.yaml", kYaml); }
};

// --service was surely meant too.
TEST_F(SourcesTest, WhatIsForAServiceIsNotPassedOver) {
  for (const char* option : {"--token-file", "--ca-file", "--client-cert", "--client-key"}) {
    EXPECT_THAT(Fail(1,
                     {option, "f", "connections", "set", "x", "--type", "generic", "--secret",
                      "password=-"},
                     kCanary),
                AllOf(HasSubstr(std::string(option) + " is for a credential service"),
                      HasSubstr("--service")));
    EXPECT_THAT(Fail(1, {"connections", "list", "--source", YamlSource(), option, "f"}),
                HasSubstr(option));
  }
  EXPECT_EQ(FileContent(StorePath()), "");
  EXPECT_EQ(RunWith("INJECTOR_TOKEN_FILE=f", {"connections", "list", "--source", YamlSource()})
                .exit_status,
            0);
}

TEST_F(SourcesTest, ListTellsWhetherVariablesAreSet) {
  const std::vector<std::string> words = {"connections", "list", "--source", YamlSource()};
  const std::string unset = Do(words);
  EXPECT_THAT(unset, AllOf(HasSubstr("movies"), HasSubstr("MOVIES_PASSWORD")));
  const ProgramResult set = RunWith("MOVIES_PASSWORD=" + std::string(kCanary), words);
  EXPECT_EQ(set.exit_status, 0) << set.err;
  EXPECT_NE(set.out, unset);
  EXPECT_THAT(set.out + set.err, Not(HasSubstr(kCanary)));
}

TEST_F(SourcesTest, GetReadsTheNamedSourceAndHidesSecrets) {
  const std::vector<std::string> words = {"connections", "get",        "@mysql",
                                          "--source",    YamlSource(), "--output=json"};
  const std::string variable = "MOVIES_PASSWORD=" + std::string(kCanary);
  const ProgramResult hidden = RunWith(variable, words);
  EXPECT_EQ(hidden.exit_status, 0) << hidden.err;
  EXPECT_THAT(hidden.out, HasSubstr("db.example.com"));
  EXPECT_THAT(hidden.out + hidden.err, Not(HasSubstr(kCanary)));
  std::vector<std::string> revealing = words;
  revealing.emplace_back("--reveal");
  EXPECT_THAT(RunWith(variable, revealing).out, HasSubstr(kCanary));
  EXPECT_THAT(Fail(1, words), HasSubstr("MOVIES_PASSWORD"));
}

TEST_F(SourcesTest, TheFirstSourceHidesTheSecond) {
  Do({"connections", "set", "movies", "--type", "mysql", "--field", "host=of-the-store"});
  const std::string store = "file:" + StorePath();
  const Value connection =
      DoJson({"connections", "get", "@mysql.movies", "--source", store, "--source", YamlSource()});
  EXPECT_EQ(TextAt(connection, {"fields", "host"}), "of-the-store");
}

TEST_F(SourcesTest, EnvIsASourceOfItsOwn) {
  const ProgramResult result =
      RunWith("PIPELINE_CONN_HOOK=http://u:" + std::string(kCanary) + "@hooks.example.com",
              {"connections", "get", "hook", "--source", "env"});
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("hooks.example.com"), Not(HasSubstr(kCanary))));
}

TEST_F(SourcesTest, VariablesComeFromSourcesToo) {
  Do({"variables", "set", "region"}, "of-the-store");
  Do({"variables", "set", "api_token", "--secret"}, kCanary);
  const std::string store = "file:" + StorePath();
  const ProgramResult list =
      RunWith("PIPELINE_VAR_REGION=of-the-environment", {"variables", "list", "--source", store});
  EXPECT_EQ(list.exit_status, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("of-the-environment"), HasSubstr("of-the-store"),
                              HasSubstr("SHADOWED BY"), Not(HasSubstr(kCanary))));
  const ProgramResult got = RunWith("PIPELINE_VAR_REGION=of-the-environment",
                                    {"variables", "get", "region", "--source", store});
  EXPECT_EQ(got.out, "of-the-environment\n") << got.err;
  EXPECT_EQ(Do({"variables", "get", "api_token", "--source", store}), "***\n");
  EXPECT_THAT(Fail(1, {"variables", "get", "regoin", "--source", store}),
              AllOf(HasSubstr("environment, file:"), HasSubstr("did you mean region?")));
}

TEST_F(SourcesTest, EmptySourcesSaySo) {
  const std::string yaml = "yaml:" + WriteFile("empty.yaml", "version: 1\nconnections: {}\n");
  EXPECT_THAT(Run({"connections", "list", "--source", yaml}).err,
              HasSubstr("none of the sources holds a connection"));
  EXPECT_THAT(Run({"variables", "list", "--source", yaml}).err,
              HasSubstr("none of the sources holds a variable"));
}

TEST_F(SourcesTest, UnknownSourceIsNamedWithWhatIsExpected) {
  EXPECT_THAT(Run({"connections", "list", "--source", "ftp:x"}).err,
              HasSubstr("--source: expected file:PATH, yaml:PATH or env"));
}

TEST_F(SourcesTest, DoctorFailsUntilVariablesAreSet) {
  const std::vector<std::string> words = {"connections", "doctor", "--offline", "--source",
                                          YamlSource()};
  const ProgramResult unset = Run(words);
  EXPECT_EQ(unset.exit_status, 1);
  EXPECT_THAT(unset.out, HasSubstr("✗ @mysql.movies: password: ${MOVIES_PASSWORD} is not set"));
  EXPECT_THAT(unset.err, HasSubstr("1 of 1 connection would not work"));
  const ProgramResult set = RunWith("MOVIES_PASSWORD=" + std::string(kCanary), words);
  EXPECT_EQ(set.exit_status, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("✓ @mysql.movies"));
  EXPECT_THAT(set.out + set.err, Not(HasSubstr(kCanary)));
}

TEST_F(SourcesTest, DoctorLooksAtWhatIsAskedFor) {
  Do({"connections", "set", "good", "--type", "generic", "--field", "host=h"});
  Do({"connections", "set", "old", "--type", "generic", "--json", "-"},
     R"({"fields":{"host":"h"},"expiresAt":"2001-01-31T08:00:00Z"})");
  EXPECT_EQ(Do({"connections", "doctor", "good", "--offline"}), "✓ @generic.good\n");
  const ProgramResult all = Run({"connections", "doctor", "--offline", "--output", "json"});
  EXPECT_EQ(all.exit_status, 1);
  EXPECT_THAT(all.out, AllOf(HasSubstr("expired at 2001-01-31T08:00:00Z"), HasSubstr("\"auth\"")));
  EXPECT_THAT(Fail(1, {"connections", "doctor", "god", "--offline"}), HasSubstr("good"));
}

TEST_F(SourcesTest, DoctorSaysWhatItDidNotTry) {
  Do({"connections", "set", "good", "--type", "generic", "--field", "host=h"});
  EXPECT_EQ(Do({"connections", "doctor"}),
            "✓ @generic.good: not tried: the type generic has no check\n");
  EXPECT_THAT(Fail(1, {"connections", "doctor", "--service", "http://127.0.0.1:1", "--token-file",
                       Path("none")}),
              HasSubstr("add --offline"));
  EXPECT_THAT(Fail(2, {"connections", "doctor", "--timeout", "0"}), HasSubstr("--timeout"));
}

}  // namespace
}  // namespace injector
