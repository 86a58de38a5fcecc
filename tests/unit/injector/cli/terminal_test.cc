#include "injector/cli/terminal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <thread>

#include "injector/base/file.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

// A pseudo-terminal: the program asks at one end, the test is the person at the other. Signals and
// the way they leave the terminal are tests of the whole program.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    person_ = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(person_.valid());
    ASSERT_EQ(::grantpt(person_.get()), 0);
    ASSERT_EQ(::unlockpt(person_.get()), 0);
    program_ = UniqueFd(::open(::ptsname(person_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(program_.valid());
    ASSERT_EQ(::tcgetattr(program_.get(), &before_), 0);
  }

  Terminal OpenTerminal() { return Terminal::FromFd(UniqueFd(::dup(program_.get()))); }

  // Waits until `question` is on the screen, then types. The whole screen so far.
  std::string TypeAfter(std::string_view question, std::string_view typed) {
    while (screen_.find(question, seen_) == std::string::npos) {
      char byte = 0;
      if (::read(person_.get(), &byte, 1) != 1) break;
      screen_ += byte;
    }
    seen_ = screen_.size();
    EXPECT_TRUE(WriteAll(person_.get(), typed, "pty").ok());
    return screen_;
  }

  bool EchoIsAsBefore() const {
    termios now;
    return ::tcgetattr(program_.get(), &now) == 0 && now.c_lflag == before_.c_lflag &&
           now.c_iflag == before_.c_iflag;
  }

  std::string screen_;

 private:
  UniqueFd person_;
  UniqueFd program_;
  termios before_{};
  std::size_t seen_ = 0;
};

TEST_F(TerminalTest, ReadsALineWithoutEcho) {
  std::thread person([&] {
    TypeAfter("pw: ", "first-canary\n");
    TypeAfter("next: ", "x\n");  // everything that the first answer left on the screen comes before
  });
  Terminal terminal = OpenTerminal();
  const Result<Secret> answer = terminal.AskSecret("pw: ");
  EXPECT_TRUE(EchoIsAsBefore());
  EXPECT_TRUE(terminal.AskSecret("next: ").ok());
  person.join();
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->Reveal(), "first-canary");
  EXPECT_THAT(screen_, Not(HasSubstr("canary")));
}

struct AnswerRow {
  const char* name;
  std::string typed;
  const char* answer;  // nullptr: refused
};

class TerminalAnswerTest : public TerminalTest, public testing::WithParamInterface<AnswerRow> {};

TEST_P(TerminalAnswerTest, IsReadAndEchoComesBack) {
  std::thread person([&] { TypeAfter("pw: ", GetParam().typed); });
  const Result<Secret> answer = OpenTerminal().AskSecret("pw: ");
  person.join();
  EXPECT_TRUE(EchoIsAsBefore());
  ASSERT_EQ(answer.ok(), GetParam().answer != nullptr);
  if (answer.ok()) {
    EXPECT_EQ(answer->Reveal(), GetParam().answer);
  }
}

const std::string kLongest(4094, 'x');

INSTANTIATE_TEST_SUITE_P(
    Rows, TerminalAnswerTest,
    testing::Values(AnswerRow{"Plain", "abc\n", "abc"}, AnswerRow{"CarriageReturn", "abc\r", "abc"},
                    AnswerRow{"Spaces", " a b \n", " a b "},
                    AnswerRow{"Rubout",
                              "abx\x7f"
                              "c\n",
                              "abc"},
                    AnswerRow{"EndOfFileAfterText", "abc\x04", "abc"},
                    AnswerRow{"Empty", "\n", nullptr}, AnswerRow{"EndOfFile", "\x04", nullptr},
                    AnswerRow{"TooLong", std::string(5000, 'x') + "\n", nullptr},
                    AnswerRow{"Longest", std::string(4094, 'x') + "\n", kLongest.c_str()}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(TerminalTest, AsksTwiceForSomethingNew) {
  std::thread person([&] {
    TypeAfter("pw: ", "same\n");
    TypeAfter("again: ", "same\n");
  });
  const Result<Secret> answer = OpenTerminal().AskNewSecret("pw: ");
  person.join();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->Reveal(), "same");
}

TEST_F(TerminalTest, RefusesTwoDifferentAnswers) {
  std::thread person([&] {
    TypeAfter("pw: ", "canary-a\n");
    TypeAfter("again: ", "canary-b\n");
  });
  const Result<Secret> answer = OpenTerminal().AskNewSecret("pw: ");
  person.join();
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message(), Not(HasSubstr("canary")));
}

TEST_F(TerminalTest, SaysWhenThePersonIsNoTerminal) {
  const Result<Secret> answer =
      Terminal::FromFd(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC))).AskSecret("pw: ");
  EXPECT_FALSE(answer.ok());
}

}  // namespace
}  // namespace injector
