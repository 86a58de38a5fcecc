#include "runner_shim/scrub/block_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace runner_shim {
namespace {

using Places = std::vector<std::uint16_t>;

std::string RandomWord(std::mt19937& random, std::size_t size) {
  std::string word;
  while (word.size() < size) word += static_cast<char>('a' + random() % 16);
  return word;
}

// Needles of at least `shortest` bytes, and a text that holds pieces of them.
struct Example {
  Example(std::mt19937& random, std::size_t shortest, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      needles.push_back(RandomWord(random, shortest + random() % 20));
    }
    while (text.size() < 400) {
      const std::string& needle = needles[random() % count];
      text += RandomWord(random, random() % 9) + needle.substr(random() % needle.size());
    }
    for (std::size_t i = 0; i < text.size(); i += 1 + random() % 20) {
      all_places.push_back(static_cast<std::uint16_t>(i));
    }
  }

  BlockFilter Filter(Instructions instructions) const {
    const std::vector<std::string_view> views(needles.begin(), needles.end());
    return BlockFilter(views, instructions);
  }

  std::vector<std::string> needles;
  std::string text;
  Places all_places;
};

class BlockFilterTest : public testing::TestWithParam<std::size_t> {
 protected:
  // Those of `places` whose block, which may stick out, is one of the first window() bytes' of a
  // needle.
  static Places Holding(const Example& example, const BlockFilter& filter, const Places& places) {
    std::set<std::string> blocks;
    for (const std::string& needle : example.needles) {
      for (std::size_t at = 0; at < filter.stride(); ++at) {
        blocks.insert(needle.substr(at, filter.block()));
      }
    }
    Places holding;
    for (const std::uint16_t place : places) {
      if (blocks.count(example.text.substr(place, filter.block())) != 0) holding.push_back(place);
    }
    return holding;
  }

  static void ExpectAll(Places wanted, Places hits) {
    std::sort(wanted.begin(), wanted.end());
    std::sort(hits.begin(), hits.end());
    EXPECT_TRUE(std::includes(hits.begin(), hits.end(), wanted.begin(), wanted.end()));
  }

  template <typename Look>
  void ExpectAllWithAnyInstructions(Look look) {
    std::mt19937 random(static_cast<unsigned>(GetParam()));
    for (int round = 0; round < 8; ++round) {
      const Example example(random, GetParam(), 1 + random() % 5);
      Places first;
      for (const Instructions instructions : kAllInstructions) {
        if (!AreThere(instructions)) continue;
        const BlockFilter filter = example.Filter(instructions);
        Places hits;
        const Places looked_at = look(example, filter, hits);
        ExpectAll(Holding(example, filter, looked_at), hits);
        if (instructions == Instructions::kPlain) first = hits;
        EXPECT_EQ(first, hits);
      }
    }
  }
};

TEST_P(BlockFilterTest, LooksAtOnePlaceInAStride) {
  ExpectAllWithAnyInstructions([](const Example& example, const BlockFilter& filter, Places& hits) {
    filter.LookEverywhere(example.text, hits);
    Places places;
    for (std::size_t i = 0; i < example.text.size(); i += filter.stride()) {
      places.push_back(static_cast<std::uint16_t>(i));
    }
    return places;
  });
}

TEST_P(BlockFilterTest, LooksBeforeAndBehindPlaces) {
  ExpectAllWithAnyInstructions([](const Example& example, const BlockFilter& filter, Places& hits) {
    filter.LookBeside(example.text, example.all_places, hits);
    Places places;
    for (const std::uint16_t place : example.all_places) {
      if (place >= filter.block()) {
        places.push_back(static_cast<std::uint16_t>(place - filter.block()));
      }
      if (place + 1U < example.text.size()) places.push_back(static_cast<std::uint16_t>(place + 1));
    }
    return places;
  });
}

TEST_P(BlockFilterTest, LooksAtPlaces) {
  ExpectAllWithAnyInstructions([](const Example& example, const BlockFilter& filter, Places& hits) {
    filter.LookAt(example.text, example.all_places, hits);
    return example.all_places;
  });
}

TEST_P(BlockFilterTest, KnowsEveryBeginningOfANeedle) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const Example example(random, GetParam(), 200);
  const BlockFilter filter = example.Filter(BestInstructions());
  for (const std::string& needle : example.needles) {
    for (std::size_t length = 1; length <= filter.beginning(); ++length) {
      const std::string padded = needle.substr(0, length) + "????????";
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, padded.data(), sizeof(bytes));
      EXPECT_TRUE(filter.MayBegin(bytes, length));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ShortestNeedle, BlockFilterTest,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 40));

TEST(BlockFilterOfNothingTest, IsEmpty) {
  EXPECT_TRUE(BlockFilter({}, BestInstructions()).empty());
}

// Random blocks, and needles as many as a hundred secrets have.
TEST(BlockFilterChanceTest, RarelyFindsWhatIsNotThere) {
  std::mt19937 random(3);
  const Example example(random, 16, 1000);
  std::string other;
  while (other.size() < 60'000) other += static_cast<char>(random());
  Places hits;
  const BlockFilter filter = example.Filter(BestInstructions());
  filter.LookEverywhere(other, hits);
  EXPECT_LT(hits.size(), other.size() / filter.stride() / 100);
}

}  // namespace
}  // namespace runner_shim
