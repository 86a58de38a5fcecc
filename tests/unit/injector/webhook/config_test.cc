#include "injector/webhook/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector::webhook {
namespace {

constexpr const char* kLeast =
    "version: 1\nshim_image: shim\nsidecar_image: sidecar\nservice: https://service.test/\n";

Result<Config> Parse(const std::string& more) { return ParseConfig(kLeast + more, "w.yaml"); }

TEST(WebhookConfigTest, HasDefaults) {
  const auto config = Parse("token: {secret: runner}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->service, "https://service.test");
  EXPECT_EQ(config->pull_policy, "");
  EXPECT_EQ(config->token.name, "runner");
  EXPECT_EQ(config->token.key, "token");
  EXPECT_EQ(config->authority.name, "");
  EXPECT_EQ(config->sidecar, Config::SidecarKind::kNative);
  EXPECT_EQ(config->last_job_grace, std::chrono::seconds(30));
  EXPECT_EQ(config->sidecar_user, 10001);
  EXPECT_EQ(WriteJson(config->sidecar_resources).Reveal(),
            R"({"requests":{"cpu":"10m","memory":"24Mi"},"limits":{"memory":"128Mi"}})");
}

TEST(WebhookConfigTest, TakesWhatItSays) {
  const auto config = Parse(
      "token: {audience: injector}\nauthority: {config_map: ca, key: root.pem}\n"
      "resources: {install: {limits: {memory: 1Gi, cpu: 2}}}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->audience, "injector");
  EXPECT_EQ(config->token_life, std::chrono::hours(1));
  EXPECT_EQ(config->authority.kind, KeyPlace::Kind::kConfigMap);
  EXPECT_EQ(config->authority.key, "root.pem");
  EXPECT_EQ(WriteJson(config->install_resources).Reveal(),
            R"({"limits":{"memory":"1Gi","cpu":2}})");
}

struct WrongRow {
  const char* yaml;
  const char* message;
};
constexpr WrongRow kWrong[] = {
    {"repo: web\n", "w.yaml:1:1: token: missing"},
    {"token: web\n", "w.yaml:5:8: token: expected a map"},
    {"token: {}\n", "w.yaml:5:8: secret: missing"},
    {"token: {secret: a, audience: b}\n", "w.yaml:5:9: unknown key secret"},
    {"token: {config_map: a}\n", "w.yaml:5:9: unknown key config_map"},
    {"token: {audience: a, life: 9m}\n", "w.yaml:5:28: life: expected at least 10m"},
    {"token: {audience: a, life: soon}\n",
     "w.yaml:5:28: life: expected a time of at least 1s, such as 30s or 10m"},
    {"token: {secret: a}\nauthority: {secret: a, config_map: b}\n",
     "w.yaml:6:12: authority: expected secret: NAME or config_map: NAME"},
    {"token: {secret: a}\nsidecar: natife\n", "w.yaml:6:10: sidecar: expected native or ordinary"},
    {"token: {secret: a}\nsidecar_user: 0\n",
     "w.yaml:6:15: sidecar_user: expected a user's number, neither 0 nor 65534"},
    {"token: {secret: a}\nsidecar_user: 65534\n",
     "w.yaml:6:15: sidecar_user: expected a user's number, neither 0 nor 65534"},
    {"token: {secret: a}\nimage_pull_policy: Sometimes\n",
     "w.yaml:6:20: image_pull_policy: expected Always, IfNotPresent or Never"},
    {"token: {secret: a}\nimages: {web: [/web]}\n", "w.yaml:6:15: web: expected a map"},
    {"token: {secret: a}\nimages: {web: {cmd: [a]}}\n", "w.yaml:6:15: entrypoint: missing"},
    {"token: {secret: a}\nimages: {web: {entrypoint: []}}\n",
     "w.yaml:6:28: entrypoint: expected at least one word"},
    {"token: {secret: a}\nresources: {sidecar: {limit: {}}}\n",
     "w.yaml:6:23: unknown key limit; did you mean limits?"},
    {"token: {secret: a}\nresources: {sidecar: {limits: {cpu: []}}}\n",
     "w.yaml:6:37: cpu: expected text"},
    {"token: {secret: a}\nshimimage: b\n",
     "w.yaml:6:1: unknown key shimimage; did you mean shim_image?"}};

TEST(WebhookConfigTest, SaysWhatIsWrongAndWhere) {
  for (const WrongRow& row : kWrong) {
    const auto config = Parse(row.yaml);
    ASSERT_FALSE(config.ok()) << row.yaml;
    EXPECT_EQ(config.error().message(), row.message);
  }
  const auto plain = ParseConfig(
      "version: 1\nshim_image: a\nsidecar_image: b\nservice: http://service.test\n"
      "token: {secret: a}\n",
      "w.yaml");
  EXPECT_EQ(plain.error().message(),
            "w.yaml:4:10: service URL: http:// would send the token unencrypted");
}

TEST(WebhookConfigTest, FindsTheCommandOfAnImage) {
  const auto config = Parse(
      "token: {secret: a}\nimages:\n"
      "  localhost:5000/web: {entrypoint: [/web]}\n"
      "  localhost:5000/web:2: {entrypoint: [/web-2]}\n"
      "  localhost:5000/web@sha256:ab: {entrypoint: [/web-ab]}\n"
      "  busybox: {entrypoint: [/busybox]}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  const auto entrypoint = [&](const char* image) {
    const ImageCommand* command = config->CommandOf(image);
    return command == nullptr ? "" : command->entrypoint.front();
  };
  EXPECT_EQ(entrypoint("localhost:5000/web"), "/web");
  EXPECT_EQ(entrypoint("localhost:5000/web:1"), "/web");
  EXPECT_EQ(entrypoint("localhost:5000/web:2"), "/web-2");
  EXPECT_EQ(entrypoint("localhost:5000/web:2@sha256:ab"), "/web-2");
  EXPECT_EQ(entrypoint("localhost:5000/web@sha256:ab"), "/web-ab");
  EXPECT_EQ(entrypoint("busybox:1@sha256:00"), "/busybox");
  for (const char* other : {"web", "localhost/web", "localhost:5000/web/busybox", ""}) {
    EXPECT_EQ(entrypoint(other), "") << other;
  }
}

}  // namespace
}  // namespace injector::webhook
