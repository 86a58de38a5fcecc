#include "injector/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace injector {
namespace {

TEST(Error, FromErrnoReadsAsOneSentence) {
  const Error error = Error::FromErrno(ENOENT, "open /x");
  EXPECT_EQ(error.message(), "open /x: no such file or directory");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.errno_value(), ENOENT);
}

TEST(Error, ContextGoesInFront) {
  const Error error =
      Error(ErrorCode::kDataLoss, "bad tag").WithContext("entry 3").WithContext("store /s");
  EXPECT_EQ(error.message(), "store /s: entry 3: bad tag");
  EXPECT_EQ(error.code(), ErrorCode::kDataLoss);
}

TEST(Error, ContextKeepsTheHint) {
  const Error error = Error(ErrorCode::kNotFound, "m").WithHint("do this").WithContext("c");
  EXPECT_EQ(error.hint(), "do this");
}

TEST(Error, OnlyWhatMayPassMapsToTimeOut) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const bool temporary = code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded;
    EXPECT_EQ(ExitStatus(code), temporary ? 124 : 125) << ErrorCodeName(code);
  }
}

}  // namespace
}  // namespace injector
