// A master key out of the mouth of another program.

#include <gmock/gmock.h>

#include <thread>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class KeyCommandTest : public ::testing::Test {
 protected:
  ProgramResult Init(const std::string& command, std::vector<std::string> more = {},
                     std::vector<std::string> environment = {}) {
    std::vector<std::string> words = {"service", "init", "--db",          url_,
                                      "--org",   "acme", "--key-command", command};
    words.insert(words.end(), more.begin(), more.end());
    return RunInjector(std::move(words), std::move(environment));
  }

  // Whether there are processes in the group.
  static bool HasMembers(const std::string& group) {
    return RunProgram({.argv = {"pgrep", "--pgroup", group},
                       .environment = {},
                       .stdin_bytes = "",
                       .working_directory = ""})
               .exit_status == 0;
  }

  const TempDir directory_;
  const std::string url_ = "sqlite:" + (directory_ / "service.db");
  const std::string key_file_ = directory_.Write("key", std::string(kServiceKey) + "\n");
};

TEST_F(KeyCommandTest, GivesTheSameKeyAsAFile) {
  ASSERT_EQ(Init("cat " + key_file_).exit_status, 0);
  EXPECT_EQ(RunInjector({"service", "audit", "verify", "--db", url_, "--org", "acme", "--key-file",
                         key_file_})
                .exit_status,
            0);
  const std::string base64 = "X259jJutrPsOHSw7SlloeGlaS0PCPT4PAhMkNVRldoc=";
  const ProgramResult other = Init("printf " + base64);
  EXPECT_THAT(other.err, HasSubstr("wrong key")) << "another one, but one";
}

TEST_F(KeyCommandTest, TakesAKeyAndNothingElse) {
  const std::string key(kServiceKey);
  for (const std::string& command :
       {std::string("true"), std::string("echo"), "echo " + key + " " + key,
        "echo " + key + "; echo", "echo ' " + key + "'", "printf '%s\\n\\n' " + key,
        "printf '\\t%s' " + key, std::string("echo 'AccessDenied: you may not decrypt this'"),
        std::string("echo correct-horse-battery-staple"), "echo " + key + "0",
        std::string("cat /dev/zero"), std::string("yes")}) {
    const ProgramResult refused = Init(command);
    EXPECT_EQ(refused.exit_status, 1) << command << refused.err;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("--key-command: the command did not print a key"),
                                   Not(HasSubstr("Denied")), Not(HasSubstr(key.substr(0, 16)))));
  }
}

TEST_F(KeyCommandTest, AFailureIsNoKeyWhateverWasPrinted) {
  const std::string print = "cat " + key_file_ + "; ";
  EXPECT_THAT(Init(print + "exit 3").err, HasSubstr("the command ended with status 3"));
  EXPECT_THAT(Init(print + "kill -9 $$").err, HasSubstr("the command was ended by signal 9"));
  EXPECT_THAT(Init("/no/such/program").err, HasSubstr("the command ended with status 127"));
}

TEST_F(KeyCommandTest, IsNotWaitedForForeverNorLeftBehind) {
  const std::string script = "echo $$ >" + (directory_ / "pid") + "; cat " + key_file_;
  for (const char* then : {"; exec sleep 600", "; exec >&-; sleep 600", "; sleep 600 & exit 0"}) {
    const ProgramResult refused = Init(script + then, {"--key-command-time", "300ms"});
    EXPECT_THAT(refused.err, HasSubstr("the command took too long")) << then;
    // What was killed may take a moment to be gone; what was not would be there for minutes.
    const std::string group = directory_.Read("pid");
    while (HasMembers(group.substr(0, group.size() - 1))) std::this_thread::yield();
  }
}

// Nor by its environment, what the key and the database were given by before.
TEST_F(KeyCommandTest, InheritsNothingOfOurs) {
  const std::string look = "ls -l /proc/self/fd >" + (directory_ / "fds") + "; env >" +
                           (directory_ / "environment") + "; cat " + key_file_;
  const ProgramResult done =
      RunInjector({"service", "init", "--org", "acme", "--key-command", look},
                  {"SERVICE_CONN_KEY=" + std::string(64, '7'), "INJECTOR_SERVICE_DB=" + url_,
                   "PIPELINE_VAR_X=7777", "KEPT=yes"});
  ASSERT_EQ(done.exit_status, 0) << done.err;
  EXPECT_THAT(directory_.Read("fds"), AllOf(HasSubstr("0 -> /dev/null"), Not(HasSubstr("socket:")),
                                            Not(HasSubstr("service.db"))));
  EXPECT_THAT(directory_.Read("environment"), AllOf(HasSubstr("KEPT=yes"), Not(HasSubstr("7777")),
                                                    Not(HasSubstr("INJECTOR_SERVICE_DB"))));
}

// Whoever inherits that cannot learn how a command ended.
TEST_F(KeyCommandTest, AnEndThatNobodyCanTellIsNoSuccess) {
  ProgramRun run;
  run.argv = {"/usr/bin/env",
              "--ignore-signal=CHLD",
              tests::Program("injector"),
              "service",
              "init",
              "--db",
              url_,
              "--org",
              "acme",
              "--key-command",
              "cat " + key_file_ + "; exit 3"};
  const ProgramResult refused = RunProgram(run);
  EXPECT_EQ(refused.exit_status, 1) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("the command ended with status"));
}

TEST_F(KeyCommandTest, ExcludesAKeyFile) {
  EXPECT_THAT(Init("cat " + key_file_, {"--key-file", key_file_}).err,
              HasSubstr("--key-command: but there is --key-file"));
}

TEST_F(KeyCommandTest, ServesAndIsChanged) {
  ASSERT_EQ(Init("cat " + key_file_).exit_status, 0);
  const std::string next = directory_.Write("next", std::string(64, '6') + "\n");
  const ServiceProgram serving(
      url_, "", {"--key-command", "cat " + key_file_, "--more-key-command", "cat " + next});
  const ProgramResult rotated =
      RunInjector({"service", "rotate-key", "--db", url_, "--key-command", "cat " + key_file_,
                   "--new-key-command", "cat " + next, "--settle", "60s"});
  EXPECT_EQ(rotated.exit_status, 0) << rotated.err;
  EXPECT_EQ(ServiceClient(serving.url(), "").Get("/readyz").status, 200);
  const ProgramResult keys = RunInjector({"service", "keys", "--db", url_});
  EXPECT_THAT(keys.out, AllOf(HasSubstr(" active "), HasSubstr(" retired "))) << keys.err;
  EXPECT_THAT(RunInjector({"--output", "json", "service", "keys", "--db", url_}).out,
              AllOf(HasSubstr(R"("state": "retired")"), HasSubstr(R"("wraps": 2)")));
}

}  // namespace
}  // namespace injector::testing
