// Pods that no API server would let pass, which it asks about all the same.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"
#include "injector/webhook/inject.h"

namespace injector::webhook {
namespace {

using ::testing::HasSubstr;

std::string PodText(const std::string& connections, const std::string& containers) {
  return R"({"metadata":{"annotations":{"injector/connections":")" + connections +
         R"("}},"spec":{"securityContext":{"runAsUser":10002},"containers":[)" + containers + "]}}";
}

std::string Containers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += std::string(i == 0 ? "" : ",") + R"({"command":["/c"],"name":"c)" + std::to_string(i) +
            "\"}";
  }
  return text;
}

// Why there is no patch; empty when there is one.
std::string RefusalOf(const std::string& pod) {
  const Config config = ParseConfig(
                            "version: 1\nshim_image: a\nsidecar_image: b\n"
                            "service: https://service.test\nrepo: web\ntoken: {secret: a}\n",
                            "w.yaml")
                            .value();
  const Value json = ParseJson(pod).value();
  const auto patch = MakePatch(json, config);
  return patch.ok() ? "" : patch.error().message();
}

TEST(WebhookLimitsTest, ContainersAreCounted) {
  EXPECT_EQ(RefusalOf(PodText("a", Containers(1))), "");
  EXPECT_THAT(RefusalOf(PodText("a", Containers(1000))), HasSubstr("several containers: c0, c1"));
  EXPECT_EQ(RefusalOf(PodText("a", Containers(1001))), "pod: it has too many containers");
}

TEST(WebhookLimitsTest, TheLengthOfAnAnnotationIsBounded) {
  std::string names(16383, ',');
  for (std::size_t i = 0; i < names.size(); i += 2) names[i] = 'a';
  EXPECT_EQ(RefusalOf(PodText(names, Containers(1))), "");
  EXPECT_EQ(RefusalOf(PodText(names + ",a", Containers(1))),
            "annotation injector/connections: is too long");
}

TEST(WebhookLimitsTest, TextOfAnotherKindIsRefused) {
  EXPECT_THAT(RefusalOf(PodText("a\\nb", Containers(1))), HasSubstr("control characters"));
  EXPECT_THAT(RefusalOf(R"({"metadata":{"annotations":{"injector/connections":7}},"spec":{}})"),
              HasSubstr("expected text"));
  EXPECT_EQ(RefusalOf(PodText("a", "")), "pod: it has no containers");
  EXPECT_EQ(RefusalOf(PodText("a", R"({"name":"a"},{"name":"a"})")),
            "pod: two containers are called a");
  EXPECT_EQ(RefusalOf(PodText("a", R"({"name":""})")), "pod: containers: one has no name");
}

}  // namespace
}  // namespace injector::webhook
