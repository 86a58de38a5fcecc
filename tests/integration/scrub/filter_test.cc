// `runner-shim scrub`: stdin to stdout, as a shell's pipeline uses it.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

class FilterTest : public JobTest {
 protected:
  std::string Values(const std::string& json) const {
    return directory_.Write("values.json", json);
  }
  ProgramResult Scrub(std::vector<std::string> arguments, const std::string& text,
                      std::vector<std::string> environment = {}) const {
    arguments.insert(arguments.begin(), "scrub");
    return Shim(std::move(arguments), std::move(environment), text);
  }
  // A shell pipeline; $SHIM is the shim, $VALUES a file with hunter2-hunter2.
  ProgramResult Pipeline(const std::string& script) const {
    std::vector<std::string> environment = Environment();
    environment.push_back("SHIM=" + shim_path());
    environment.push_back("VALUES=" + Values(R"(["hunter2-hunter2"])"));
    return RunProgram({.argv = {"bash", "-c", script},
                       .environment = environment,
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  }
};

TEST_F(FilterTest, MasksTheValuesOfAFileAndNothingElse) {
  const std::string odd("\0\xFF\xC3( \x1b[0m \r\n", 13);
  const ProgramResult run =
      Scrub({"--values", Values(R"(["first-value", {"base64": "AP/+/fz7+vk="}])")},
            odd + "first-value" + odd + std::string("\0\xFF\xFE\xFD\xFC\xFB\xFA\xF9", 8) + odd);
  EXPECT_EQ(run.exit_status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.out, odd + "***" + odd + "***" + odd);
}

TEST_F(FilterTest, ShowsNamesWhereTheMaskAsksForThem) {
  const std::string values =
      Values(R"(["first-value", {"name": "deploy key", "value": "second-value"}])");
  EXPECT_EQ(Scrub({"--values", values, "--mask", "<{name}>"}, "first-value second-value").out,
            "<value-1> <deploy key>");
}

TEST_F(FilterTest, MasksWhatConnectionsAndVariablesHold) {
  Add("db", "postgres", R"({"host": "db.example.com", "password": "hunter2-hunter2"})");
  ASSERT_EQ(Injector({"variables", "set", "token", "--secret"}, "token-value-1").exit_status, 0);
  const ProgramResult run = Scrub({"-c", "db", "--variable", "token", "--mask", "<{name}>"},
                                  "db.example.com hunter2-hunter2 token-value-1\n");
  EXPECT_EQ(run.out, "db.example.com <postgres.db.password> <var.token>\n") << run.err;
}

TEST_F(FilterTest, TwoConnectionsThatNoJobCouldHaveAtOnceAreFine) {
  Add("one", "postgres", R"({"password": "first-password"})");
  Add("two", "postgres", R"({"password": "other-password"})");
  EXPECT_EQ(Scrub({"-c", "one", "-c", "two"}, "first-password other-password\n").out, "*** ***\n");
}

TEST_F(FilterTest, AFieldThatMayBeShownIs) {
  Add("db", "postgres", R"({"password": "hunter2-hunter2"})");
  EXPECT_EQ(Scrub({"-c", "db", "--no-scrub", "db.password"}, "hunter2-hunter2\n").out,
            "hunter2-hunter2\n");
}

TEST_F(FilterTest, InheritedVariablesCountOnlyWhereAskedFor) {
  const std::vector<std::string> inherited = {"API_TOKEN=hunter2-hunter2"};
  const std::string values = Values("[]");
  EXPECT_EQ(Scrub({"--values", values}, "hunter2-hunter2\n", inherited).out, "hunter2-hunter2\n");
  EXPECT_EQ(
      Scrub({"--values", values, "--scrub-env", "*TOKEN*"}, "hunter2-hunter2\n", inherited).out,
      "***\n");
}

TEST_F(FilterTest, OurOwnKeyNeverPasses) {
  const std::string key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  EXPECT_EQ(Scrub({"--values", Values("[]")}, key + "\n", {"PIPELINE_ENCRYPTION_KEY=" + key}).out,
            "***\n");
}

TEST_F(FilterTest, WithoutAnyValueItRefuses) {
  const ProgramResult run = Scrub({}, "text\n");
  EXPECT_EQ(run.exit_status, 125);
  EXPECT_EQ(run.out, "");
  EXPECT_TRUE(run.err.starts_with("runner-shim: scrub: no values")) << run.err;
}

TEST_F(FilterTest, StdinIsNeverTakenForTheValues) {
  for (const char* file : {"-", "/dev/stdin", "/dev/fd/0"}) {
    const ProgramResult run = Scrub({"--values", file}, R"(["hunter2-hunter2"])");
    EXPECT_EQ(run.exit_status, 125) << file;
    EXPECT_EQ(run.out, "") << file;
    EXPECT_EQ(run.err.find("hunter"), std::string::npos) << run.err;
  }
}

TEST_F(FilterTest, ABadElementIsNamedAndItsValueIsNot) {
  const std::string values = Values(R"(["hunter2-hunter2", {"base64": "hunter2!"}])");
  const ProgramResult run = Scrub({"--values", values}, "text\n");
  EXPECT_EQ(run.exit_status, 125);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find(values + ": element 2: "), std::string::npos) << run.err;
  EXPECT_EQ(run.err.find("hunter"), std::string::npos) << run.err;
}

TEST_F(FilterTest, ShortValuesAreWarnedOfRefusedOrMasked) {
  const std::string values = Values(R"([{"name": "pin", "value": "4711"}])");
  const ProgramResult warned = Scrub({"--values", values}, "4711\n");
  EXPECT_EQ(warned.out, "4711\n");
  EXPECT_EQ(warned.err, "runner-shim: warning: pin: shorter than 6 bytes, so it is not scrubbed\n");
  const ProgramResult refused = Scrub({"--values", values, "--short-secrets", "error"}, "4711\n");
  EXPECT_EQ(refused.exit_status, 125);
  EXPECT_EQ(refused.out, "");
  EXPECT_EQ(Scrub({"--values", values, "--short-secrets", "mask"}, "4711\n").out, "***\n");
  EXPECT_EQ(Scrub({"--values", values, "--min-length", "4"}, "4711\n").out, "***\n");
}

TEST_F(FilterTest, ValuesMayComeThroughAPipeOfTheShell) {
  const ProgramResult run =
      Pipeline("echo 'a hunter2-hunter2 b' | \"$SHIM\" scrub --values <(cat \"$VALUES\")");
  EXPECT_EQ(run.out, "a *** b\n") << run.err;
}

TEST_F(FilterTest, AWholePartOfASecretAtTheEndIsMasked) {
  const std::string values = Values(R"(["0123456789abcdefghijklmn"])");
  EXPECT_EQ(Scrub({"--values", values}, "x 0123456789abcdefghij").out, "x ***");
  EXPECT_EQ(Scrub({"--values", values}, "x 01234").out, "x 01234");
}

TEST_F(FilterTest, EndsBySigpipeAsCatDoes) {
  const ProgramResult run =
      Pipeline("yes | \"$SHIM\" scrub --values \"$VALUES\" | head -n 1; echo \"${PIPESTATUS[@]}\"");
  EXPECT_EQ(run.out, "y\n141 141 0\n");
  EXPECT_EQ(run.err, "");
}

TEST_F(FilterTest, NoticesThatItsReaderLeftWhileNothingComes) {
  const ProgramResult run = Pipeline(
      "mkfifo in; \"$SHIM\" scrub --values \"$VALUES\" <in | true & exec 3>in; wait; echo ended");
  EXPECT_EQ(run.out, "ended\n");
}

TEST_F(FilterTest, EndsQuietlyWhereSigpipeIsIgnored) {
  const ProgramResult run = Pipeline(
      "trap '' PIPE; mkfifo out; { \"$SHIM\" scrub --values \"$VALUES\" </dev/zero >out; "
      "echo $?; } & exec 3<out; exec 3<&-; wait");
  EXPECT_EQ(run.out, "141\n");
  EXPECT_EQ(run.err, "");
}

TEST_F(FilterTest, ASignalEndsItAsItEndsAnyFilter) {
  const std::string values = Values(R"(["hunter2-hunter2"])");
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  // Open for writing too, so that the input never ends.
  const UniqueFd input(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGKILL, SIGUSR1}) {
    RunningProgram filter({.argv = {shim_path(), "scrub", "--values", values},
                           .environment = Environment(),
                           .stdin_bytes = "",
                           .working_directory = directory_.path(),
                           .before_exec = [&input] { ::dup2(input.get(), STDIN_FILENO); }});
    ASSERT_EQ(::write(input.get(), "text\n", 5), 5);
    ASSERT_TRUE(filter.WaitForOutput("text\n"));
    filter.Signal(signal);
    EXPECT_EQ(filter.Wait(), -signal) << signal;
  }
}

TEST_F(FilterTest, AClosedOutputIsAnError) {
  const ProgramResult run =
      Pipeline("echo x | \"$SHIM\" scrub --values \"$VALUES\" >&-; echo ${PIPESTATUS[1]}");
  EXPECT_EQ(run.out, "125\n");
  EXPECT_EQ(run.err, "runner-shim: stdout is closed\n");
}

TEST_F(FilterTest, AnInputThatCannotBeReadIsAnError) {
  const ProgramResult run = Pipeline("\"$SHIM\" scrub --values \"$VALUES\" </; echo $?");
  EXPECT_EQ(run.out, "125\n");
  EXPECT_EQ(run.err, "runner-shim: read stdin: is a directory\n");
}

TEST_F(FilterTest, AFullDiskIsAnError) {
  const ProgramResult run = Pipeline(
      "echo x | \"$SHIM\" scrub --values \"$VALUES\" >/dev/full; "
      "echo ${PIPESTATUS[1]}");
  EXPECT_EQ(run.out, "125\n");
  EXPECT_EQ(run.err, "runner-shim: write stdout: no space left on device\n");
}

TEST_F(FilterTest, LeavesTheSharedDescriptorsBlocking) {
  const ProgramResult run = Pipeline(
      "{ \"$SHIM\" scrub --values \"$VALUES\"; grep flags /proc/self/fdinfo/0 /proc/self/fdinfo/1; "
      "} "
      "< <(echo text) | cat");
  EXPECT_EQ(run.out.find("4000"), std::string::npos) << run.out;  // O_NONBLOCK, octal
}

TEST_F(FilterTest, CarriesMuchThroughWithoutLosingAByte) {
  const ProgramResult run = Pipeline(
      "seq 1 3000000 | \"$SHIM\" scrub --values \"$VALUES\" | cksum; seq 1 3000000 | cksum");
  const std::size_t half = run.out.size() / 2;
  EXPECT_EQ(run.out.substr(0, half), run.out.substr(half));
}

}  // namespace
}  // namespace injector::testing
