#include "runner_shim/job/start_environment.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace runner_shim {
namespace {

class StartEnvironmentTest : public ::testing::Test {
 protected:
  StartEnvironment Take(std::vector<std::string> entries) {
    block_ = std::move(entries);
    std::vector<char*> pointers;
    for (std::string& entry : block_) pointers.push_back(entry.data());
    pointers.push_back(nullptr);
    return StartEnvironment::Take(pointers.data());
  }
  std::vector<std::string> block_;  // stands for the memory that the kernel set up
};

TEST_F(StartEnvironmentTest, KeepsEveryEntryByteForByte) {
  const std::vector<std::string> entries = {"A=1", "odd", "=x", "B=\xFF=y", "A=2", "C="};
  const StartEnvironment taken = Take(entries);
  ASSERT_EQ(taken.entries().size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(taken.entries()[i].Reveal(), entries[i]);
  }
}

TEST_F(StartEnvironmentTest, FindsTheFirstOfAName) {
  const StartEnvironment taken = Take({"AB=no", "A=1", "A=2"});
  EXPECT_EQ(taken.Reveal("A"), "1");
  EXPECT_EQ(taken.Reveal("B"), "");
}

TEST_F(StartEnvironmentTest, OverwritesOurOwnSettingsWhereTheyStood) {
  const StartEnvironment taken =
      Take({"PIPELINE_ENCRYPTION_KEY=k1", "INJECTOR_TOKEN=k2", "PIPELINE_CONN_X=k3",
            "PIPELINE_VAR_Y=k4", "SERVICE_CONN_KEY=k5", "HOME=/root"});
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(block_[i].find('k'), std::string::npos) << block_[i];
  }
  EXPECT_EQ(block_[5], "HOME=/root");
  EXPECT_EQ(taken.Reveal("PIPELINE_ENCRYPTION_KEY"), "k1");
}

TEST_F(StartEnvironmentTest, OverwritesEveryValueOfAName) {
  block_ = {"TOKEN=k1", "TOKENS=k2", "TOKEN=k3", "TOKEN"};
  std::vector<char*> pointers;
  for (std::string& entry : block_) pointers.push_back(entry.data());
  pointers.push_back(nullptr);
  WipeInherited(pointers.data(), "TOKEN");
  EXPECT_EQ(block_[0], std::string("TOKEN=\0\0", 8));
  EXPECT_EQ(block_[1], "TOKENS=k2");
  EXPECT_EQ(block_[2], std::string("TOKEN=\0\0", 8));
}

}  // namespace
}  // namespace runner_shim
