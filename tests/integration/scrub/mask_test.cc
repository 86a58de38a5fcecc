// `runner-shim mask`: a value that becomes known inside the job.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

class MaskTest : public JobTest {
 protected:
  // `runner-shim ARGUMENTS… -- bash -c SCRIPT`; in it "$SHIM" is the shim and `mask VALUE` masks.
  ProgramResult MaskJob(std::vector<std::string> arguments, const std::string& script) const {
    return RunProgram(Run(std::move(arguments), script));
  }
  ProgramRun Run(std::vector<std::string> arguments, const std::string& script) const {
    arguments.insert(arguments.begin(), shim_path());
    for (const std::string& word : {std::string("--"), std::string("bash"), std::string("-c"),
                                    "mask() { printf %s \"$1\" | \"$SHIM\" mask; }\n" + script}) {
      arguments.push_back(word);
    }
    std::vector<std::string> environment = Environment();
    environment.push_back("SHIM=" + shim_path());
    return {.argv = std::move(arguments),
            .environment = std::move(environment),
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }
};

TEST_F(MaskTest, CountsFromTheMomentItReturns) {
  const ProgramResult job = MaskJob({}, R"sh(
    echo late-secret-1
    mask late-secret-1 && echo "late-secret-1 $(printf late-secret-1 | base64)"
    echo late-secret-1 >&2)sh");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "late-secret-1\n*** ***Q==\n");
  EXPECT_EQ(job.err, "***\n");
}

TEST_F(MaskTest, TakesAnyBytesAndALineEnd) {
  const ProgramResult job = MaskJob({}, R"sh(
    printf '\0\1\2\3\377\376line\n' | "$SHIM" mask
    echo with-a-line-end | "$SHIM" mask
    printf '\0\1\2\3\377\376line|'; printf 'with-a-line-end|')sh");
  EXPECT_EQ(job.out, "***|***|");
}

TEST_F(MaskTest, NamesValuesInTheirOrder) {
  EXPECT_EQ(MaskJob({"--mask", "<{name}>"}, R"sh(
    mask first-value; mask second-value; mask first-value; echo second-value first-value)sh")
                .out,
            "<mask-2> <mask-1>\n");
}

TEST_F(MaskTest, CountsWhereNoByteOfAnOccurrenceHasBeenWritten) {
  // The first half is out before: shown. The second time nothing is.
  const ProgramResult job = MaskJob({}, R"sh(
    printf 'late-sec'; mask late-secret-1; echo ret-1; echo late-secret-1)sh");
  EXPECT_EQ(job.out, "late-secret-1\n***\n");
}

TEST_F(MaskTest, CountsForAnOccurrenceThatIsStillHeldBack) {
  // An older value of the same beginning holds the bytes back.
  const ProgramResult job = MaskJob({}, R"sh(
    mask late-secret-one; printf 'late-secret-'; mask late-secret-two; echo two)sh");
  EXPECT_EQ(job.out, "***\n");
}

TEST_F(MaskTest, ServesManyAtOnce) {
  const ProgramResult job = MaskJob({}, R"sh(
    for i in $(seq 100 139); do mask "crowd-value-$i" & pids="$pids $!"; done
    for pid in $pids; do wait $pid || echo failed; done
    for i in $(seq 100 139); do echo "crowd-value-$i"; done)sh");
  std::string expected;
  for (int i = 0; i < 40; ++i) expected += "***\n";
  EXPECT_EQ(job.out, expected) << job.err;
}

TEST_F(MaskTest, AValueThatIsTooLongIsRefusedWithTheLimit) {
  const ProgramResult job =
      MaskJob({}, "head -c 5000000 /dev/zero | \"$SHIM\" mask; echo ${PIPESTATUS[1]}");
  EXPECT_EQ(job.out, "125\n");
  EXPECT_NE(job.err.find("larger than the limit of 65536 bytes"), std::string::npos) << job.err;
}

TEST_F(MaskTest, AnEmptyOrBlankValueIsRefused) {
  EXPECT_EQ(MaskJob({}, R"sh(mask ''; echo $?; mask '      '; echo $?)sh").out, "125\n125\n");
}

TEST_F(MaskTest, AShortValueIsWarnedOfRefusedOrMasked) {
  const ProgramResult warned = MaskJob({}, "mask 4711; echo $? 4711");
  EXPECT_EQ(warned.out, "0 4711\n");
  EXPECT_TRUE(warned.err.starts_with("runner-shim: warning: shorter than 6 bytes")) << warned.err;
  EXPECT_EQ(MaskJob({"--short-secrets", "error"}, "mask 4711; echo $? 4711").out, "125 4711\n");
  EXPECT_EQ(MaskJob({"--short-secrets", "mask"}, "mask 4711; echo $? 4711").out, "0 ***\n");
}

TEST_F(MaskTest, OutsideOfAJobSaysSo) {
  const ProgramResult run = Shim({"mask"}, {}, "late-secret-1");
  EXPECT_EQ(run.exit_status, 125);
  EXPECT_NE(run.err.find("INJECTOR_MASK_SOCKET is not set"), std::string::npos) << run.err;
  const ProgramResult stale = Shim({"mask"}, {"INJECTOR_MASK_SOCKET=/nowhere/s"}, "late-secret-1");
  EXPECT_EQ(stale.exit_status, 125);
  EXPECT_NE(stale.err.find("no such file"), std::string::npos) << stale.err;
}

TEST_F(MaskTest, BothShimsLearnItWhereOneIsInsideTheOther) {
  const ProgramResult job = MaskJob({"--mask", "<outer>"}, R"sh(
    "$SHIM" --mask '<inner>' -- bash -c 'printf nested-secret | "$SHIM" mask; echo nested-secret'
    echo nested-secret)sh");
  EXPECT_EQ(job.out, "<inner>\n<outer>\n") << job.err;
  EXPECT_EQ(job.err, "");
}

TEST_F(MaskTest, TheSocketIsForTheJobsUserAlone) {
  const ProgramResult job =
      MaskJob({}, R"sh(stat -c %a "$INJECTOR_MASK_SOCKET" "${INJECTOR_MASK_SOCKET%/*}")sh");
  EXPECT_EQ(job.out, "600\n700\n");
}

TEST_F(MaskTest, TheSocketIsGoneAfterEveryEnd) {
  for (const char* end : {"true", "exit 3", "kill -9 $$", "kill -TERM $PPID; sleep 600"}) {
    const ProgramResult job = MaskJob({}, std::string("echo \"$INJECTOR_MASK_SOCKET\"; ") + end);
    ASSERT_NE(job.out, "\n") << end;
    EXPECT_EQ(PrivateDirectories(), 0U) << end;
    EXPECT_FALSE(fs::exists(job.out.substr(0, job.out.find('\n')))) << end;
  }
}

TEST_F(MaskTest, ASocketThatAKilledShimLeftIsSweptByTheNext) {
  RunningProgram job(Run({}, "echo ready; exec sleep 600"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  job.Signal(SIGKILL);
  job.Finish();
  EXPECT_EQ(PrivateDirectories(), 1U);
  EXPECT_EQ(Shim({"--", "true"}).exit_status, 0);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(MaskTest, APlaceThatIsAskedForByNameMustDo) {
  const ProgramResult job = Shim({"--files-dir", key_file(), "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_NE(job.err.find(key_file()), std::string::npos) << job.err;
}

TEST_F(MaskTest, WorksForAJobThatRunsAsAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::string base = "/dev/shm";
  // The shim must be reachable for that user.
  const std::string copy = base + "/" + fs::path(directory_.path()).filename().string();
  fs::copy_file(shim_path(), copy);
  fs::permissions(copy, fs::perms(0755));
  ProgramRun run = Run({"--user", "65534", "--files-dir", base}, R"sh(
    printf late-secret-1 | COPY mask; echo $? late-secret-1
    stat -c %U "${INJECTOR_MASK_SOCKET%/*}")sh");
  std::string& script = run.argv.back();
  script.replace(script.find("COPY"), 4, copy);
  run.working_directory = "/";
  const ProgramResult job = RunProgram(run);
  fs::remove(copy);
  EXPECT_EQ(job.out, "0 ***\nnobody\n") << job.err;
}

TEST_F(MaskTest, RefusesOtherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  // The directory keeps others out; opened up on purpose, the socket's own check is left.
  ProgramRun run = Run({}, R"sh(
    directory=$(dirname "$INJECTOR_MASK_SOCKET")
    chmod 711 "$directory" "$directory/.." "$directory/../.." "$directory/../../.."
    chmod 666 "$INJECTOR_MASK_SOCKET"
    setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
try:
    s.sendall(b"mask 8\n12345678"); print(repr(s.recv(100)))
except (BrokenPipeError, ConnectionResetError): print("closed")
' "$INJECTOR_MASK_SOCKET"
    echo 12345678)sh");
  const ProgramResult job = RunProgram(run);
  EXPECT_TRUE(job.out == "closed\n12345678\n" || job.out == "b''\n12345678\n")
      << job.out << job.err;
}

}  // namespace
}  // namespace injector::testing
