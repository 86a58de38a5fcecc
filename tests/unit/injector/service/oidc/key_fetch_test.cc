#include "injector/service/oidc/key_fetch.h"

#include <gtest/gtest.h>

#include "injector/service/oidc/signing_keys.h"
#include "tests/support/service_stand_in.h"
#include "tests/support/signed_tokens.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {
namespace {

// An issuer over HTTP, on this machine, whose answers the test may spoil.
class KeyFetchTest : public ::testing::Test {
 protected:
  KeyFetchTest()
      : issuer_([this](const SeenRequest& request) {
          if (request.line == "GET /keys") return JsonAnswer(keys_status_, keys_);
          return JsonAnswer(200, configuration_);
        }) {
    configuration_ =
        R"({"issuer":")" + issuer_.url() + R"(","jwks_uri":")" + issuer_.url() + R"(/keys"})";
    source_.issuer = issuer_.url();
  }
  std::string Failure() {
    const auto keys = oidc::FetchKeys(source_);
    return keys.ok() ? "" : keys.error().message();
  }

  std::string keys_ = KeySetOf({TestKey::kRsa1});
  int keys_status_ = 200;
  std::string configuration_;
  TempDir directory_;
  oidc::KeySource source_;
  ServiceStandIn issuer_;
};

TEST_F(KeyFetchTest, FollowsTheConfiguration) {
  EXPECT_EQ(Failure(), "");
  ASSERT_EQ(issuer_.requests().size(), 2U);
  EXPECT_EQ(issuer_.requests()[0].line, "GET /.well-known/openid-configuration");
  EXPECT_EQ(issuer_.requests()[0].Header("Authorization"), "");
}

TEST_F(KeyFetchTest, AsksTheGivenUrlAlone) {
  source_.issuer = "https://not.asked.example.com";
  source_.keys_url = issuer_.url() + "/keys";
  source_.token_file = directory_.Write("token", "cluster-token\n");
  EXPECT_EQ(Failure(), "");
  ASSERT_EQ(issuer_.requests().size(), 1U);
  EXPECT_EQ(issuer_.requests()[0].Header("Authorization"), "Bearer cluster-token");
}

TEST_F(KeyFetchTest, ReadsAFile) {
  source_.keys_file = directory_.Write("keys.json", keys_);
  EXPECT_EQ(Failure(), "");
  EXPECT_TRUE(issuer_.requests().empty());
  source_.keys_file = directory_.Write("keys.json", "{}");
  EXPECT_NE(Failure().find("keys.json: keys: not a JWK Set"), std::string::npos);
}

TEST_F(KeyFetchTest, SaysWhatIsWrongWithTheAnswer) {
  configuration_ = R"({"issuer":"https://evil.example.com","jwks_uri":"https://x"})";
  EXPECT_NE(Failure().find("is the configuration of another issuer"), std::string::npos);
  configuration_ = R"({"issuer":")" + issuer_.url() + R"(","jwks_uri":"http://evil.example.com"})";
  EXPECT_NE(Failure().find("its jwks_uri is no https:// URL"), std::string::npos);
  configuration_ = "<html>";
  EXPECT_NE(Failure().find("is no JSON"), std::string::npos);
  source_.keys_url = issuer_.url() + "/keys";
  keys_ = "{}";
  EXPECT_NE(Failure().find("/keys: keys: not a JWK Set"), std::string::npos);
  keys_ = std::string(std::size_t{300} << 10, ' ');
  EXPECT_NE(Failure().find("the answer is too long"), std::string::npos);
  keys_status_ = 302;
  keys_ = "{}";
  EXPECT_NE(Failure().find("status 302"), std::string::npos);
  source_.keys_url = "http://127.0.0.1:1/keys";
  EXPECT_NE(Failure(), "");
}

}  // namespace
}  // namespace injector::testing
