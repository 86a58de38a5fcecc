// What is asked of GitHub with the key of an App, and what is made of the answer.

#include "injector/sources/github/app_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/base64.h"
#include "injector/model/json.h"
#include "tests/support/rsa_key.h"

namespace injector::github {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::system_clock::time_point kNow{std::chrono::seconds{1'700'000'000}};

Connection Github(const std::string& fields) {
  Connection connection;
  connection.name = {"github", "app"};
  const Value parsed = *ParseJson(fields);
  for (const Value::Member& member : parsed.members()) {
    connection.fields.push_back({member.name, member.value.Clone()});
  }
  return connection;
}

Connection App(const std::string& more = "") {
  const Secret key = WriteJson(Value::String(testing::kRsaKey));
  return Github(R"({"app_id": 7, "installation_id": "9", "private_key": )" +
                std::string(key.Reveal()) + more + "}");
}

// Answers every request alike, and keeps the last.
struct Server {
  int status = 201;
  std::string body = R"({"token": "ghs_canary", "expires_at": "2026-01-01T00:00:00Z"})";
  http::ClientRequest last = {};

  Send AsSend() {
    return [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
      last.method = request.method;
      last.url = request.url;
      last.headers.clear();
      for (const http::Header& header : request.headers) {
        last.headers.push_back({header.name, header.value.Clone()});
      }
      http::ClientResponse response;
      response.status = status;
      response.body = Secret::CopyOf(body);
      return response;
    };
  }
};

TEST(AppTokenTest, AsksForATokenOfTheInstallation) {
  Server server;
  const auto token = InstallationToken(App(), kNow, server.AsSend());
  ASSERT_TRUE(token.ok()) << token.error().message();
  EXPECT_EQ(token->Reveal(), "ghs_canary");
  EXPECT_EQ(server.last.method + " " + server.last.url,
            "POST https://api.github.com/app/installations/9/access_tokens");
  const auto app_token = AppToken(App(), kNow);
  ASSERT_TRUE(app_token.ok());
  EXPECT_EQ(server.last.headers[0].name, "Authorization");
  EXPECT_EQ(server.last.headers[0].value.Reveal(), "Bearer " + std::string(app_token->Reveal()));
}

TEST(AppTokenTest, TheAppSpeaksForEightMinutes) {
  const auto token = AppToken(App(), kNow);
  ASSERT_TRUE(token.ok()) << token.error().message();
  const std::string_view text = token->Reveal();
  const std::size_t dot = text.find('.');
  // ASCII has the same digits in base64 and base64url.
  std::string body(text.substr(dot + 1, text.rfind('.') - dot - 1));
  body.append((4 - body.size() % 4) % 4, '=');
  const auto claims = Base64Decode(body);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->Reveal(), R"({"iat":1699999940,"exp":1700000480,"iss":"7"})");
}

TEST(AppTokenTest, TheApiIsWhereTheHostHasIt) {
  for (const auto& [fields, url] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({})", "https://api.github.com"},
           {R"({"host": "GitHub.com"})", "https://api.github.com"},
           {R"({"host": "https://github.com/"})", "https://api.github.com"},
           {R"({"host": "git.example.com"})", "https://git.example.com/api/v3"},
           {R"({"host": "https://git.example.com/"})", "https://git.example.com/api/v3"},
           {R"({"host": "acme.ghe.com"})", "https://api.acme.ghe.com"},
           {R"({"api_url": "http://127.0.0.1:8080/"})", "http://127.0.0.1:8080"},
           {R"({"url": "http://[::1]:8080/v3", "host": "h"})", "http://[::1]:8080/v3"}}) {
    const auto found = ApiUrl(Github(fields));
    ASSERT_TRUE(found.ok()) << fields << found.error().message();
    EXPECT_EQ(*found, url) << fields;
  }
}

TEST(AppTokenTest, NoSecretGoesWhereItCanBeRead) {
  for (const char* fields :
       {R"({"api_url": "http://git.example.com"})", R"({"host": "http://git.example.com"})",
        R"({"api_url": "https://u:p@h"})", R"({"api_url": "https://"})",
        R"({"api_url": "ftp://h"})", R"({"host": "u@h"})", R"({"api_url": "h/api"})"}) {
    const auto found = ApiUrl(Github(fields));
    ASSERT_FALSE(found.ok()) << fields << " " << *found;
    EXPECT_EQ(found.error().code(), ErrorCode::kInvalidArgument) << fields;
  }
}

TEST(AppTokenTest, OnlyAnAppWithoutATokenNeedsOne) {
  EXPECT_TRUE(IsAppWithoutToken(App()));
  EXPECT_FALSE(IsAppWithoutToken(App(R"(, "token": "ghp_1")")));
  EXPECT_FALSE(IsAppWithoutToken(Github(R"({"token": "ghp_1"})")));
  Connection other = App();
  other.name.type = "gitlab";
  EXPECT_FALSE(IsAppWithoutToken(other));
}

TEST(AppTokenTest, ATokenThatIsThereStays) {
  const auto same = WithInstallationToken(Github(R"({"token": "ghp_1"})"), {}, {});
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->FieldNamed("token")->value.string().Reveal(), "ghp_1");
}

TEST(AppTokenTest, WhatDidNotChangeKeepsItsToken) {
  const Connection known = App(R"(, "token": "ghs_1")");
  const Connection same = WithTokenOf(known, App());
  EXPECT_EQ(same.FieldNamed("token")->value.string().Reveal(), "ghs_1");
  EXPECT_TRUE(IsAppWithoutToken(WithTokenOf(known, App(R"(, "host": "git.example.com")"))));
  EXPECT_TRUE(IsAppWithoutToken(WithTokenOf(App(), App())));
  const Connection own = WithTokenOf(known, Github(R"({"token": "ghp_2"})"));
  EXPECT_EQ(own.FieldNamed("token")->value.string().Reveal(), "ghp_2");
}

TEST(AppTokenTest, ADryRunAsksNobody) {
  const Connection shown = WithPretendedToken(App());
  EXPECT_FALSE(IsAppWithoutToken(shown));
  EXPECT_EQ(WithPretendedToken(Github("{}")).fields.size(), 0U);
}

struct RefusedRow {
  int status;
  const char* body;
  ErrorCode code;
  const char* says;
};

TEST(AppTokenTest, SaysWhatGithubAnswersAndNothingOfItsBody) {
  for (const RefusedRow& row :
       {RefusedRow{401, "canary", ErrorCode::kUnauthenticated, "status 401"},
        RefusedRow{403, "canary", ErrorCode::kPermissionDenied, "status 403"},
        RefusedRow{404, "canary", ErrorCode::kNotFound, "status 404"},
        RefusedRow{503, "canary", ErrorCode::kUnavailable, "status 503"},
        RefusedRow{201, "canary", ErrorCode::kDataLoss, "holds no token"},
        RefusedRow{201, R"({"token": 7, "x": "canary"})", ErrorCode::kDataLoss, "holds no token"},
        RefusedRow{201, R"({"token": "canary\n"})", ErrorCode::kDataLoss, "holds no token"},
        RefusedRow{201, R"(["canary"])", ErrorCode::kDataLoss, "holds no token"}}) {
    Server server{.status = row.status, .body = row.body};
    const auto token = InstallationToken(App(), kNow, server.AsSend());
    ASSERT_FALSE(token.ok()) << row.body;
    EXPECT_EQ(token.error().code(), row.code) << token.error().message();
    EXPECT_THAT(token.error().message(),
                AllOf(HasSubstr("@github.app: "), HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

TEST(AppTokenTest, FieldsThatCannotBeUsedAreNamed) {
  for (const auto& [fields, says] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"app_id": 7, "installation_id": 9})", "private_key is missing"},
           {R"({"app_id": 7, "private_key": "canary"})", "installation_id is missing"},
           {R"({"app_id": 7, "installation_id": "9/../canary", "private_key": "k"})",
            "installation_id is not a number"},
           {R"({"app_id": 7, "installation_id": 9, "private_key": "canary"})",
            "private key: is not an RSA key"}}) {
    Server server;
    const auto token = InstallationToken(Github(fields), kNow, server.AsSend());
    ASSERT_FALSE(token.ok()) << fields;
    EXPECT_THAT(token.error().message(), AllOf(HasSubstr(says), Not(HasSubstr("canary"))));
    EXPECT_EQ(server.last.url, "") << "nobody is asked";
  }
}

}  // namespace
}  // namespace injector::github
