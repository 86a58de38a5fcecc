#include "injector/doctor/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ChallengeTest, ReadsWhatServersSend) {
  const auto hub = ParseChallenge(
      R"(Bearer realm="https://auth.docker.io/token", Service=registry.docker.io ,x = "a \"b\"")");
  ASSERT_TRUE(hub.has_value());
  EXPECT_EQ(hub->scheme, "bearer");
  EXPECT_THAT(hub->parameters,
              ElementsAre(Pair("realm", "https://auth.docker.io/token"),
                          Pair("service", "registry.docker.io"), Pair("x", "a \"b\"")));
  EXPECT_EQ(hub->Parameter("service"), "registry.docker.io");
  EXPECT_EQ(hub->Parameter("scope"), "");
  const auto alone = ParseChallenge(" BASIC");
  ASSERT_TRUE(alone.has_value());
  EXPECT_EQ(alone->scheme, "basic");
}

TEST(ChallengeTest, StopsAtTheNextChallengeAndAtWhatIsNone) {
  EXPECT_THAT(ParseChallenge("Basic realm=a, Bearer realm=b")->parameters,
              ElementsAre(Pair("realm", "a")));
  EXPECT_THAT(ParseChallenge("Basic realm=\"never ends")->parameters, IsEmpty());
  EXPECT_THAT(ParseChallenge("Basic realm=\"\\")->parameters, IsEmpty());
  EXPECT_THAT(ParseChallenge("Basic =,=")->parameters, IsEmpty());
  for (const char* none : {"", " ", ",", "\"x\"", "\xff"}) {
    EXPECT_FALSE(ParseChallenge(none).has_value()) << none;
  }
}

}  // namespace
}  // namespace injector::doctor
