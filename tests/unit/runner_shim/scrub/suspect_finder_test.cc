#include "runner_shim/scrub/suspect_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "runner_shim/scrub/escape.h"

namespace runner_shim {
namespace {

struct Example {
  std::vector<std::string> needles;
  std::string text;
};

std::string RandomWord(std::mt19937& random, std::size_t size) {
  std::string word;
  while (word.size() < size) word += "abcdefgh"[random() % 8];
  return word;
}

// Pieces of needles, some with an ESC in them, interrupted once in `rarity` bytes.
Example RandomExample(std::mt19937& random, std::size_t shortest) {
  static const char* const kInterruptions[] = {"\n",     "\r\n",   "\n\n", "\x1b[1m",
                                               "\x1b[m", "\x1b(B", "\x1b", "\x1b]0;title\x07",
                                               "\x1b[3", "m"};
  Example example;
  for (std::size_t i = 1 + random() % 3; i > 0; --i) {
    std::string needle = RandomWord(random, shortest + random() % 12);
    if (random() % 4 == 0) needle[random() % needle.size()] = '\x1b';
    example.needles.push_back(needle);
  }
  const std::size_t rarity = 1 + random() % (random() % 2 == 0 ? 4 : 40);
  const std::size_t kinds =
      random() % 3 == 0 ? 3 : std::size(kInterruptions);  // or line ends alone
  for (int i = 0; i < 12; ++i) {
    const std::string& needle = example.needles[random() % example.needles.size()];
    for (char c : RandomWord(random, random() % 30) + needle.substr(0, random() % 40)) {
      example.text += c;
      if (random() % rarity == 0) {
        example.text += kInterruptions[random() % kinds];
      }
    }
  }
  return example;
}

// By place: the end of the finished escape sequence that it is part of, 0 if it is part of none.
std::vector<std::size_t> SequenceEnds(std::string_view text) {
  std::vector<std::size_t> ends(text.size(), 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b' || ends[i] != 0) continue;
    const std::size_t end = i + SequenceLength(text.substr(i)).value_or(0);
    std::fill(ends.begin() + static_cast<std::ptrdiff_t>(i),
              ends.begin() + static_cast<std::ptrdiff_t>(end), end);
  }
  return ends;
}

// Whether what is visible from `place` on begins with `needle`, or is the beginning of it.
bool BeginsAt(std::string_view text, std::size_t place, std::string_view needle,
              const std::vector<std::size_t>* skipped) {
  for (std::size_t i = place; i < text.size() && !needle.empty(); ++i) {
    if (text[i] == '\n' || text[i] == '\r' || (skipped && (*skipped)[i] != 0)) continue;
    if (text[i] != needle[0]) return false;
    needle.remove_prefix(1);
  }
  return true;
}

bool MayBegin(const Example& example, std::string_view text, std::size_t place,
              const std::vector<std::size_t>& sequences) {
  if (text[place] == '\n' || text[place] == '\r' || sequences[place] != 0) return false;
  return std::any_of(example.needles.begin(), example.needles.end(), [&](const auto& needle) {
    return BeginsAt(text, place, needle, nullptr) || BeginsAt(text, place, needle, &sequences);
  });
}

class SuspectFinderTest : public testing::TestWithParam<std::size_t> {};

TEST_P(SuspectFinderTest, SuspectsEveryPlaceWhereANeedleBegins) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  for (int round = 0; round < 150; ++round) {
    const Example example = RandomExample(random, GetParam());
    const std::vector<std::string_view> views(example.needles.begin(), example.needles.end());
    for (const Instructions instructions : kAllInstructions) {
      if (!AreThere(instructions)) continue;
      SuspectFinder finder(instructions);
      const std::string_view judged =
          std::string_view(example.text)
              .substr(0, finder.Judge(BlockFilter(views, instructions), example.text));
      const std::vector<std::size_t> sequences = SequenceEnds(judged);
      for (std::size_t i = 0; i < judged.size(); ++i) {
        if (!MayBegin(example, judged, i, sequences)) continue;
        const bool suspected =
            std::any_of(finder.suspects().begin(), finder.suspects().end(),
                        [i](const Suspect& s) { return s.begin <= i && i < s.end; });
        ASSERT_TRUE(suspected) << i << " of " << testing::PrintToString(judged);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ShortestNeedle, SuspectFinderTest,
                         testing::Values(1, 2, 3, 4, 6, 8, 12, 16, 24));

TEST(SuspectFinderLimitTest, StopsAtASequenceThatIsNotFinished) {
  const std::vector<std::string_view> needles = {"needle-one"};
  SuspectFinder finder(BestInstructions());
  EXPECT_EQ(9U, finder.Judge(BlockFilter(needles, BestInstructions()), "text\x1b[1mx\x1b[3"));
}

// An ESC that begins no sequence is text, and may be a line of its own.
TEST(SuspectFinderLimitTest, CountsAnEscapeOfNoSequenceAsText) {
  const std::vector<std::string_view> needles = {"aaaa", "aa\x1b]a\x1b\\aa"};
  const std::string_view text = "aa\na\n\x1b\n]a\x1b\\a\na ";
  SuspectFinder finder(BestInstructions());
  ASSERT_EQ(text.size(), finder.Judge(BlockFilter(needles, BestInstructions()), text));
  ASSERT_FALSE(finder.suspects().empty());
  EXPECT_LE(finder.suspects()[0].begin, 1U);
}

TEST(SuspectFinderLimitTest, SuspectsNothingInAnInnocentText) {
  const std::vector<std::string_view> needles = {"needle-number-one", "needle-number-two"};
  std::string text;
  while (text.size() < 20'000) text += "compiling something\n\x1b[32mok\x1b[0m, and more of it\r\n";
  SuspectFinder finder(BestInstructions());
  EXPECT_EQ(text.size(), finder.Judge(BlockFilter(needles, BestInstructions()), text));
  EXPECT_TRUE(finder.suspects().empty());
}

}  // namespace
}  // namespace runner_shim
