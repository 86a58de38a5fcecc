#include "injector/cli/service/rotation_program.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "injector/cli/service/rotation_notes.h"
#include "injector/cli/service/rotation_output.h"
#include "injector/model/json.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ProgramOutput Perform(RotationProgram program, std::string_view input = "{}") {
  return RunRotationProgram(program, Secret::CopyOf(input)).value();
}
ProgramOutput Perform(const std::string& command, std::string_view input = "{}") {
  return Perform(RotationProgram{.command = command}, input);
}
std::string Message(const ProgramOutput& output) {
  return output.outcome.ok() ? "" : output.outcome.error().message();
}

TEST(RotationProgram, TakesItsInputAndGivesItsOutput) {
  const ProgramOutput output = Perform("cat; echo said >&2", "swordfish");
  EXPECT_TRUE(output.outcome.ok());
  EXPECT_EQ(output.stdout_bytes.Reveal(), "swordfish");
  EXPECT_EQ(output.stderr_bytes.Reveal(), "said\n");
}

TEST(RotationProgram, PassesMoreThanAPipeHolds) {
  const std::string input(300'000, 'x');
  EXPECT_EQ(Perform("cat", input).stdout_bytes.Reveal(), input);
}

TEST(RotationProgram, NeedNotReadItsInput) {
  const std::string input(300'000, 'x');
  EXPECT_EQ(Perform("exec <&-; echo new", input).stdout_bytes.Reveal(), "new\n");
}

TEST(RotationProgram, SaysHowItFailed) {
  EXPECT_EQ(Message(Perform("exit 3")), "--exec: the program exited with status 3");
  EXPECT_EQ(Message(Perform("kill -9 $$")), "--exec: the program was ended by signal 9");
  EXPECT_EQ(Message(Perform("exec /no/such/program 2> /dev/null")),
            "--exec: the program exited with status 127");
  RotationProgram much{.command = "head -c 5000 /dev/zero"};
  much.output_limit = 4096;
  EXPECT_EQ(Message(Perform(much)), "--exec: the program printed too much");
}

// Whether a process is there and no zombie, which whoever reaps orphans here may leave for a while.
bool IsAlive(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  return !text.empty() && text.find(") Z ") == std::string::npos;
}

TEST(RotationProgram, IsEndedWithAllThatItStartedWhenTimeIsOver) {
  RotationProgram slow{.command = "sleep 100 & echo $!; exec sleep 100"};
  slow.time_limit = std::chrono::milliseconds(100);
  ProgramOutput output = Perform(slow);
  // On a busy machine it may not even have begun.
  while (output.stdout_bytes.empty()) {
    slow.time_limit *= 2;
    output = Perform(slow);
  }
  EXPECT_EQ(output.outcome.error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(Message(output), "--exec: the program was not done within " +
                                 std::to_string(slow.time_limit.count()) + " ms");
  const pid_t left = std::atoi(std::string(output.stdout_bytes.Reveal()).c_str());
  ASSERT_GT(left, 0);
  while (IsAlive(left)) std::this_thread::yield();
}

// An agent that it starts, a tunnel: they hold what they inherit, and would hold a secret back.
TEST(RotationProgram, IsNotWaitedForLongerThanItRuns) {
  const ProgramOutput output = Perform("sleep 1000 & echo new; echo said >&2");
  EXPECT_TRUE(output.outcome.ok()) << Message(output);
  EXPECT_EQ(output.stdout_bytes.Reveal(), "new\n");
  EXPECT_EQ(output.stderr_bytes.Reveal(), "said\n");
}

// As `exec > >(tee log)` of bash has it: the last bytes come when the program is gone.
TEST(RotationProgram, MayHaveItsLastBytesWrittenByAnother) {
  const ProgramOutput output =
      Perform("(until grep -q ') Z ' /proc/$$/stat; do :; done; echo new) &");
  EXPECT_TRUE(output.outcome.ok()) << Message(output);
  EXPECT_EQ(output.stdout_bytes.Reveal(), "new\n");
}

TEST(RotationProgram, EndsWellThoughItsEndIsIgnored) {
  struct sigaction ignore = {};
  struct sigaction before = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignore, &before);
  const ProgramOutput output = Perform("echo new");
  ::sigaction(SIGCHLD, &before, nullptr);
  EXPECT_TRUE(output.outcome.ok()) << Message(output);
}

TEST(RotationProgram, InheritsNoKeyAndNoDescriptor) {
  for (const char* name : {"INJECTOR_TOKEN_FILE", "PIPELINE_ENCRYPTION_KEY", "SERVICE_CONN_KEY"}) {
    ::setenv(name, "canary", 1);
  }
  ::setenv("KEPT_FOR_PROGRAMS", "kept", 1);
  const int open = ::dup(0);
  RotationProgram program{.command = "env; ls /proc/self/fd"};
  program.environment = {{"CONNECTION_NAME", "movies"}};
  const std::string text(Perform(program).stdout_bytes.Reveal());
  ::close(open);
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_THAT(text, HasSubstr("KEPT_FOR_PROGRAMS=kept\n"));
  EXPECT_THAT(text, HasSubstr("CONNECTION_NAME=movies\n"));
  // 3 is the directory that ls itself reads.
  EXPECT_THAT(text, HasSubstr("0\n1\n2\n3\n"));
  EXPECT_THAT(text, Not(HasSubstr("\n4\n")));
  for (const char* name : {"INJECTOR_TOKEN_FILE", "PIPELINE_ENCRYPTION_KEY", "SERVICE_CONN_KEY",
                           "KEPT_FOR_PROGRAMS"}) {
    ::unsetenv(name);
  }
}

Connection Current() {
  Connection connection;
  connection.name = {.type = "postgres", .alias = "movies"};
  connection.fields.push_back({"host", Value::String(std::string_view("db"))});
  connection.fields.push_back({"port", Value::Number(std::int64_t{5432})});
  connection.fields.push_back({"password", Value::String(std::string_view("old-canary"))});
  return connection;
}

std::string Notes(std::string_view printed, std::string_view said) {
  const ProgramOutput output{
      .outcome = {}, .stdout_bytes = Secret::CopyOf(printed), .stderr_bytes = Secret::CopyOf(said)};
  return NotesOf(output, Current());
}

constexpr char kLeftOut[] = "(what the program said is left out: it may hold a secret)";

TEST(RotationNotes, RepeatNothingOfWhatWasPrinted) {
  for (const char* printed : {R"({"password":"new-canary"})", R"({"config":{"user":"new-canary"}})",
                              R"("new-canary")", R"([["x","new-canary"]])"}) {
    EXPECT_EQ(Notes(printed, "it is new-canary now, was old-canary\n\n"), "it is *** now, was ***")
        << printed;
  }
  EXPECT_EQ(Notes("", "said, not old-canary\n"), "said, not ***");
  EXPECT_EQ(Notes("{}", ""), "");
}

// What a secret is in there nobody knows.
TEST(RotationNotes, AreLeftOutBesideWhatIsNoJson) {
  for (const char* printed :
       {"new-canary", "password: new-canary\n", "{'password': 'new-canary'}", "PW=new-canary;",
        "{\"password\": new-canary }", "{\"password\":\"new-canary\"} {}"}) {
    EXPECT_EQ(Notes(printed, "it is new-canary now\n"), kLeftOut) << printed;
  }
  std::string many = "[0";
  for (int i = 1; i < 1000; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(Notes(many + "]", "said"), kLeftOut);
}

TEST(RotationNotes, AreLeftOutWhereTheyWereCut) {
  const ProgramOutput output{.outcome = {},
                             .stdout_bytes = Secret::CopyOf("{}"),
                             .stderr_bytes = Secret::CopyOf("first\npassword s3cr"),
                             .stderr_is_cut = true};
  EXPECT_EQ(NotesOf(output, Current()), kLeftOut);
}

std::string Refusal(std::string_view printed) {
  const Result<Connection> next = ConnectionPrinted(Current(), printed);
  return next.ok() ? "" : next.error().message();
}

TEST(RotationOutput, IsTheConfigOrAnEnvelopeAroundIt) {
  const Connection next =
      ConnectionPrinted(Current(), R"({"password":"new-canary","host":"db","port":5433})").value();
  EXPECT_EQ(next.FieldNamed("password")->value.string().Reveal(), "new-canary");
  EXPECT_EQ(next.FieldNamed("port")->value.number_text(), "5433");
  EXPECT_EQ(next.fields.front().name, "host");
  const Connection dated =
      ConnectionPrinted(Current(), R"({"config":{"password":"new-canary","host":"db","port":5433},)"
                                   R"("expiresAt":"2030-01-01"})")
          .value();
  EXPECT_EQ(dated.expires_at, "2030-01-01T23:59:59Z");
}

TEST(RotationOutput, RefusesAnythingElseAndTellsNoValue) {
  const struct {
    const char* printed;
    const char* message;
  } rows[] = {
      {"", "no JSON"},
      {"new-canary", "no JSON"},
      {R"({"password":"new-canary","host":"db","port":1} {})", "no JSON"},
      {R"({"password":"new-canary","host":"db","port":1,"port":2})", "no JSON"},
      {R"(["new-canary"])", "expected one JSON object"},
      {R"({"password":"new-canary"})", "host is missing"},
      {R"({"password":null,"host":"db","port":1})", "password is null"},
      {R"({"password":"new-canary","host":"db","port":1,"new-canary":1})",
       "it has a field that the connection has not"},
      {R"({"password":"new-canary","host":"db","port":"new-canary"})", "port: "},
      {R"({"password":"old-canary","host":"db","port":5433})", "no secret of it is new"},
      {R"({"config":{"password":"new-canary","host":"db","port":1},"expiresAt":7})", "expiresAt: "},
      {R"({"config":{"password":"new-canary","host":"db","port":1},"expiresAt":"new-canary"})",
       "expiresAt: "},
      {R"({"config":{"password":"new-canary","host":"db","port":1},"description":"d"})",
       "host is missing"},
  };
  for (const auto& row : rows) {
    const std::string message = Refusal(row.printed);
    EXPECT_THAT(message, HasSubstr(std::string("--exec: the program's output: ") + row.message))
        << row.printed;
    EXPECT_THAT(message, Not(HasSubstr("canary")));
  }
}

}  // namespace
}  // namespace injector
