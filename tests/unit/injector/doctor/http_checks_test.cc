// The checks that speak HTTP: what they ask, and what they make of an answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "injector/model/json.h"
#include "tests/support/rsa_key.h"
#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using testing::Answer;
using testing::CheckOver;
using testing::ConnectionOf;
using ::testing::ElementsAre;
using testing::FakeNetwork;
using ::testing::HasSubstr;
using ::testing::Not;

struct Row {
  const char* name;
  const char* type;
  const char* fields;
  int status;
  const char* body;
  const char* request;  // the whole of the only one
  Category category;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class HttpChecks : public ::testing::TestWithParam<Row> {};

TEST_P(HttpChecks, AsksAndJudges) {
  const Row& row = GetParam();
  FakeNetwork network([&row](const http::ClientRequest&) { return Answer(row.status, row.body); });
  const CheckResult result = CheckOver(network, ConnectionOf(row.type, row.fields));
  EXPECT_THAT(network.requests(), ElementsAre(row.request));
  EXPECT_EQ(result.category, row.category) << result.message;
  EXPECT_EQ(result.message, row.message);
}

constexpr auto kOk = Category::kOk;
constexpr auto kAuth = Category::kAuth;
constexpr auto kPermission = Category::kPermission;

INSTANTIATE_TEST_SUITE_P(
    Api, HttpChecks,
    ::testing::Values(
        Row{"Login", "http", R"({"host":"h","port":8443,"login":"u","password":"p:ss"})", 200, "",
            "GET https://h:8443\nAuthorization: Basic dTpwOnNz", kOk, ""},
        Row{"Bearer", "http", R"({"url":"https://h/v1/","token":"t0ken"})", 204, "",
            "GET https://h/v1\nAuthorization: Bearer t0ken", kOk, ""},
        Row{"OwnScheme", "http", R"({"url":"https://h","token":"Token t0ken"})", 200, "",
            "GET https://h\nAuthorization: Token t0ken", kOk, ""},
        Row{"OwnHeader", "api_key", R"({"url":"https://h","token":"t0ken","header":"X-Key"})", 200,
            "", "GET https://h\nX-Key: t0ken", kOk, ""},
        Row{"NoLoginOverHttp", "http", R"({"host":"h","schema":"http"})", 200, "", "GET http://h",
            kOk, ""},
        Row{"Refused", "http", R"({"url":"https://h","token":"t0ken"})", 401, "t0ken is wrong",
            "GET https://h\nAuthorization: Bearer t0ken", kAuth, "GET https://h: status 401"},
        Row{"Forbidden", "http", R"({"url":"https://h","token":"t0ken"})", 403, "",
            "GET https://h\nAuthorization: Bearer t0ken", kPermission, "GET https://h: status 403"},
        Row{"NothingAtTheRoot", "http", R"({"url":"https://h","token":"t0ken"})", 404, "",
            "GET https://h\nAuthorization: Bearer t0ken", kOk,
            "GET https://h: status 404, so the login may not have been looked at"},
        Row{"Broken", "http", R"({"url":"https://h"})", 503, "", "GET https://h",
            Category::kNetwork, "GET https://h: status 503"},
        Row{"OfAProxy", "http", R"({"url":"https://h"})", 407, "", "GET https://h", kAuth,
            "GET https://h: status 407, of a proxy"}));

INSTANTIATE_TEST_SUITE_P(
    Forges, HttpChecks,
    ::testing::Values(
        Row{"Github", "github", R"({"token":"ghp_1"})", 200, "{}",
            "GET https://api.github.com/user\nAuthorization: Bearer ghp_1", kOk, ""},
        Row{"GithubInstallation", "github", R"({"token":"ghs_1"})", 200, "{}",
            "GET https://api.github.com/installation/repositories?per_page=1\n"
            "Authorization: Bearer ghs_1",
            kOk, ""},
        Row{"GithubEnterprise", "github", R"({"token":"ghp_1","host":"git.example.com"})", 401, "",
            "GET https://git.example.com/api/v3/user\nAuthorization: Bearer ghp_1", kAuth,
            "GET https://git.example.com/api/v3/user: status 401"},
        Row{"GithubByAnyName", "github", R"({"token":"ghp_1","host":"https://GitHub.com/"})", 200,
            "", "GET https://api.github.com/user\nAuthorization: Bearer ghp_1", kOk, ""},
        Row{"GithubTenant", "github", R"({"token":"ghp_1","host":"acme.ghe.com"})", 200, "",
            "GET https://api.acme.ghe.com/user\nAuthorization: Bearer ghp_1", kOk, ""},
        Row{"GithubByItsApi", "github", R"({"token":"ghp_1","api_url":"http://127.0.0.1:1/"})", 200,
            "", "GET http://127.0.0.1:1/user\nAuthorization: Bearer ghp_1", kOk, ""},
        Row{"GitlabByUrl", "gitlab", R"({"token":"glpat","url":"https://g.example.com"})", 200, "",
            "GET https://g.example.com/api/v4/user\nAuthorization: Bearer glpat", kOk, ""},
        Row{"Gitlab", "gitlab", R"({"token":"glpat","host":"https://g.example.com"})", 200, "",
            "GET https://g.example.com/api/v4/user\nAuthorization: Bearer glpat", kOk, ""},
        Row{"GitRepository", "git", R"({"host":"g.example.com/a/b.git","token":"t0ken"})", 401, "",
            "GET https://g.example.com/a/b.git/info/refs?service=git-upload-pack\n"
            "Authorization: Basic eC1hY2Nlc3MtdG9rZW46dDBrZW4=",
            kAuth, "GET https://g.example.com/a/b.git/info/refs: status 401"},
        Row{"GitHostAlone", "git", R"({"host":"g.example.com","token":"t0ken"})", 404, "",
            "GET https://g.example.com", kOk,
            "reached; the login was not tried, which takes a repository in `host` (HOST/PATH)"}));

INSTANTIATE_TEST_SUITE_P(
    Registries, HttpChecks,
    ::testing::Values(
        Row{"Npm", "npm", R"({"token":"npm_1"})", 200, "{}",
            "GET https://registry.npmjs.org/-/whoami\nAuthorization: Bearer npm_1", kOk, ""},
        Row{"NpmLogin", "npm", R"({"registry":"https://n/r","login":"u","password":"p"})", 401, "",
            "GET https://n/r/-/whoami\nAuthorization: Basic dTpw", kAuth,
            "GET https://n/r/-/whoami: status 401"},
        Row{"NpmWithoutQuestion", "npm", R"({"registry":"https://n","token":"t0ken"})", 404, "",
            "GET https://n/-/whoami\nAuthorization: Bearer t0ken", kOk,
            "reached; it has no -/whoami to try the login by"},
        Row{"Pypi", "pypi", R"({"index_url":"https://p/simple/","login":"u","password":"p"})", 401,
            "", "HEAD https://p/simple/\nAuthorization: Basic dTpw", kAuth,
            "HEAD https://p/simple/: status 401"},
        Row{"PypiToken", "pypi", R"({"repository_url":"https://p/legacy/","password":"pypi-1"})",
            405, "", "HEAD https://p/legacy/\nAuthorization: Basic X190b2tlbl9fOnB5cGktMQ==", kOk,
            "reached; it takes uploads alone, so not tried"},
        Row{"DockerPort", "docker",
            R"({"registry":"r.example.com","port":5000,"login":"u","password":"p"})", 200, "{}",
            "GET https://r.example.com:5000/v2/", kOk, "reached; it asked for no login"},
        Row{"DockerWithoutLogin", "docker",
            R"({"registry":"r.example.com","login":"u","password":"p"})", 200, "{}",
            "GET https://r.example.com/v2/", kOk, "reached; it asked for no login"},
        Row{"DockerStrange", "docker", R"({"login":"u","password":"p"})", 401, "",
            "GET https://registry-1.docker.io/v2/", Category::kUnknown,
            "the registry asks for a login in a way that is unknown"}));

INSTANTIATE_TEST_SUITE_P(
    Services, HttpChecks,
    ::testing::Values(
        Row{"Slack", "slack", R"({"bot_token":"xoxb-1"})", 200, R"({"ok":true})",
            "POST https://slack.com/api/auth.test\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n"
            "Authorization: Bearer xoxb-1",
            kOk, ""},
        Row{"SlackRefused", "slack", R"({"bot_token":"xoxb-1"})", 200,
            R"({"ok":false,"error":"invalid_auth xoxb-1"})",
            "POST https://slack.com/api/auth.test\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n"
            "Authorization: Bearer xoxb-1",
            kAuth, "auth.test: refused, invalid_auth"},
        Row{"SlackRefusedStrangely", "slack", R"({"bot_token":"xoxb-1"})", 200,
            R"({"ok":false,"error":"xoxb"})",
            "POST https://slack.com/api/auth.test\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n"
            "Authorization: Bearer xoxb-1",
            kAuth, "auth.test: refused"},
        Row{"Vault", "vault", R"({"address":"https://v:8200","token":"hvs.1","namespace":"n"})",
            200, "{}",
            "GET https://v:8200/v1/auth/token/lookup-self\nX-Vault-Token: hvs.1\n"
            "X-Vault-Namespace: n",
            kOk, ""},
        Row{"VaultRefused", "vault", R"({"address":"https://v:8200","token":"hvs.1"})", 403, "{}",
            "GET https://v:8200/v1/auth/token/lookup-self\nX-Vault-Token: hvs.1", kAuth,
            "GET https://v:8200/v1/auth/token/lookup-self: status 403"},
        Row{"Supabase", "supabase", R"({"url":"https://s","service_role_key":"s3rvice"})", 401, "",
            "GET https://s/auth/v1/admin/users?per_page=1\nAuthorization: Bearer s3rvice\n"
            "apikey: s3rvice",
            kAuth, "service_role_key: GET https://s/auth/v1/admin/users: status 401"},
        Row{"SupabaseAccount", "supabase", R"({"url":"https://s","access_token":"sbp_1"})", 200,
            "[]",
            "GET https://api.supabase.com/v1/projects\nAuthorization: Bearer sbp_1\napikey: sbp_1",
            kOk, ""},
        Row{"Kubernetes", "kubernetes", R"({"server":"https://k:6443","token":"t0ken"})", 401, "",
            "GET https://k:6443/version\nAuthorization: Bearer t0ken", kAuth,
            "GET https://k:6443/version: status 401"},
        Row{"Azure", "azure",
            R"({"tenant_id":"t","client_id":"c","client_secret":"s3cret&","authority_host":"https://a"})",
            400, "{}",
            "POST https://a/t/oauth2/v2.0/token\n"
            "Content-Type: application/x-www-form-urlencoded; charset=utf-8\n"
            "grant_type=client_credentials&client_id=c&client_secret=s3cret%26"
            "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default",
            kAuth, "POST https://a/t/oauth2/v2.0/token: status 400"}));

TEST(HttpChecksTest, WhatCannotBeTriedIsSaidAndNothingIsAsked) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"slack", R"({"webhook_url":"https://hooks.slack.com/services/T/B/x"})"},
      {"pypi", R"({"login":"u","password":"p"})"},
      {"aws", R"({"region":"eu-west-1"})"},
      {"s3", R"({"bucket":"b"})"},
      {"azure", R"({"tenant_id":"t","client_id":"c","client_certificate":"x"})"},
      {"gcp", R"({"keyfile_dict":{"type":"external_account"}})"},
      {"kubernetes", R"({"kubeconfig":"{}"})"},
      {"supabase", R"({"url":"https://s"})"},
      {"http", R"({"token":"x"})"},
  };
  for (const auto& [type, fields] : rows) {
    FakeNetwork network([](const http::ClientRequest&) { return Answer(200); });
    const CheckResult result = CheckOver(network, ConnectionOf(type, fields));
    EXPECT_EQ(result.category, Category::kOk) << type;
    EXPECT_THAT(result.message, HasSubstr("not tried")) << type;
    EXPECT_THAT(network.requests(), ElementsAre()) << type;
  }
}

TEST(HttpChecksTest, LoginIsNotSentUnencryptedToAnotherMachine) {
  for (const auto& [type, fields] :
       {std::pair{"http", R"({"url":"http://h.example.com","token":"t0ken"})"},
        std::pair{"gitlab", R"({"host":"http://h.example.com","token":"t0ken"})"}}) {
    FakeNetwork network([](const http::ClientRequest&) { return Answer(200); });
    const CheckResult result = CheckOver(network, ConnectionOf(type, fields));
    EXPECT_EQ(result.category, Category::kUnknown);
    EXPECT_EQ(result.message, "the URL is http://: the login would be readable");
    EXPECT_THAT(network.requests(), ElementsAre());
  }
}

TEST(HttpChecksTest, FailureOfTheNetworkIsToldAsItIs) {
  FakeNetwork network([](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return Error(ErrorCode::kUnavailable, "GET https://h: connection refused");
  });
  const CheckResult result =
      CheckOver(network, ConnectionOf("http", R"({"url":"https://h","token":"t0ken"})"));
  EXPECT_EQ(result.category, Category::kNetwork);
  EXPECT_EQ(result.message, "GET https://h: connection refused");
}

// A registry that sends its clients to a token server, as Docker Hub does.
Result<http::ClientResponse> HubAnswer(const http::ClientRequest& request, int token_status) {
  if (request.url.starts_with("https://auth.example.com/")) {
    return Answer(token_status, R"({"token":"jwt"})");
  }
  if (!request.headers.empty()) return Answer(200);
  return Answer(
      401, "",
      {{"www-authenticate", R"(Bearer realm="https://auth.example.com/token",service="r e")"}});
}

TEST(HttpChecksTest, AGithubAppAsksForItsInstallation) {
  FakeNetwork network([](const http::ClientRequest&) { return Answer(200, "{}"); });
  const Secret key = WriteJson(Value::String(injector::testing::kRsaKey));
  const std::string fields =
      R"({"app_id":7,"installation_id":9,"private_key":)" + std::string(key.Reveal()) + "}";
  EXPECT_EQ(CheckOver(network, ConnectionOf("github", fields)).category, kOk);
  EXPECT_THAT(network.requests(),
              ElementsAre(HasSubstr("GET https://api.github.com/app/installations/9\n"
                                    "Authorization: Bearer eyJ")));
}

TEST(HttpChecksTest, DockerFetchesTheTokenThatTheRegistryAsksFor) {
  FakeNetwork network([](const http::ClientRequest& request) { return HubAnswer(request, 200); });
  const CheckResult result =
      CheckOver(network, ConnectionOf("docker", R"({"login":"u","password":"p"})"));
  EXPECT_EQ(result.category, Category::kOk) << result.message;
  EXPECT_THAT(network.requests(),
              ElementsAre("GET https://registry-1.docker.io/v2/",
                          "GET https://auth.example.com/token?service=r%20e\n"
                          "Authorization: Basic dTpw",
                          "GET https://registry-1.docker.io/v2/\nAuthorization: Bearer jwt"));
}

TEST(HttpChecksTest, RegistryOfThisMachineMayHaveNoTls) {
  for (const int status : {200, 400}) {
    FakeNetwork network(
        [status](const http::ClientRequest& request) -> Result<http::ClientResponse> {
          if (request.url.starts_with("http://")) return Answer(status);
          return Error(ErrorCode::kUnavailable, "no TLS");
        });
    const CheckResult result = CheckOver(
        network,
        ConnectionOf("docker", R"({"registry":"localhost:5000","login":"u","password":"p"})"));
    EXPECT_EQ(result.category, status == 200 ? Category::kOk : Category::kNetwork);
    EXPECT_THAT(network.requests(),
                ElementsAre("GET https://localhost:5000/v2/", "GET http://localhost:5000/v2/"));
  }
}

TEST(HttpChecksTest, DockerIsRefusedByTheTokenServer) {
  FakeNetwork network([](const http::ClientRequest& request) { return HubAnswer(request, 401); });
  const CheckResult result =
      CheckOver(network, ConnectionOf("docker", R"({"login":"u","password":"p"})"));
  EXPECT_EQ(result.category, Category::kAuth);
  EXPECT_EQ(result.message, "the registry's token server: status 401");
}

TEST(HttpChecksTest, RegistryDoesNotGetThePasswordSentElsewhereUnencrypted) {
  FakeNetwork network([](const http::ClientRequest&) {
    return Answer(401, "", {{"WWW-Authenticate", R"(Bearer realm="http://evil.example.com/t")"}});
  });
  const CheckResult result =
      CheckOver(network, ConnectionOf("docker", R"({"login":"u","password":"p"})"));
  EXPECT_EQ(result.category, Category::kUnknown);
  EXPECT_THAT(network.requests(), ElementsAre("GET https://registry-1.docker.io/v2/"));
}

TEST(HttpChecksTest, AwsAsksWhoItIs) {
  FakeNetwork network([](const http::ClientRequest&) {
    return Answer(403, "<Error><Code>InvalidClientTokenId</Code></Error>");
  });
  const Connection connection = ConnectionOf(
      "aws",
      R"({"access_key_id":"AKIA","secret_access_key":"s3cret-s3cret","region":"eu-west-1"})");
  const CheckResult result = CheckOver(network, connection);
  EXPECT_EQ(result.category, Category::kAuth);
  EXPECT_EQ(result.message,
            "POST https://sts.eu-west-1.amazonaws.com/: status 403, InvalidClientTokenId");
  ASSERT_EQ(network.requests().size(), 1U);
  EXPECT_THAT(network.requests()[0],
              HasSubstr("Credential=AKIA/20150830/eu-west-1/sts/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date, Signature="));
  EXPECT_THAT(network.requests()[0], Not(HasSubstr("s3cret")));
}

TEST(HttpChecksTest, PypiLooksAtBothPlaces) {
  FakeNetwork network([](const http::ClientRequest& request) {
    return Answer(request.url == "https://p/legacy/" ? 401 : 200);
  });
  const Connection connection =
      ConnectionOf("pypi", R"({"index_url":"https://p/simple","repository_url":"https://p/legacy/",
                  "login":"u","password":"p"})");
  const CheckResult result = CheckOver(network, connection);
  EXPECT_EQ(result.category, Category::kAuth);
  EXPECT_EQ(result.message, "HEAD https://p/legacy/: status 401");
  EXPECT_EQ(network.requests().size(), 2U);
}

struct BucketRow {
  int status;
  Category category;
};

TEST(HttpChecksTest, S3LooksAtItsBucket) {
  const std::vector<BucketRow> rows = {{200, Category::kOk},
                                       {403, Category::kPermission},
                                       {404, Category::kMissing},
                                       {301, Category::kUnknown}};
  for (const BucketRow& row : rows) {
    FakeNetwork network([&row](const http::ClientRequest&) {
      return Answer(row.status, "", {{"x-amz-bucket-region", "eu-central-1"}});
    });
    const Connection connection =
        ConnectionOf("s3", R"({"access_key_id":"AKIA","secret_access_key":"s3cret",
                               "bucket":"b.1","endpoint":"https://minio:9000/"})");
    const CheckResult result = CheckOver(network, connection);
    EXPECT_EQ(result.category, row.category) << row.status << result.message;
    EXPECT_THAT(network.requests()[0], HasSubstr("HEAD https://minio:9000/b.1\n"));
    EXPECT_EQ(result.message.find("region, eu-central-1") != std::string::npos, row.status == 301);
  }
}

}  // namespace
}  // namespace injector::doctor
