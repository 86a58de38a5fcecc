#include "injector/inject/exec_size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint64_t kMiB = 1024 * 1024;

std::string Refusal(const std::vector<std::string>& argv, const std::vector<Secret>& environment,
                    std::uint64_t stack_limit = 8 * kMiB) {
  const Status status = CheckExecSize({"/bin/true", argv, environment, stack_limit});
  return status.ok() ? "(not refused)" : status.error().message();
}

std::vector<Secret> OneEntry(std::size_t size) {
  std::vector<Secret> environment;
  environment.push_back(Secret::CopyOf("BIG=" + std::string(size - 4, 'x')));
  return environment;
}

TEST(ExecSizeTest, TheLimitIsAQuarterOfTheStackWithinBounds) {
  EXPECT_EQ(ExecLimit(8 * kMiB), 2 * kMiB);
  EXPECT_EQ(ExecLimit(16 * 1024), 128 * 1024u);
  EXPECT_EQ(ExecLimit(64 * kMiB), 6 * kMiB);
  EXPECT_EQ(ExecLimit(RLIM_INFINITY), 6 * kMiB);
}

TEST(ExecSizeTest, OneTooLongStringIsNamedWithoutItsValue) {
  EXPECT_EQ(Refusal({"true"}, OneEntry(kMaxExecString)), "(not refused)");
  EXPECT_THAT(Refusal({"true"}, OneEntry(kMaxExecString + 1)),
              AllOf(HasSubstr("variable BIG: 131072 bytes"), Not(HasSubstr("xxx"))));
  EXPECT_THAT(Refusal({"true", std::string(kMaxExecString + 1, 'y')}, {}),
              AllOf(HasSubstr("argument 1: 131072 bytes"), Not(HasSubstr("yyy"))));
}

TEST(ExecSizeTest, TheSumNamesTheLargest) {
  std::vector<Secret> environment;
  for (int i = 0; i < 30; ++i) {
    environment.push_back(Secret::CopyOf("V" + std::to_string(i) + "=" + std::string(70000, 'x')));
  }
  environment.push_back(Secret::CopyOf("LARGEST=" + std::string(80000, 'x')));
  EXPECT_THAT(Refusal({"true"}, environment), HasSubstr("the largest is variable LARGEST"));
}

// What the kernel itself says, at the last size that fits and one byte beyond.
class KernelTest : public ::testing::TestWithParam<int> {};

TEST_P(KernelTest, AgreesAboutTheLastByte) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_STACK, &limit), 0);
  const std::string path = "/bin/true";
  std::vector<std::string> argv = {path};
  const std::uint64_t each = 100000 + 1 + sizeof(char*);
  std::uint64_t left = ExecLimit(limit.rlim_cur) - 2 * (path.size() + 1) - sizeof(char*);
  for (; left > each + 100000; left -= each) argv.push_back(std::string(100000, 'x'));
  argv.push_back(std::string(left / 2, 'x'));
  left -= argv.back().size() + 1 + sizeof(char*);
  argv.push_back(std::string(left - 1 - sizeof(char*) + static_cast<std::size_t>(GetParam()), 'x'));

  const bool fits = GetParam() == 0;
  EXPECT_EQ(CheckExecSize({path, argv, {}, limit.rlim_cur}).ok(), fits);
  std::vector<char*> pointers;
  for (std::string& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  char* no_environment[] = {nullptr};
  pid_t child = -1;
  const int error =
      ::posix_spawn(&child, path.c_str(), nullptr, nullptr, pointers.data(), no_environment);
  EXPECT_EQ(error, fits ? 0 : E2BIG);
  if (error == 0) {
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  }
}

INSTANTIATE_TEST_SUITE_P(AtTheLimitAndBeyond, KernelTest, ::testing::Values(0, 1));

}  // namespace
}  // namespace injector
