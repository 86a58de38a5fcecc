#include "runner_shim/mask/mask_protocol.h"

#include <gtest/gtest.h>

#include <string>

namespace runner_shim {
namespace {

using injector::Result;
using injector::Secret;
using Progress = MaskRequestReader::Progress;

TEST(MaskRequest, ComesBackAtEverySplit) {
  const std::string value("any\nbytes\0\xFF", 11);
  const Secret request = WriteRequest(ShimRequest::kMask, value);
  for (std::size_t split = 0; split < request.size(); ++split) {
    MaskRequestReader reader;
    if (split > 0) {
      EXPECT_EQ(*reader.Take(request.Reveal().substr(0, split)), Progress::kNeedsMore);
    }
    EXPECT_EQ(*reader.Take(request.Reveal().substr(split)), Progress::kComplete) << split;
    EXPECT_EQ(std::move(reader).TakeValue().Reveal(), value);
  }
}

TEST(MaskRequest, MayBeAsLongAsTheLimit) {
  const std::string longest(kLongestMaskedValue, 'x');
  MaskRequestReader reader;
  EXPECT_EQ(*reader.Take(WriteRequest(ShimRequest::kMask, longest).Reveal()), Progress::kComplete);
}

TEST(MaskRequest, IsRefusedAsSoonAsItCannotBeOne) {
  for (const std::string text :
       {"GET / HTTP/1.1\r\n", "x", "mask\n", "mask \n", "mask -1\n", "mask 1x\n", "mask 0\n",
        "mask 1\nxy", "mask 65537\n", "mask 99999999999999999999999\n",
        "mask 000000000000000000000000000000000001\n"}) {
    MaskRequestReader reader;
    const Result<Progress> progress = reader.Take(text);
    ASSERT_FALSE(progress.ok()) << text;
    EXPECT_EQ(progress.error().code(), injector::ErrorCode::kInvalidArgument) << text;
  }
}

TEST(MaskRequest, ThatIsTooLongIsToldTheLimit) {
  MaskRequestReader reader;
  EXPECT_EQ(reader.Take("mask 5000000\n").error().message(),
            "the value is longer than the limit of 65536 bytes");
}

TEST(MaskAnswer, ComesBack) {
  using enum MaskAnswer::Verdict;
  for (const MaskAnswer& answer :
       {MaskAnswer{kMasked, "mask-1"}, MaskAnswer{kWarning, "a b"}, MaskAnswer{kRefused, ""}}) {
    const std::string line = WriteMaskAnswer(answer);
    ASSERT_TRUE(line.ends_with('\n'));
    const auto read = ReadMaskAnswer(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->verdict, answer.verdict);
    EXPECT_EQ(read->text, answer.text);
  }
}

TEST(MaskAnswer, IsOneLineOfLimitedLength) {
  const std::string line =
      WriteMaskAnswer({MaskAnswer::Verdict::kRefused, std::string(100'000, '\n')});
  EXPECT_EQ(line.size(), kLongestMaskAnswer);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(MaskAnswer, OfAnotherKindIsNone) {
  for (const char* line : {"", "ok", "maskedx mask-1", "HTTP/1.1 400"}) {
    EXPECT_FALSE(ReadMaskAnswer(line).ok()) << line;
  }
}

TEST(ShimRequests, EachKindComesBackWithItsBody) {
  for (const ShimRequest kind :
       {ShimRequest::kMask, ShimRequest::kDockerLogin, ShimRequest::kGitLogin}) {
    MaskRequestReader reader;
    EXPECT_EQ(*reader.Take(WriteRequest(kind, "https://a:1").Reveal()), Progress::kComplete);
    EXPECT_EQ(reader.kind(), kind);
    EXPECT_EQ(std::move(reader).TakeValue().Reveal(), "https://a:1");
  }
}

LoginAnswer Found(std::string_view login, std::string_view password) {
  LoginAnswer answer;
  answer.found.emplace(ShimLogin{Secret::CopyOf(login), Secret::CopyOf(password)});
  return answer;
}

TEST(LoginAnswer, ComesBackWhole) {
  const std::string odd("a b\nfound 1 1\n\0", 16);
  const Secret written = WriteLoginAnswer(Found(odd, odd));
  const auto read = ReadLoginAnswer(written.Reveal());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->found->login.Reveal(), odd);
  EXPECT_EQ(read->found->password.Reveal(), odd);
  EXPECT_FALSE(ReadLoginAnswer(WriteLoginAnswer({}).Reveal())->found);
  LoginAnswer elsewhere;
  elsewhere.ask_at = "/run/a b/mask.sock";
  EXPECT_EQ(ReadLoginAnswer(WriteLoginAnswer(elsewhere).Reveal())->ask_at, "/run/a b/mask.sock");
}

TEST(LoginAnswer, AnyPartOfItIsNone) {
  const Secret written = WriteLoginAnswer(Found("user", "password"));
  for (std::size_t size = 0; size < written.size(); ++size) {
    EXPECT_FALSE(ReadLoginAnswer(written.Reveal().substr(0, size)).ok()) << size;
  }
  for (const char* strange : {"", "\n", "found\n", "found 1\nx", "found x y\n", "found 1 1\nabc",
                              "found 99999999999999999999 1\na", "foundling\n"}) {
    EXPECT_FALSE(ReadLoginAnswer(strange).ok()) << strange;
  }
  EXPECT_EQ(ReadLoginAnswer("refused too long\n").error().message(), "too long");
}

}  // namespace
}  // namespace runner_shim
