#include "injector/cli/value_input.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "injector/base/file.h"

namespace injector {
namespace {

using testing::HasSubstr;

class ValueInputTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "/value_input_XXXXXX";
    const UniqueFd fd(::mkostemp(path_.data(), O_CLOEXEC));
    ASSERT_TRUE(fd.valid());
  }
  void TearDown() override { ::unlink(path_.c_str()); }

  ValueOrigin FileWith(std::string_view content) const {
    EXPECT_TRUE(ReplaceFile(path_, content, 0600).ok());
    return {ValueOrigin::Kind::kFile, path_};
  }

 private:
  std::string path_;
};

TEST_F(ValueInputTest, ReadsAFileAsItIs) {
  EXPECT_EQ(ReadValue(FileWith("a\nb\n"), "pw")->Reveal(), "a\nb\n");
}

TEST_F(ValueInputTest, TakesUpTo64KiB) {
  EXPECT_TRUE(ReadValue(FileWith(std::string(65536, 'x')), "pw").ok());
  const Result<Secret> larger = ReadValue(FileWith(std::string(65537, 'x')), "pw");
  ASSERT_FALSE(larger.ok());
  EXPECT_THAT(larger.error().message(), HasSubstr("65536"));
}

TEST_F(ValueInputTest, TakesDocumentsUpTo1MiB) {
  EXPECT_TRUE(ReadDocument(FileWith(std::string(1 << 20, ' ')), "--json").ok());
  EXPECT_FALSE(ReadDocument(FileWith(std::string((1 << 20) + 1, ' ')), "--json").ok());
}

TEST_F(ValueInputTest, RefusesWhatCouldNotBeStoredUnchanged) {
  const Result<Secret> value = ReadValue(FileWith("canary\xff"), "pw");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().message(), "pw: not valid UTF-8");
}

TEST(ValueInput, NamesTheFieldAndTheMissingFile) {
  const Result<Secret> value = ReadValue({ValueOrigin::Kind::kFile, "/no/such"}, "pw");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().message(), "pw: open /no/such: no such file or directory");
}

TEST(ValueInput, DropsOneFinalNewline) {
  struct Row {
    const char* before;
    const char* after;
  };
  for (const Row& row : {Row{"", ""}, Row{"a", "a"}, Row{"a\n", "a"}, Row{"a\n\n", "a\n"},
                         Row{"a\r\n", "a"}, Row{"a\r", "a\r"}, Row{"\n", ""}, Row{" a ", " a "}}) {
    EXPECT_EQ(WithoutFinalNewline(Secret::CopyOf(row.before)).Reveal(), row.after);
  }
}

}  // namespace
}  // namespace injector
