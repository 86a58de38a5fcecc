#include "runner_shim/process/spawn.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <variant>

#include "runner_shim/process/exec_limits.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::UniqueFd;

ChildCommand Command(std::vector<std::string> argv) { return {std::move(argv), {}, {}, {}}; }

// The exit status for a command that Spawn() does not start; none if it has started it.
std::optional<int> StatusWithoutStart(ChildCommand command) {
  const Result<InheritedState> inherited = InheritedState::TakeOver();
  if (!inherited.ok()) return std::nullopt;
  auto spawned = Spawn(std::move(command), SpawnOptions(), *inherited);
  inherited->Restore();
  if (const auto* failure = std::get_if<StartFailure>(&spawned)) return failure->exit_status;
  EXPECT_TRUE(std::get<SpawnedChild>(spawned).AwaitStart().ok());
  return std::nullopt;
}

TEST(Spawn, ACommandThatCannotBeExecutedIs126) {
  EXPECT_EQ(StatusWithoutStart(Command({})), 126);
  EXPECT_EQ(StatusWithoutStart(Command({"true", std::string(1, '\0')})), 126);
  EXPECT_EQ(StatusWithoutStart(Command({"true", std::string(kLongestExecString + 1, 'x')})), 126);
}

TEST(Spawn, AFailureOfOurOwnIs125) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit no_more = {.rlim_cur = 3, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &no_more), 0);
  EXPECT_EQ(StatusWithoutStart(Command({"true"})), 125);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

// As what a library of ours opens without O_CLOEXEC.
TEST(Spawn, TheCommandGetsTheCallersDescriptorsAndNoneOfOurs) {
  const UniqueFd callers(::dup(STDERR_FILENO));
  const Result<InheritedState> inherited = InheritedState::TakeOver();
  ASSERT_TRUE(inherited.ok());
  const UniqueFd ours(::dup(STDERR_FILENO));
  const auto path = [](const UniqueFd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); };
  auto spawned = Spawn(
      Command({"/bin/sh", "-c", "[ -e " + path(callers) + " ] && [ ! -e " + path(ours) + " ]"}),
      SpawnOptions(), *inherited);
  inherited->Restore();
  auto& child = std::get<SpawnedChild>(spawned);
  ASSERT_FALSE(child.AwaitStart()->has_value());
  int status = -1;
  ASSERT_EQ(::waitpid(child.pid(), &status, 0), child.pid());
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace runner_shim
