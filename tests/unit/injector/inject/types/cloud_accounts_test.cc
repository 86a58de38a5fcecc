// gcp, azure and github: accounts whose tools read variables and one file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

constexpr const char* kKey =
    R"({"type": "service_account", "project_id": "of-key", "private_key": "-----BEGIN X-----\nk\n"})";

TEST(GcpTest, WritesTheKeyFileAndNamesTheProject) {
  const Injection injection =
      JobUnderTest().With("gcp.main", std::string(R"({"keyfile_dict": )") + kKey + "}").Injected();
  EXPECT_THAT(
      VariableLines(injection),
      ElementsAre("GOOGLE_APPLICATION_CREDENTIALS=<path of gcp.main/key.json>",
                  "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE=<path of gcp.main/key.json>",
                  "GOOGLE_CLOUD_PROJECT=of-key", "GCLOUD_PROJECT=of-key", "GCP_PROJECT=of-key",
                  "CLOUDSDK_CORE_PROJECT=of-key", "CLOUDSDK_PROJECT=of-key"));
  EXPECT_EQ(testing::ContentOf(injection, "gcp.main/key.json"),
            "{\n  \"type\": \"service_account\",\n  \"project_id\": \"of-key\",\n"
            "  \"private_key\": \"-----BEGIN X-----\\nk\\n\"\n}");
  EXPECT_THAT(testing::RemovedNames(injection),
              IsSupersetOf({"GOOGLE_CREDENTIALS", "CLOUDSDK_AUTH_ACCESS_TOKEN"}));
  for (const InjectedVariable& variable : injection.variables) EXPECT_FALSE(variable.secret);
}

TEST(GcpTest, TheKeyMayBeATextAndTheProjectAnother) {
  std::string text;
  for (const char c : std::string(kKey)) {
    text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  const Injection injection =
      JobUnderTest()
          .With("google_cloud_platform.main",
                R"({"keyfile_json": ")" + text + R"(", "project_id": "mine"})")
          .Injected();
  EXPECT_EQ(ValueOf(injection, "CLOUDSDK_CORE_PROJECT"), "mine");
  EXPECT_THAT(testing::ContentOf(injection, "google_cloud_platform.main/key.json"),
              HasSubstr("\"project_id\": \"of-key\""));
}

TEST(GcpTest, ThePrivateKeyInsideIsScrubbed) {
  const Injection injection =
      JobUnderTest().With("gcp.main", std::string(R"({"keyfile_dict": )") + kKey + "}").Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              Contains("gcp.main.keyfile_dict.private_key=-----BEGIN X-----\nk\n"));
}

// The secret is sent there, so another's place must not stay.
TEST(AzureTest, LogsInWhereTheConnectionSays) {
  constexpr const char* kIds = R"({"tenant_id": "t", "client_id": "c", "client_secret": "s")";
  const Injection own = JobUnderTest().With("azure.a", std::string(kIds) + "}").Injected();
  EXPECT_THAT(testing::RemovedNames(own), Contains("AZURE_AUTHORITY_HOST"));
  const Injection named =
      JobUnderTest()
          .With("azure.a", std::string(kIds) + R"(, "authority_host": "https://a.example"})")
          .Injected();
  EXPECT_EQ(ValueOf(named, "AZURE_AUTHORITY_HOST"), "https://a.example");
}

TEST(AzureTest, SetsASecretOrACertificate) {
  const char* const ids = R"({"tenant_id": "t", "client_id": "c")";
  EXPECT_THAT(
      VariableLines(
          JobUnderTest().With("azure.a", std::string(ids) + R"(, "password": "s"})").Injected()),
      ElementsAre("AZURE_TENANT_ID=t", "AZURE_CLIENT_ID=c", "AZURE_CLIENT_SECRET=s"));
  const Injection elsewhere =
      JobUnderTest()
          .With("azure.a", std::string(ids) + R"(, "authority_host": "https://login.example/"})")
          .Injected();
  EXPECT_EQ(ValueOf(elsewhere, "AZURE_AUTHORITY_HOST"), "https://login.example/");
  const Injection injection =
      JobUnderTest()
          .With("azure.a",
                std::string(ids) + R"(, "client_certificate": "-----BEGIN PRIVATE KEY-----\nk"})")
          .Injected();
  EXPECT_EQ(ValueOf(injection, "AZURE_CLIENT_CERTIFICATE_PATH"),
            "<path of azure.a/client_certificate.pem>");
  EXPECT_EQ(testing::ContentOf(injection, "azure.a/client_certificate.pem"),
            "-----BEGIN PRIVATE KEY-----\nk\n");
  EXPECT_THAT(testing::RemovedNames(injection),
              ::testing::IsSupersetOf({"AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"}));
  EXPECT_THAT(injection.notes, Contains(HasSubstr("az itself reads none")));
}

struct GithubRow {
  const char* fields;
  std::vector<std::string> variables;
};

class GithubTest : public ::testing::TestWithParam<GithubRow> {};

TEST_P(GithubTest, SetsWhatGhReadsForTheHost) {
  EXPECT_THAT(VariableLines(JobUnderTest().With("github.g", GetParam().fields).Injected()),
              ElementsAreArray(GetParam().variables));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GithubTest,
    ::testing::Values(
        GithubRow{R"({"token": "t"})", {"GH_TOKEN=t", "GITHUB_TOKEN=t"}},
        GithubRow{R"({"token": "t", "host": "GitHub.com"})", {"GH_TOKEN=t", "GITHUB_TOKEN=t"}},
        GithubRow{
            R"({"token": "t", "host": "https://git.acme.example/"})",
            {"GH_HOST=git.acme.example", "GH_ENTERPRISE_TOKEN=t", "GITHUB_ENTERPRISE_TOKEN=t"}},
        GithubRow{R"({"token": "t", "host": "acme.ghe.com"})",
                  {"GH_HOST=acme.ghe.com", "GH_TOKEN=t", "GITHUB_TOKEN=t"}},
        GithubRow{R"({"app_id": 7, "installation_id": 9, "private_key": "k"})", {}},
        GithubRow{R"({"app_id": 7, "installation_id": 9, "private_key": "k", "token": "made"})",
                  {"GH_TOKEN=made", "GITHUB_TOKEN=made"}}));

TEST(GithubAppTest, SaysHowLongTheTokenIsGood) {
  const Injection injection =
      JobUnderTest()
          .With("github.g", R"({"app_id": 7, "installation_id": 9, "private_key": "k"})")
          .Injected();
  EXPECT_THAT(injection.notes, Contains(HasSubstr("an hour at most and is not renewed")));
}

TEST(GithubInheritedTest, AHostDoesNotLeadTheTokenElsewhere) {
  EXPECT_THAT(
      testing::RemovedNames(JobUnderTest().With("github.g", R"({"token": "t"})").Injected()),
      ElementsAre("GH_HOST"));
}

struct RefusedRow {
  const char* name;
  const char* fields;
  const char* says;
};

TEST(CloudAccountsTest, SayWhatIsWrong) {
  for (const RefusedRow& row :
       {RefusedRow{"gcp.a", R"({})", "keyfile_dict is missing"},
        RefusedRow{"gcp.a", R"({"keyfile_dict": "canary"})", "keyfile_dict is not a JSON object"},
        RefusedRow{"gcp.a", R"({"keyfile_dict": ["canary"]})", "keyfile_dict is not a JSON"},
        RefusedRow{"azure.a", R"({"client_secret": "canary"})", "tenant_id is missing"},
        RefusedRow{"azure.a",
                   R"({"tenant_id": "t", "client_id": "c", "client_secret": "canary",
                       "client_certificate": "canary"})",
                   "client_certificate is there beside client_secret"},
        RefusedRow{"github.a", R"({"host": "canary"})", "token is missing"},
        RefusedRow{"github.a", R"({"token": "canary", "host": "canary/x"})", "host is not a host"},
        RefusedRow{"github.a", R"({"app_id": 1, "private_key": "canary"})",
                   "installation_id is missing"}}) {
    EXPECT_THAT(JobUnderTest().With(row.name, row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
