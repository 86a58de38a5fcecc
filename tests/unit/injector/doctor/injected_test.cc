#include "injector/doctor/injected.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using testing::ConnectionOf;

TEST(InjectedTest, IsWhatAJobGets) {
  const auto injection = InjectionOf(ConnectionOf("mongodb", R"({"host":"m","port":1})"));
  ASSERT_TRUE(injection.ok());
  EXPECT_EQ(VariableIn(*injection, "MONGODB_URI").Reveal(), "mongodb://m:1/");
  EXPECT_TRUE(VariableIn(*injection, "PGHOST").empty());
  EXPECT_TRUE(FileIn(*injection, "MONGODB_URI").empty());
}

TEST(InjectedTest, FilesAreFoundByTheirVariable) {
  const auto injection = InjectionOf(ConnectionOf("kafka", R"({"bootstrap_servers":"k"})"));
  ASSERT_TRUE(injection.ok());
  EXPECT_EQ(FileIn(*injection, "KCAT_CONFIG").Reveal(), "bootstrap.servers=k\n");
}

TEST(InjectedTest, AJobMayHaveAnEndpointAndAHelper) {
  EXPECT_TRUE(InjectionOf(ConnectionOf("aws", R"({"delivery":"endpoint"})")).ok());
  EXPECT_TRUE(
      InjectionOf(ConnectionOf("git", R"({"host":"h","token":"t","delivery":"helper"})")).ok());
}

TEST(InjectedTest, RefusalDoesNotNameTheConnection) {
  const auto injection = InjectionOf(ConnectionOf("redis", R"({"host":"h:1"})"));
  ASSERT_FALSE(injection.ok());
  EXPECT_TRUE(injection.error().message().starts_with("host "));
}

}  // namespace
}  // namespace injector::doctor
