#include "runner_shim/process/spawn.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <optional>
#include <string>
#include <variant>

#include "runner_shim/process/exec_limits.h"

namespace runner_shim {
namespace {

using injector::Result;

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

}  // namespace
}  // namespace runner_shim
