#include "injector/service/oidc/issuer_keys.h"

#include <atomic>
#include <future>
#include <thread>

#include "tests/unit/injector/service/oidc/oidc_fixture.h"

namespace injector::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class IssuerKeysTest : public OidcTest {
 protected:
  std::string Old() { return WhyNot(SignToken(Claims(), TestKey::kRsa1)); }
  std::string New() { return WhyNot(SignToken(Claims(), TestKey::kRsa2)); }
  void Rotate() { published_ = KeySetOf({TestKey::kRsa2}); }
  void Disappear() { published_.clear(); }
};

TEST_F(IssuerKeysTest, AsksOnceWhileKeysAreFresh) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Old(), "");
  clock_.Advance(minutes(10) - seconds(1));
  EXPECT_EQ(Old(), "");
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Old(), "");
  EXPECT_EQ(fetches_, 2);
}

TEST_F(IssuerKeysTest, AsksAgainForAnUnknownKeyAtMostEveryHalfMinute) {
  EXPECT_EQ(Old(), "");
  Rotate();
  EXPECT_EQ(New(), "unavailable") << "asked a moment ago: it may be new since";
  EXPECT_EQ(retry_after_, seconds(30));
  clock_.Advance(seconds(29));
  EXPECT_EQ(New(), "unavailable");
  EXPECT_EQ(retry_after_, seconds(1));
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(seconds(1));
  EXPECT_EQ(New(), "");
  EXPECT_EQ(fetches_, 2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Old(), "unavailable");
  EXPECT_EQ(fetches_, 2);
  clock_.Advance(seconds(30));
  EXPECT_NE(Old().find("kid"), std::string::npos) << "a key that is withdrawn is one no more";
}

TEST_F(IssuerKeysTest, ForgetsAWithdrawnKeyWithinTheRefreshTime) {
  EXPECT_EQ(Old(), "");
  Rotate();
  clock_.Advance(minutes(10));
  EXPECT_NE(Old().find("kid"), std::string::npos);
}

TEST_F(IssuerKeysTest, GoesOnWithOldKeysForADayWhileTheIssuerIsAway) {
  EXPECT_EQ(Old(), "");
  Disappear();
  for (const minutes later : {minutes(10), minutes(60), minutes(60 * 22)}) {
    clock_.Advance(later);
    EXPECT_EQ(Old(), "") << later.count();
  }
  EXPECT_EQ(fetches_, 4);
  EXPECT_EQ(reports_, std::vector<std::string>(3, "ci: nobody answers"));
  clock_.Advance(minutes(50));
  EXPECT_EQ(Old(), "unavailable");
  published_ = KeySetOf({TestKey::kRsa1});
  EXPECT_EQ(Old(), "unavailable") << "asked a moment ago";
  clock_.Advance(seconds(30));
  EXPECT_EQ(Old(), "");
}

TEST_F(IssuerKeysTest, CannotTellAnUnknownKeyWhileTheIssuerIsAway) {
  Disappear();
  EXPECT_EQ(Old(), "unavailable");
  EXPECT_EQ(Old(), "unavailable");
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(seconds(30));
  published_ = KeySetOf({TestKey::kRsa1});
  EXPECT_EQ(Old(), "");
  Disappear();
  clock_.Advance(seconds(30));
  EXPECT_EQ(New(), "unavailable");
  EXPECT_EQ(Old(), "");
}

TEST_F(IssuerKeysTest, AsksNobodyForTokensThatAreUselessAnyway) {
  EXPECT_NE(WhyNotClaims(R"("exp":1)"), "");
  EXPECT_NE(WhyNotClaims(R"("aud":"x")"), "");
  EXPECT_NE(WhyNotClaims(R"("iss":"x")"), "");
  EXPECT_EQ(fetches_, 0);
}

// The first jobs come all at once: one question, and the others wait for its answer.
TEST(IssuerKeys, ManyThreadsAskOnce) {
  const HandClock clock;
  std::atomic<int> fetches = 0;
  std::atomic<int> found = 0;
  std::promise<void> asked;
  std::promise<void> answer;
  oidc::IssuerKeys keys(
      {},
      [&](const oidc::KeySource&) {
        ++fetches;
        asked.set_value();
        answer.get_future().wait();
        return oidc::SigningKeys::Parse(KeySetOf({TestKey::kRsa1}));
      },
      clock, [](const Error&) {});
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { found += keys.Find("rsa-1").ok() ? 1 : 0; });
  asked.get_future().wait();
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { found += keys.Find("rsa-1").ok() ? 1 : 0; });
  }
  answer.set_value();
  threads.clear();
  EXPECT_EQ(fetches, 1);
  EXPECT_EQ(found, 5);
}

}  // namespace
}  // namespace injector::testing
