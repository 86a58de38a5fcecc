#include "injector/sidecar/allow_list.h"

#include <gtest/gtest.h>

#include "fake_world.h"

namespace injector::sidecar {
namespace {

AllowList Allowing(const std::string& references) {
  AllowList list;
  EXPECT_TRUE(list.Add(references).ok());
  return list;
}

bool MayAskFor(const AllowList& list, const std::string& reference) {
  return list.MayAsk(Wanting(reference));
}

TEST(AllowListTest, AllowsEverythingUntilSomethingIsAdded) {
  EXPECT_TRUE(MayAskFor(AllowList(), "@mysql.any"));
}

TEST(AllowListTest, AllowsWhatItNames) {
  const AllowList list = Allowing("@aws.main, @mysql,bare,var.REGION");
  EXPECT_TRUE(MayAskFor(list, "@aws.main"));
  EXPECT_FALSE(MayAskFor(list, "@aws.other"));
  EXPECT_TRUE(MayAskFor(list, "@mysql.any"));
  EXPECT_TRUE(MayAskFor(list, "@postgres.bare"));
  EXPECT_FALSE(MayAskFor(list, "@postgres.main"));
  FetchRequest wanted;
  wanted.variables.push_back({.key = "REGION"});
  EXPECT_TRUE(list.MayAsk(wanted));
  wanted.variables.push_back({.key = "OTHER"});
  EXPECT_FALSE(list.MayAsk(wanted));
}

TEST(AllowListTest, RefusesWhatIsNoReference) {
  for (const char* text : {"", " ", ",", "a,", "@", "@aws.", "a b", "var.", "var.a-b", "a,@"}) {
    EXPECT_FALSE(AllowList().Add(text).ok()) << text;
  }
}

TEST(AllowListTest, TakesOutOfARenewalWhatIsNotAllowed) {
  JobRenewal renewal;
  renewal.connections.push_back(AwsConnection("main", "one-secret-key", 1));
  renewal.connections.push_back(AwsConnection("other", "other-secret-key", 1));
  renewal.variables.push_back({.key = "REGION", .value = Secret::CopyOf("eu"), .description = ""});
  Allowing("@aws.main").Cap(renewal);
  ASSERT_EQ(renewal.connections.size(), 1U);
  EXPECT_EQ(renewal.connections[0].name.alias, "main");
  EXPECT_TRUE(renewal.variables.empty());
}

}  // namespace
}  // namespace injector::sidecar
