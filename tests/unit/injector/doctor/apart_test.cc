#include "injector/doctor/apart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace injector::doctor {
namespace {

using std::chrono::milliseconds;
using ::testing::StartsWith;

// Longer than any test may take.
constexpr milliseconds kAmple{60'000};

TEST(ApartTest, ResultsComeInTheOrderOfTasks) {
  std::vector<Task> tasks;
  for (int i = 0; i < 300; ++i) {  // more than run at once
    tasks.push_back([i](const Progress&) {
      return CheckResult{i % 2 == 0 ? Category::kOk : Category::kAuth, std::to_string(i)};
    });
  }
  const std::vector<TimedResult> results = RunApart(tasks, kAmple);
  ASSERT_EQ(results.size(), tasks.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].result.message, std::to_string(i));
    EXPECT_EQ(results[i].result.category, i % 2 == 0 ? Category::kOk : Category::kAuth);
  }
}

TEST(ApartTest, WhoHangsIsEndedAndOthersAreNot) {
  const std::vector<Task> tasks = {[](const Progress& say) {
                                     say("look around");
                                     say("connect to h:1");
                                     while (true) ::pause();
                                     return CheckResult{};
                                   },
                                   [](const Progress&) {
                                     return CheckResult{Category::kOk, "fine"};
                                   }};
  const std::vector<TimedResult> results = RunApart(tasks, milliseconds(250));
  EXPECT_EQ(results[0].result.category, Category::kTimeout);
  EXPECT_EQ(results[0].result.message, "connect to h:1: no answer within 250 ms");
  EXPECT_EQ(results[1].result.message, "fine");
  EXPECT_EQ(results[0].latency, milliseconds(250));
}

TEST(ApartTest, WhoDiesIsNoDangerToTheRest) {
  const std::vector<Task> tasks = {[](const Progress& say) {
    say("talk");
    ::kill(::getpid(), SIGKILL);
    return CheckResult{};
  }};
  const std::vector<TimedResult> results = RunApart(tasks, kAmple);
  EXPECT_EQ(results[0].result.category, Category::kUnknown);
  EXPECT_EQ(results[0].result.message, "talk: the check ended without a result");
}

TEST(ApartTest, MessagesAreOfOneLine) {
  const std::vector<Task> tasks = {[](const Progress& say) {
    say("a\nok forged");
    return CheckResult{Category::kAuth, "b\nok forged"};
  }};
  EXPECT_EQ(RunApart(tasks, kAmple)[0].result.category, Category::kAuth);
  EXPECT_EQ(RunApart(tasks, kAmple)[0].result.message, "b ok forged");
}

TEST(ApartTest, WhoSpeaksForeverIsEnded) {
  const std::vector<Task> tasks = {[](const Progress& say) {
    while (true) say(std::string(1000, 'x'));
    return CheckResult{};
  }};
  EXPECT_THAT(RunApart(tasks, kAmple)[0].result.message, StartsWith("xxx"));
}

TEST(ApartTest, LibrariesOfATaskSpeakToNobody) {
  const std::vector<Task> tasks = {[](const Progress&) {
    const bool wrote = ::write(STDERR_FILENO, "SEEN", 4) == 4;
    return CheckResult{wrote ? Category::kOk : Category::kUnknown, ""};
  }};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RunApart(tasks, kAmple)[0].result.category, Category::kOk);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ApartTest, NoTasksNoResults) { EXPECT_TRUE(RunApart({}, kAmple).empty()); }

}  // namespace
}  // namespace injector::doctor
