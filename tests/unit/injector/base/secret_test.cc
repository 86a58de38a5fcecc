#include "injector/base/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <sstream>
#include <type_traits>

namespace injector {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!Streamable<Secret>);

TEST(Secret, KeepsEveryByte) {
  const std::string bytes("a\0b\xFF", 4);
  EXPECT_EQ(Secret::CopyOf(bytes).Reveal(), bytes);
  EXPECT_EQ(Secret::CopyOf(bytes).Clone().Reveal(), bytes);
}

TEST(Secret, TakingEmptiesAndWipesTheSource) {
  std::string source = "correct horse battery staple";  // longer than any small-string buffer
  const char* storage = source.data();
  const std::size_t size = source.size();
  const Secret secret = Secret::TakeFrom(source);
  EXPECT_EQ(secret.Reveal(), "correct horse battery staple");
  EXPECT_TRUE(source.empty());
  // The string still owns its buffer, so reading it is defined.
  EXPECT_TRUE(std::all_of(storage, storage + size, [](char c) { return c == '\0'; }));
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first = Secret::CopyOf("value");
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second.Reveal(), "value");
  first = std::move(second);
  EXPECT_EQ(first.Reveal(), "value");
}

TEST(Secret, ComparesWholeContents) {
  EXPECT_TRUE(Secret::CopyOf("abc") == Secret::CopyOf("abc"));
  EXPECT_FALSE(Secret::CopyOf("abc") == Secret::CopyOf("abd"));
  EXPECT_FALSE(Secret::CopyOf("abc") == Secret::CopyOf("xbc"));
  EXPECT_FALSE(Secret::CopyOf("abc") == Secret::CopyOf("abcd"));
  EXPECT_TRUE(Secret() == Secret::CopyOf(""));
}

TEST(Secret, ConcatJoinsPieces) {
  EXPECT_EQ(Secret::Concat({"a", "", "bc"}).Reveal(), "abc");
  EXPECT_TRUE(Secret::Concat({}).empty());
}

TEST(SecretBuilder, GrowsAndGivesTheExactBytes) {
  SecretBuilder builder;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26));
    builder.Append(piece);
    expected += piece;
    ASSERT_EQ(builder.Reveal(), expected);
  }
  EXPECT_EQ(std::move(builder).Build().Reveal(), expected);
}

}  // namespace
}  // namespace injector
