#include "runner_shim/scrub/scrubber.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace runner_shim {
namespace {

std::vector<ScrubSecret> Secrets(const std::vector<std::string>& values) {
  std::vector<ScrubSecret> secrets;
  for (std::size_t i = 0; i < values.size(); ++i) {
    secrets.push_back({"name" + std::to_string(i), injector::Secret::CopyOf(values[i])});
  }
  return secrets;
}

std::shared_ptr<const NeedleSet> Build(const std::vector<std::string>& values,
                                       std::string mask = "***") {
  ScrubOptions options;
  options.mask = std::move(mask);
  return NeedleSet::Build(Secrets(values), options).value();
}

// Hands over what comes out of each call alone.
class ScrubberTest : public testing::Test {
 protected:
  void Use(const std::vector<std::string>& values, std::string mask = "***") {
    set_ = Build(values, std::move(mask));
    scrubber_ = std::make_unique<Scrubber>(set_);
  }
  std::string Feed(std::string_view bytes) {
    std::string out;
    scrubber_->Feed(bytes, out);
    return out;
  }
  std::string ShowIdle() {
    std::string out;
    scrubber_->ShowIdle(out);
    return out;
  }
  std::string Finish() {
    std::string out;
    scrubber_->Finish(out);
    return out;
  }
  std::string Add(const std::vector<std::string>& values) {
    std::string out;
    set_ = set_->With(Secrets(values)).value();
    scrubber_->Adopt(set_, out);
    return out;
  }

  std::shared_ptr<const NeedleSet> set_;
  std::unique_ptr<Scrubber> scrubber_;
};

TEST_F(ScrubberTest, HandsOnAtOnceWhatCannotBeASecret) {
  Use({"Sup3r-S3cret-hunter2"});
  EXPECT_EQ("compiling ", Feed("compiling "));
  EXPECT_EQ("Password: ", Feed("Password: "));
}

TEST_F(ScrubberTest, HoldsOnlyTheBeginningOfASecret) {
  Use({"Sup3r-S3cret-hunter2"});
  EXPECT_EQ("x ", Feed("x Sup3r"));
  EXPECT_EQ(5U, scrubber_->held());
  EXPECT_EQ("Sup3r?", Feed("?"));
}

TEST_F(ScrubberTest, WritesTheMaskAsSoonAsTheFirstByteIsDecided) {
  Use({"passwd", "passwd-and-more"});
  EXPECT_EQ("***", Feed("passwd"));
  EXPECT_EQ("", Feed("-and-"));
  EXPECT_EQ("", Feed("more"));
  EXPECT_EQ(".", Feed("."));
}

TEST_F(ScrubberTest, DoesNotHoldAFinishedLine) {
  Use({"Sup3r-S3cret-hunter2"});
  EXPECT_EQ("line Sup\n", Feed("line Sup\n"));
}

TEST_F(ScrubberTest, ASecretMayBeBrokenByManyLineEnds) {
  const std::string line_ends(Reading::kMostSkipped, '\n');
  Use({"0123456789abcdef"});
  EXPECT_EQ("", Feed("01234567" + line_ends));
  EXPECT_EQ("***" + line_ends + "***", Feed("89abcdef"));
}

TEST_F(ScrubberTest, HoldsNothingBehindEndlessLineEnds) {
  const std::string text = "01234567" + std::string(Reading::kMostSkipped, '\n');
  Use({"0123456789abcdef"});
  EXPECT_EQ("", Feed(text));
  EXPECT_EQ(text + "\r", Feed("\r"));
  EXPECT_EQ("89abcdef", Feed("89abcdef"));
}

TEST_F(ScrubberTest, HoldsNothingBehindEndlessEscapeSequences) {
  std::string text = "01234567";
  while (text.size() < Reading::kMostSkipped) text += "\x1b[1m\n";
  Use({"0123456789abcdef"});
  EXPECT_EQ("", Feed(text));
  EXPECT_EQ(text + "\x1b[1mx\x1b[1m", Feed("\x1b[1mx\x1b[1m").substr(0, text.size() + 9));
}

// Each try at an escape sequence once took as many steps as the needle has bytes.
TEST_F(ScrubberTest, FindsALongSecretThatIsCutUpBySequences) {
  const std::string value = std::string(300, 'a') + "b";
  Use({value});
  std::string text;
  for (const char c : value) text += std::string("\x1b[m") + c;
  EXPECT_EQ("a\x1b[m", Feed(text.substr(3, 900)));  // one byte before a break is shown
  Feed(text.substr(903));
  EXPECT_EQ(0U, scrubber_->held());
  EXPECT_TRUE(scrubber_->masked_anything());
}

TEST_F(ScrubberTest, IdleShowsAtMostThreeBytesAndLessThanAQuarter) {
  Use({"0123456789abcdef"});
  EXPECT_EQ("", Feed("01234"));
  EXPECT_EQ("012", ShowIdle());
  EXPECT_EQ("", ShowIdle());
  EXPECT_EQ("***", Feed("56789abcdef"));
}

TEST_F(ScrubberTest, IdleShowsLessOfAShortSecret) {
  Use({"secret8!"});
  EXPECT_EQ("", Feed("sec"));
  EXPECT_EQ("s", ShowIdle());  // two bytes would be a quarter
  EXPECT_EQ("ec-", Feed("-"));
}

TEST_F(ScrubberTest, IdleShowsNothingOfACompletedMatch) {
  Use({"passwd", "passwd-and-more"}, "<{name}>");
  EXPECT_EQ("<name0>", Feed("passwd"));
  EXPECT_EQ("", Feed("-a"));
  EXPECT_EQ("", ShowIdle());
}

TEST_F(ScrubberTest, AMaskWithANameBearsTheWholesName) {
  Use({"https://user:pass-w0rd@host/"}, "[{name}]");
  EXPECT_EQ("[name0].", Feed("pass-w0rd."));
}

TEST_F(ScrubberTest, AValueThatJoinsCountsWhereNothingOfItIsWritten) {
  Use({"first-secret-value"});
  EXPECT_EQ("seco", Feed("seco"));
  Add({"second-secret"});
  EXPECT_EQ("nd-secret ", Feed("nd-secret "));
  EXPECT_EQ("*** ", Feed("second-secret "));
}

TEST_F(ScrubberTest, AValueThatJoinsIsFoundInWhatIsHeld) {
  Use({"first-secret-value"});
  EXPECT_EQ("", Feed("first-secret"));
  EXPECT_EQ("***", Add({"first-sec"}));
  EXPECT_EQ("ret.", Feed("."));
}

TEST_F(ScrubberTest, CountsRunsBySecretAndForm) {
  Use({"Sup3r-S3cret", "other-value"});
  Feed("Sup3r-S3cret 53757033722d533363726574 Sup3r-S3cret");
  Finish();
  const std::vector<ScrubCount> counts = scrubber_->Counts();
  ASSERT_EQ(2U, counts.size());
  EXPECT_EQ("name0", counts[0].name);
  EXPECT_EQ("raw", FormName(counts[0].form));
  EXPECT_EQ(2U, counts[0].runs);
  EXPECT_EQ("hex", FormName(counts[1].form));
  EXPECT_EQ(1U, counts[1].runs);
}

// Lines that hold no block of the filter, and an ESC that is one of them.
TEST(ScrubberLinesTest, ASecretWithEscapesIsFoundHoweverShortTheLines) {
  ScrubOptions options;
  options.min_length = 3;
  Scrubber scrubber(NeedleSet::Build(Secrets({"aa\x1b]a\x1b\\aa"}), options).value());
  std::string out;
  scrubber.Feed("aa\na\n\x1b\n]a\x1b\\a\na ", out);
  scrubber.Finish(out);
  EXPECT_EQ("aa\n***\n***\n***\n*** ", out);
}

TEST(NeedleSetTest, WarnsOfShortAndCommonValuesByName) {
  ScrubOptions options;
  options.user_name = "somebody";
  const auto set = NeedleSet::Build(
      Secrets({"12345", "postgres", "somebody", "https://u:pw@h/", "long-enough", ""}), options);
  using enum ScrubWarning::Reason;
  std::vector<std::pair<std::string, ScrubWarning::Reason>> warnings;
  for (const ScrubWarning& w : set.value()->warnings()) warnings.emplace_back(w.name, w.reason);
  EXPECT_EQ((std::vector<std::pair<std::string, ScrubWarning::Reason>>{{"name0", kTooShort},
                                                                       {"name1", kCommonWord},
                                                                       {"name2", kUserName},
                                                                       {"name3", kPartTooShort}}),
            warnings);
}

TEST(NeedleSetTest, WarnsOnceOfEachNameAndReason) {
  const auto set =
      NeedleSet::Build(Secrets({R"({"a": "https://u:pw@h.io/", "b": "https://u:pq@h.io/"})"}), {});
  ASSERT_EQ(set.value()->warnings().size(), 1U);
  EXPECT_EQ(set.value()->warnings()[0].reason, ScrubWarning::Reason::kPartTooShort);
}

TEST(NeedleSetTest, RefusesShortSecretsIfAsked) {
  ScrubOptions options;
  options.short_secrets = ShortSecrets::kError;
  const auto set = NeedleSet::Build(Secrets({"12345"}), options);
  ASSERT_FALSE(set.ok());
  EXPECT_EQ("name0: shorter than 6 bytes, too short to be scrubbed", set.error().message());
}

TEST(NeedleSetTest, MasksShortSecretsIfAsked) {
  ScrubOptions options;
  options.short_secrets = ShortSecrets::kMask;
  Scrubber scrubber(NeedleSet::Build(Secrets({"1234"}), options).value());
  std::string out;
  scrubber.Feed("a12345", out);
  EXPECT_EQ("a***5", out);
}

TEST_F(ScrubberTest, ASilentStreamKeepsNoOldNeedles) {
  Use({"first-value"});
  Feed("nothing to hold back\n");
  const std::weak_ptr<const NeedleSet> old = set_;
  Add({"second-value"});
  EXPECT_TRUE(old.expired());
}

}  // namespace
}  // namespace runner_shim
