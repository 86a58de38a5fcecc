#include "runner_shim/scrub/special_bytes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace runner_shim {
namespace {

bool IsSpecial(char c) { return c == '\n' || c == '\r' || c == '\x1b'; }

// Each byte special with a probability of one in `rarity`.
std::string RandomText(std::mt19937& random, std::size_t size, std::size_t rarity) {
  std::string text;
  while (text.size() < size) {
    text += random() % rarity == 0 ? "\n\r\x1b"[random() % 3] : static_cast<char>(random());
  }
  return text;
}

class SpecialBytesTest : public testing::TestWithParam<Instructions> {
 protected:
  void SetUp() override {
    if (!AreThere(GetParam())) GTEST_SKIP() << "not with this processor";
  }
};

TEST_P(SpecialBytesTest, FindsLineEndsAndEscapes) {
  std::mt19937 random(1);
  SpecialBytes special(GetParam());
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string text = RandomText(random, size, 1 + size % 7);
    std::vector<std::uint16_t> places;
    std::vector<std::uint16_t> escapes;
    for (std::size_t i = 0; i < size; ++i) {
      if (IsSpecial(text[i])) places.push_back(static_cast<std::uint16_t>(i));
      if (text[i] == '\x1b') escapes.push_back(static_cast<std::uint16_t>(i));
    }
    special.Find(text);
    ASSERT_EQ(places, std::vector(special.places().begin(), special.places().end())) << size;
    ASSERT_EQ(escapes, std::vector(special.escapes().begin(), special.escapes().end())) << size;
  }
}

TEST_P(SpecialBytesTest, TellsWhetherARangeHoldsOne) {
  std::mt19937 random(2);
  SpecialBytes special(GetParam());
  const std::string text = RandomText(random, 200, 20);
  special.Find(text);
  for (std::size_t begin = 0; begin <= text.size(); ++begin) {
    bool any = false;
    for (std::size_t end = begin; end <= std::min(begin + 64, text.size()); ++end) {
      ASSERT_EQ(any, special.AnyIn(begin, end)) << begin << " to " << end;
      any = any || (end < text.size() && IsSpecial(text[end]));
    }
  }
}

TEST_P(SpecialBytesTest, TakesAsMuchAsItSays) {
  SpecialBytes special(GetParam());
  special.Find(std::string(SpecialBytes::kMostBytes, '\x1b'));
  ASSERT_EQ(SpecialBytes::kMostBytes, special.escapes().size());
  EXPECT_EQ(SpecialBytes::kMostBytes - 1, special.escapes().back());
  special.Find("");
  EXPECT_TRUE(special.places().empty());
}

INSTANTIATE_TEST_SUITE_P(Instructions, SpecialBytesTest, testing::ValuesIn(kAllInstructions));

}  // namespace
}  // namespace runner_shim
