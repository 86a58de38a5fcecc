#include "injector/model/validation.h"

#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

std::string Shown(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.severity == Finding::Severity::kError ? "E " : "W ";
    text += finding.field + ": " + finding.message + "\n";
  }
  return text;
}

TEST(ValidateConnection, FindsNothingInWhatIsRight) {
  struct Row {
    const char* type;
    const char* fields;
  };
  const Row rows[] = {
      {"generic", R"({"anything":{"at":["all"]}})"},
      {"postgres", R"({"host":"h","port":5432,"user":"u","password":"p","database":"d"})"},
      {"postgres", R"({"host":"h","port":"5432","extra":{"sslmode":"require","other":1}})"},
      {"postgresql", R"({"host":"h"})"},
      {"aws", R"({"login":"AKIA","password":"s","extra":{"region_name":"eu"}})"},
      {"aws", R"({"role_arn":"arn:aws:iam::1:role/x"})"},
      {"docker", R"({"username":"u","password":"p"})"},
      {"gcp", R"({"keyfile_dict":{"type":"service_account"}})"},
      {"gcp", R"({"keyfile_dict":"{\"type\":\"service_account\"}"})"},
      {"redis", R"({"host":"h","tls":true})"},
      {"redis", R"({"host":"h","tls":"false","db":"3"})"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Shown(ValidateConnection(ConnectionOf(row.type, row.fields))), "") << row.fields;
  }
}

TEST(ValidateConnection, SaysWhatIsWrong) {
  struct Row {
    const char* type;
    const char* fields;
    const char* findings;
  };
  const Row rows[] = {
      {"api_key", R"({"host":"h"})", "E token: required and missing\n"},
      {"api_key", R"({"key":""})", "E token: required and missing\n"},
      {"docker", R"({"password":"p"})", "E login: required and missing\n"},
      {"postgres", R"({"port":"zqx"})", "E port: expected a number\n"},
      {"postgres", R"({"port":0})", "E port: the port must be a number from 1 to 65535\n"},
      {"postgres", R"({"port":80.5})", "E port: the port must be a number from 1 to 65535\n"},
      {"postgres", R"({"host":["zqx"]})", "E host: expected text\n"},
      {"postgres", R"({"sslmode":"bogus"})",
       "E sslmode: expected one of disable, allow, prefer, require, verify-ca, verify-full\n"},
      {"postgres", R"({"extra":{"sslmode":"bogus"}})",
       "E sslmode: expected one of disable, allow, prefer, require, verify-ca, verify-full\n"},
      {"kafka", R"({"bootstrap_servers":"h:1","security.protocol":"ssl"})",
       "E security_protocol: expected one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL\n"},
      {"redis", R"({"host":"h","tls":"yes"})", "E tls: expected true or false\n"},
      {"gcp", R"({"keyfile_dict":"zqx"})",
       "E keyfile_dict: expected a map, or text that holds a JSON object\n"},
      {"aws", R"({"access_key_id":"a"})", "E secret_access_key: missing beside access_key_id\n"},
      {"aws", R"({"password":"a"})", "E access_key_id: missing beside secret_access_key\n"},
      {"postgres", R"({"user":"zqx1","login":"zqx2"})",
       "E login: fields user and login mean the same and hold different values\n"},
      {"postgres", R"({"pasword":"zqx"})",
       "W pasword: not a field of type postgres; did you mean password?\n"},
      {"postgres", R"({"blue":"zqx"})", "W blue: not a field of type postgres\n"},
      {"postgers", R"({"a":1})",
       "W : type postgers is not known and acts as generic; did you mean postgres?\n"},
      {"spark", R"({"a":1})", "W : type spark is not known and acts as generic\n"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Shown(ValidateConnection(ConnectionOf(row.type, row.fields))), row.findings)
        << row.type << row.fields;
  }
}

TEST(ValidateConnection, ReportsBoundsAndListedNames) {
  Connection connection = ConnectionOf("postgres", R"({"host":"h","ssl":{"key":"k"}})");
  connection.secret_fields = {"ssl.key", "gone"};
  connection.no_scrub = {"host", "user"};
  connection.expires_at = "soon";
  EXPECT_EQ(Shown(ValidateConnection(connection)),
            "E : expiresAt: expected a time like 2026-01-31T08:05:00Z\n"
            "W ssl: not a field of type postgres\n"
            "W gone: named in secretFields and there is no such field\n"
            "W user: named in noScrub and there is no such field\n");
}

}  // namespace
}  // namespace injector
