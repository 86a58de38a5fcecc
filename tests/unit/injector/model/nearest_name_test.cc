#include "injector/model/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace injector {
namespace {

TEST(EditDistance, CountsEdits) {
  struct Row {
    const char* a;
    const char* b;
    std::size_t distance;
  };
  const Row rows[] = {{"", "", 0},
                      {"abc", "", 3},
                      {"abc", "abc", 0},
                      {"abc", "ABC", 0},
                      {"abc", "abd", 1},
                      {"abc", "acb", 1},
                      {"abc", "abcd", 1},
                      {"abc", "bc", 1},
                      {"kitten", "sitting", 3},
                      {"primray", "primary", 1},
                      {"ca", "abc", 3}};
  for (const Row& row : rows) {
    EXPECT_EQ(EditDistance(row.a, row.b), row.distance) << row.a << " " << row.b;
    EXPECT_EQ(EditDistance(row.b, row.a), row.distance) << row.b << " " << row.a;
  }
}

TEST(NearestName, SuggestsOnlyWhatMayHaveBeenMeant) {
  const std::vector<std::string> known = {"mysql", "postgres", "redis", "s3"};
  EXPECT_EQ(NearestName("postgresql", known), "postgres");
  EXPECT_EQ(NearestName("mysq", known), "mysql");
  EXPECT_EQ(NearestName("Redis", known), "redis");
  EXPECT_EQ(NearestName("kafka", known), "");
  EXPECT_EQ(NearestName("", known), "");
  EXPECT_EQ(NearestName("x", std::vector<std::string>()), "");
}

}  // namespace
}  // namespace injector
