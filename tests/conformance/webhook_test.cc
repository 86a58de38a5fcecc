// Every review of tests/conformance/webhook: its patch or denial, what the patch makes of the pod,
// and that a second review of that pod changes nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "injector/base/file.h"
#include "injector/model/json.h"
#include "injector/webhook/config.h"
#include "injector/webhook/inject.h"
#include "injector/webhook/review.h"
#include "tests/conformance/webhook_cases.h"

namespace injector::webhook {
namespace {

using injector::testing::WebhookCase;
using nlohmann::json;

class WebhookCaseTest : public ::testing::TestWithParam<WebhookCase> {
 protected:
  static Config ReadConfig() {
    const std::string& path = GetParam().config;
    auto config = ParseConfig(ReadFile(path, 1 << 20).value().Reveal(), path);
    EXPECT_TRUE(config.ok()) << config.error().message();
    return std::move(config).value();
  }
  static Value Ours(const json& document) { return ParseJson(document.dump()).value(); }
  static json Theirs(const Value& value) { return json::parse(WriteJson(value).Reveal()); }

  // The patch for `pod`, or the reason against it; null: nothing is done.
  static json PatchFor(const json& pod) {
    const auto patch = MakePatch(Ours(pod), ReadConfig());
    if (!patch.ok()) {
      const std::string& hint = patch.error().hint();
      return patch.error().message() + (hint.empty() ? "" : "; " + hint) + "\n";
    }
    return *patch ? Theirs(**patch) : json();
  }

  const json review_ = json::parse(GetParam().review);
  const json pod_ = review_["request"]["object"];
};

TEST_P(WebhookCaseTest, IsAnsweredAsItMust) {
  const Value review = Ours(review_);
  const auto read = ReadReview(review);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->uid, review_["request"]["uid"]);
  if (read->pod == nullptr) {
    EXPECT_EQ(GetParam().patch + GetParam().message, "");
    return;
  }
  const json answer = PatchFor(pod_);
  if (!GetParam().message.empty()) {
    EXPECT_EQ(answer, GetParam().message);
  } else if (!GetParam().patch.empty()) {
    EXPECT_EQ(answer, json::parse(GetParam().patch)) << answer.dump(1);
  } else {
    EXPECT_TRUE(answer.is_null()) << answer.dump(1);
  }
}

// Of a list whose items have names, those that `before` does not have.
json Added(const json& before, const json& after) {
  json added = json::array();
  for (const json& item : after) {
    const bool is_old = std::any_of(before.begin(), before.end(), [&](const json& old) {
      return old["name"] == item["name"] &&
             old.value("mountPath", "") == item.value("mountPath", "");
    });
    if (!is_old) added.push_back(item);
  }
  return added;
}

// `after` without what was added to it.
json WithoutAdded(const json& before, const json& after) {
  const json added = Added(before, after);
  json kept = json::array();
  for (const json& item : after) {
    if (std::find(added.begin(), added.end(), item) == added.end()) kept.push_back(item);
  }
  return kept;
}

// Takes out of a container of the patched pod what the webhook may have put there.
json Unwrapped(const json& before, json after) {
  for (const char* list : {"env", "volumeMounts"}) {
    if (!after.contains(list)) continue;
    after[list] = WithoutAdded(before.value(list, json::array()), after[list]);
    if (!before.contains(list)) after.erase(list);
  }
  json& command = after["command"];
  if (command.is_array() && command[0] == "/injector/runner-shim") {
    EXPECT_EQ(command[1], "--");
    command.erase(0);
    command.erase(0);
  }
  if (!before.contains("command")) after.erase("command");  // the image's
  if (!before.contains("args")) after.erase("args");
  return after;
}

TEST_P(WebhookCaseTest, NothingOfThePodIsLost) {
  const json patch = PatchFor(pod_);
  if (!patch.is_array()) return;
  json after = pod_.patch(patch);
  EXPECT_EQ(after["metadata"]["annotations"]["injector/status"], "injected");
  after["metadata"]["annotations"].erase("injector/status");
  const json spec = pod_["spec"];
  for (const char* list : {"containers", "initContainers", "volumes"}) {
    const json before = spec.value(list, json::array());
    json kept = WithoutAdded(before, after["spec"].value(list, json::array()));
    const bool holds_containers = std::string(list) != "volumes";
    ASSERT_EQ(kept.size(), before.size());
    for (std::size_t i = 0; i < kept.size() && holds_containers; ++i) {
      kept[i] = Unwrapped(before[i], kept[i]);
    }
    after["spec"][list] = kept;
    if (!spec.contains(list)) after["spec"].erase(list);
  }
  EXPECT_EQ(after, pod_);
}

TEST_P(WebhookCaseTest, ASecondReviewChangesNothing) {
  const json patch = PatchFor(pod_);
  if (!patch.is_array()) return;
  EXPECT_TRUE(PatchFor(pod_.patch(patch)).is_null());
}

// Restricted, as kubernetes.io/docs/concepts/security/pod-security-standards has it.
void ExpectRestricted(const json& container) {
  const json& security = container["securityContext"];
  EXPECT_EQ(security["runAsNonRoot"], true);
  EXPECT_GT(security["runAsUser"], 0);
  EXPECT_EQ(security["allowPrivilegeEscalation"], false);
  EXPECT_EQ(security["readOnlyRootFilesystem"], true);
  EXPECT_EQ(security["capabilities"], json::parse(R"({"drop": ["ALL"]})"));
  EXPECT_EQ(security["seccompProfile"]["type"], "RuntimeDefault");
  EXPECT_FALSE(container["resources"]["limits"]["memory"].empty());
  EXPECT_FALSE(container["resources"]["requests"]["memory"].empty());
}

TEST_P(WebhookCaseTest, WhatIsAddedIsRestricted) {
  const json patch = PatchFor(pod_);
  if (!patch.is_array()) return;
  const json after = pod_.patch(patch);
  std::size_t number = 0;
  for (const char* list : {"containers", "initContainers"}) {
    const json before = pod_["spec"].value(list, json::array());
    for (const json& container : Added(before, after["spec"].value(list, json::array()))) {
      ExpectRestricted(container);
      ++number;
    }
  }
  EXPECT_EQ(number, 2U);
  for (const json& volume :
       Added(pod_["spec"].value("volumes", json::array()), after["spec"]["volumes"])) {
    EXPECT_TRUE(volume.contains("projected") || volume["emptyDir"]["medium"] == "Memory");
  }
}

// The sidecar alone proves who it is.
TEST_P(WebhookCaseTest, OnlyTheSidecarMountsTheToken) {
  const json patch = PatchFor(pod_);
  if (!patch.is_array()) return;
  const std::string after = pod_.patch(patch)["spec"].dump();
  const std::string mount = R"("mountPath":"/run/secrets/injector","name")";
  const std::size_t first = after.find(mount);
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(after.find(mount, first + 1), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Webhook, WebhookCaseTest,
                         ::testing::ValuesIn(injector::testing::WebhookCases()),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(WebhookCasesTest, SomeOfEachKindAreThere) {
  const auto cases = injector::testing::WebhookCases();
  const auto count = [&](auto predicate) {
    return std::count_if(cases.begin(), cases.end(), predicate);
  };
  EXPECT_GE(count([](const WebhookCase& row) { return !row.patch.empty(); }), 8);
  EXPECT_GE(count([](const WebhookCase& row) { return !row.message.empty(); }), 15);
}

}  // namespace
}  // namespace injector::webhook
