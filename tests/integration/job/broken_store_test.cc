// What a job sees when its credentials cannot be had: one clear line, exit 125, and no child.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

constexpr char kSecret[] = "canary-8d969eef6ecad3c29a3a";

class BrokenStoreTest : public JobTest {
 protected:
  void SetUp() override {
    Add("db", "postgres", R"({"password": ")" + std::string(kSecret) + R"("})");
  }

  // Runs a job that must not start, and returns what was said.
  std::string Refusal(std::vector<std::string> options = {"-c", "db"},
                      std::vector<std::string> environment = {}) {
    for (const char* word : {"--", "touch", "started"}) options.emplace_back(word);
    const ProgramResult result = Shim(std::move(options), std::move(environment));
    EXPECT_EQ(result.exit_status, 125) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_FALSE(std::filesystem::exists(directory_ / "started"));
    EXPECT_EQ(ExposedForms(kSecret, result.err), std::vector<std::string>{});
    EXPECT_TRUE(result.err.starts_with("runner-shim: ")) << result.err;
    return result.err;
  }
  static std::size_t Lines(const std::string& text, const std::string& prefix) {
    std::size_t count = text.starts_with(prefix) ? 1 : 0;
    for (std::size_t at = text.find("\n" + prefix); at != std::string::npos;
         at = text.find("\n" + prefix, at + 1)) {
      ++count;
    }
    return count;
  }
};

TEST_F(BrokenStoreTest, AWrongKeyNamesTheFingerprintThatIsNeeded) {
  const std::string fingerprint = directory_.Read("connections.enc.json");
  ASSERT_EQ(Injector({"key", "new", "--out", directory_ / "other"}).exit_status, 0);
  const std::string said = Refusal({"-c", "db", "--key-file", directory_ / "other"});
  EXPECT_EQ(Lines(said, "runner-shim: "), 1U) << said;
  EXPECT_NE(said.find("fingerprint"), std::string::npos) << said;
}

TEST_F(BrokenStoreTest, EveryTruncationIsRefused) {
  const std::string whole = directory_.Read("connections.enc.json");
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
    directory_.Write("connections.enc.json", whole.substr(0, size));
    EXPECT_EQ(Lines(Refusal(), "runner-shim: "), 1U) << size;
  }
}

TEST_F(BrokenStoreTest, AFlippedBitIsRefused) {
  const std::string whole = directory_.Read("connections.enc.json");
  for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 40) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    directory_.Write("connections.enc.json", damaged);
    EXPECT_EQ(Lines(Refusal(), "runner-shim: "), 1U) << at;
  }
}

TEST_F(BrokenStoreTest, AMissingStoreIsNamed) {
  const std::string missing = directory_ / "nothing.json";
  EXPECT_NE(Refusal({"--source", "file:" + missing, "-c", "db"}).find(missing), std::string::npos);
}

TEST_F(BrokenStoreTest, AMissingStoreSaysWhatMakesOne) {
  for (const char* missing : {"nothing.json", "no-directory/nothing.json"}) {
    EXPECT_NE(Refusal({"--source", "file:" + (directory_ / missing), "-c", "db"})
                  .find("`injector connections set` makes a store"),
              std::string::npos)
        << missing;
  }
}

TEST_F(BrokenStoreTest, ANamedStoreLeavesOtherFilesOutOfTheError) {
  const std::string store = directory_ / "connections.enc.json";
  EXPECT_EQ(Refusal({"-c", "nobody"}, {"INJECTOR_STORE=" + store}).find("connections.yaml"),
            std::string::npos);
}

TEST_F(BrokenStoreTest, AMissingConnectionIsNamedWithTheNearest) {
  const std::string said = Refusal({"-c", "bd"});
  EXPECT_NE(said.find("bd"), std::string::npos);
  EXPECT_NE(said.find("db"), std::string::npos) << said;
  EXPECT_NE(said.find("file:"), std::string::npos) << said;
}

TEST_F(BrokenStoreTest, TermEndsAShimThatWaitsForItsKey) {
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::vector<std::string> environment = Environment();
  RunningProgram shim({.argv = {shim_path(), "--key-file", fifo, "-c", "db", "--", "true"},
                       .environment = std::move(environment),
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  // Opening the other end without waiting works once the shim waits at its own.
  int writer = -1;
  while (writer < 0) writer = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  shim.Signal(SIGTERM);
  EXPECT_EQ(shim.Finish().exit_status, 128 + SIGTERM);
  ::close(writer);
}

TEST_F(BrokenStoreTest, NoKeyNamesTheWaysToGiveOne) {
  const ProgramResult result = RunProgram({.argv = {shim_path(), "-c", "db", "--", "true"},
                                           .environment = {"INJECTOR_STORE=" + store()},
                                           .stdin_bytes = "",
                                           .working_directory = directory_.path()});
  EXPECT_EQ(result.exit_status, 125);
  EXPECT_NE(result.err.find("PIPELINE_ENCRYPTION_KEY"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("--key-file"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace injector::testing
