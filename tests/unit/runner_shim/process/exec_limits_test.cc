#include "runner_shim/process/exec_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "runner_shim/process/exec_image.h"

namespace runner_shim {
namespace {

using injector::ErrorCode;
using injector::Secret;
using ::testing::HasSubstr;
using ::testing::Not;

ChildCommand CommandWith(const std::vector<std::string>& entries) {
  ChildCommand command;
  command.argv = {"/bin/true"};
  for (const std::string& entry : entries) command.environment.push_back(Secret::CopyOf(entry));
  return command;
}

TEST(ExecLimits, AreAQuarterOfTheStackWithinBounds) {
  constexpr std::size_t kKiB = 1024;
  constexpr std::size_t kMiB = 1024 * kKiB;
  const struct {
    std::size_t stack;
    std::size_t limit;
  } rows[] = {{0, 128 * kKiB},       {512 * kKiB, 128 * kKiB}, {8 * kMiB, 2 * kMiB},
              {24 * kMiB, 6 * kMiB}, {64 * kMiB, 6 * kMiB},    {RLIM_INFINITY, 6 * kMiB}};
  for (const auto& row : rows) EXPECT_EQ(ExecSizeLimit(row.stack), row.limit) << row.stack;
}

TEST(ExecLimits, OneVariableMayTakeUpTo131071Bytes) {
  const std::string name = "TOKEN=";
  const std::string fits = name + std::string(kLongestExecString - name.size(), 'S');
  EXPECT_TRUE(CheckExecSize(CommandWith({fits}), 9).ok());

  const injector::Status refused = CheckExecSize(CommandWith({fits + "S"}), 9);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message(), HasSubstr("variable TOKEN: 131072 bytes"));
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("SSS")));
}

TEST(ExecLimits, AnArgumentThatIsTooLongIsNamedByItsPlace) {
  ChildCommand command = CommandWith({});
  command.argv.emplace_back(kLongestExecString + 1, 'x');
  EXPECT_THAT(CheckExecSize(command, 9).error().message(), HasSubstr("argument 1: 131072 bytes"));
}

TEST(ExecLimits, TheSumIsCheckedAndTheLargestVariablesAreNamed) {
  std::vector<std::string> entries = {"SMALL=1"};
  for (char name = 'A'; name <= 'Z'; ++name) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      entries.push_back(std::string{name, digit, '='} + std::string(100'000, 'S'));
    }
  }
  entries.push_back("LARGEST=" + std::string(110'000, 'S'));
  const injector::Status refused = CheckExecSize(CommandWith(entries), 9);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("largest variables: LARGEST (110008), "));
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("SMALL")));
}

TEST(ExecImage, RefusesWhatCannotBePassed) {
  EXPECT_THAT(ExecImage::Build(ChildCommand{}).error().message(), HasSubstr("no command given"));

  ChildCommand command = CommandWith({});
  command.argv.emplace_back("a\0b", 3);
  EXPECT_THAT(ExecImage::Build(command).error().message(),
              HasSubstr("argument 1 holds a NUL byte"));

  const std::string entry("TOKEN=xy\0zz", 11);
  const auto refused = ExecImage::Build(CommandWith({entry}));
  EXPECT_THAT(refused.error().message(), HasSubstr("variable TOKEN holds a NUL byte"));
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("xy")));
}

}  // namespace
}  // namespace runner_shim
