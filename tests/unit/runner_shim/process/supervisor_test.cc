#include "runner_shim/process/supervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::Secret;
using injector::UniqueFd;

class Marking final : public StreamFilter {
 public:
  void Feed(std::string_view bytes, std::string& out) override {
    out.append("<").append(bytes).append(">");
  }
  void Finish(std::string&) override {}
};

// Runs `script` in this process, which must be a new one; the filter is ready once the script has
// opened `fifo`.
[[noreturn]] void SuperviseWithLateFilter(const std::string& script, const std::string& fifo) {
  const Result<InheritedState> inherited = InheritedState::TakeOver();
  if (!inherited.ok()) ::_exit(90);
  ChildCommand command;
  command.argv = {"sh", "-c", script};
  command.environment.push_back(Secret::CopyOf("PATH=/usr/bin:/bin"));
  const auto make_filter = [&](OutputKind) -> Result<std::unique_ptr<StreamFilter>> {
    // Waits for the other end.
    const UniqueFd started(::open(fifo.c_str(), O_RDONLY | O_CLOEXEC));
    return std::unique_ptr<StreamFilter>(std::make_unique<Marking>());
  };
  SupervisorOptions options;
  options.terminal = TerminalUse::kNever;
  const Result<ChildOutcome> outcome =
      Supervise(std::move(command), options, *inherited, make_filter);
  ::_exit(outcome.ok() ? outcome->exit_status : 91);
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = ::read(fd, chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

TEST(Supervise, StartsTheCommandFirstAndShowsNothingBeforeTheFilterIsReady) {
  const injector::testing::TempDir directory;
  const std::string fifo = directory / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t supervisor = ::fork();
  if (supervisor == 0) {
    ::dup2(writer.get(), STDOUT_FILENO);
    ::dup2(writer.get(), STDERR_FILENO);
    // Were the filter made first, both would wait for ever.
    SuperviseWithLateFilter("printf early; : >" + fifo + "; exit 5", fifo);
  }
  writer.Reset();
  EXPECT_EQ(ReadAll(reader.get()), "<early>");
  int status = 0;
  ASSERT_EQ(::waitpid(supervisor, &status, 0), supervisor);
  EXPECT_EQ(WEXITSTATUS(status), 5);
}

}  // namespace
}  // namespace runner_shim
