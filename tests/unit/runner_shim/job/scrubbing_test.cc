// Values that join while the job runs. What is found of them is the scrubber's business.

#include "runner_shim/job/scrubbing.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <vector>

namespace runner_shim {
namespace {

using injector::Secret;
using Verdict = MaskAnswer::Verdict;

class ScrubbingTest : public ::testing::Test {
 protected:
  // With --short-secrets as given.
  void Start(ShortSecrets short_secrets = ShortSecrets::kWarn) {
    char* nothing = nullptr;
    JobOptions options;
    options.short_secrets = short_secrets;
    filter_.reset();
    options.mask = "[{name}]";
    scrubbing_.emplace(*Scrubbing::Create({}, options, StartEnvironment::Take(&nothing)));
    filter_ = *scrubbing_->MakeFilter();
  }
  std::vector<MaskAnswer> Mask(const std::vector<std::string>& values) {
    std::vector<Secret> secrets;
    for (const std::string& value : values) secrets.push_back(Secret::CopyOf(value));
    return scrubbing_->Mask(secrets);
  }
  // What comes out of a filter that has been told.
  std::string Shown(const std::string& text) {
    std::string out;
    filter_->Update(out);
    filter_->Feed(text + "\n", out);
    return out;
  }

  std::optional<Scrubbing> scrubbing_;
  std::unique_ptr<StreamFilter> filter_;
};

TEST_F(ScrubbingTest, ValuesCountFromThenOnUnderTheirNumbers) {
  Start();
  EXPECT_EQ(Shown("first-value second-value"), "first-value second-value\n");
  const auto answers = Mask({"first-value", "second-value"});
  EXPECT_EQ(answers[0].text, "mask-1");
  EXPECT_EQ(answers[1].text, "mask-2");
  EXPECT_EQ(Shown("first-value second-value"), "[mask-1] [mask-2]\n");
  EXPECT_EQ(Mask({"third-value"})[0].text, "mask-3");
}

TEST_F(ScrubbingTest, AValueThatIsKnownKeepsItsName) {
  Start();
  Mask({"first-value"});
  const auto again = Mask({"other-value", "first-value", "other-value"});
  EXPECT_EQ(again[0].text, "mask-2");
  EXPECT_EQ(again[1].text, "mask-1");
  EXPECT_EQ(again[2].text, "mask-2");
}

TEST_F(ScrubbingTest, AShortValueIsWarnedOfRefusedOrMasked) {
  Start(ShortSecrets::kWarn);
  EXPECT_EQ(Mask({"short"})[0].verdict, Verdict::kWarning);
  EXPECT_EQ(Shown("short"), "short\n");
  Start(ShortSecrets::kError);
  EXPECT_EQ(Mask({"short"})[0].verdict, Verdict::kRefused);
  EXPECT_EQ(Shown("short"), "short\n");
  Start(ShortSecrets::kMask);
  EXPECT_EQ(Mask({"short"})[0].verdict, Verdict::kMasked);
  EXPECT_EQ(Shown("short"), "[mask-1]\n");
}

TEST_F(ScrubbingTest, ABlankValueIsRefused) {
  Start(ShortSecrets::kMask);
  EXPECT_EQ(Mask({" \n\t "})[0].verdict, Verdict::kRefused);
}

TEST_F(ScrubbingTest, AValueThatIsRefusedForAPartDoesNotSpoilTheOthers) {
  Start(ShortSecrets::kError);
  const auto answers = Mask({"good-value-1", "postgres://u:pw@host/db", "good-value-2"});
  EXPECT_EQ(answers[0].verdict, Verdict::kMasked);
  EXPECT_EQ(answers[1].verdict, Verdict::kRefused);
  EXPECT_EQ(answers[2].verdict, Verdict::kMasked);
  EXPECT_EQ(Shown("good-value-1 good-value-2"), "[mask-1] [mask-2]\n");
}

TEST_F(ScrubbingTest, AWarningComesWithTheMask) {
  Start();
  const auto answers = Mask({"password"});
  EXPECT_EQ(answers[0].verdict, Verdict::kWarning);
  EXPECT_EQ(Shown("password"), "[mask-1]\n");
}

TEST_F(ScrubbingTest, CountsAreSummedOverOutputs) {
  Start();
  Mask({"first-value"});
  const std::unique_ptr<StreamFilter> other = *scrubbing_->MakeFilter();
  std::string out;
  other->Feed("first-value\n", out);
  Shown("first-value and first-value");
  ASSERT_EQ(scrubbing_->Counts().size(), 1U);
  EXPECT_EQ(scrubbing_->Counts()[0].runs, 3U);
  EXPECT_EQ(scrubbing_->StatusAfterSuccess(JobOptions::OnLeak::kMask), 0);
  EXPECT_EQ(scrubbing_->StatusAfterSuccess(JobOptions::OnLeak::kFail), 123);
}

TEST_F(ScrubbingTest, CountsOfFiltersThatHaveGoneStay) {
  Start();
  Mask({"first-value"});
  Shown("first-value and first-value");
  filter_ = *scrubbing_->MakeFilter();
  Shown("first-value");
  filter_.reset();
  ASSERT_EQ(scrubbing_->Counts().size(), 1U);
  EXPECT_EQ(scrubbing_->masked_runs(), 3U);
  EXPECT_EQ(scrubbing_->StatusAfterSuccess(JobOptions::OnLeak::kFail), 123);
}

// A job may be started anew for months. (The sanitizers' allocators do not tell.)
TEST_F(ScrubbingTest, NothingElseOfThemStays) {
  Start();
  Mask({"first-value"});
  const auto run = [this] {
    filter_ = *scrubbing_->MakeFilter();
    Shown("first-value");
    filter_.reset();
  };
  run();
  const std::size_t before = ::mallinfo2().uordblks;
  for (int i = 0; i < 100; ++i) run();
  EXPECT_LT(::mallinfo2().uordblks, before + 100 * 64);
}

TEST_F(ScrubbingTest, AddedSecretsCountUnderTheirOwnNames) {
  Start(ShortSecrets::kError);
  std::vector<ScrubSecret> secrets;
  secrets.push_back({.name = "aws.prod.key", .value = Secret::CopyOf("rotated-value")});
  ASSERT_TRUE(scrubbing_->Add(std::move(secrets)).ok());
  EXPECT_EQ(Shown("rotated-value"), "[aws.prod.key]\n");
  std::vector<ScrubSecret> short_one;
  short_one.push_back({.name = "aws.prod.pin", .value = Secret::CopyOf("1234")});
  EXPECT_FALSE(scrubbing_->Add(std::move(short_one)).ok());
  EXPECT_EQ(Shown("rotated-value 1234"), "[aws.prod.key] 1234\n");
}

}  // namespace
}  // namespace runner_shim
