#include "injector/inject/structured_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "injector/base/base64.h"

namespace injector {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> SecretsIn(std::string_view text) {
  std::vector<std::string> found;
  for (const Secret& secret : SecretsInStructure(text)) found.emplace_back(secret.Reveal());
  return found;
}

std::string Encoded(std::string_view text) { return std::string(Base64Encode(text).Reveal()); }

struct Row {
  const char* name;
  std::string text;
  std::vector<std::string> secrets;
  std::vector<std::string> open = {};
};

class StructuredSecretsTest : public ::testing::TestWithParam<Row> {};

TEST_P(StructuredSecretsTest, FindsEachCredentialAsTheToolPrintsIt) {
  const std::vector<std::string> found = SecretsIn(GetParam().text);
  EXPECT_THAT(found, IsSupersetOf(GetParam().secrets));
  for (const std::string& open : GetParam().open) EXPECT_THAT(found, Not(Contains(open)));
}

constexpr const char* kPem =
    "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIcanary\n-----END EC PRIVATE KEY-----\n";

std::string Kubeconfig() {
  return R"(apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod
  cluster: {server: "https://api.example.com", proxy-url: "http://u:canary-proxy@p:3128"}
users:
- name: block
  user:
    token: |
      canary-block
- {name: flow, user: {token: canary-flow, username: admin, password: "canary \"q\""}}
- name: key
  user:
    client-key-data: )" +
         Encoded(kPem) + R"(
    tokenFile: /run/token
    client-key: /run/client.key
- name: old
  user:
    auth-provider:
      name: provider
      config: {id-token: canary-id, refresh-token: canary-refresh, client-id: kubernetes-app}
- name: plugin
  user:
    exec:
      command: login
      args: [get-token, --client-secret, canary-argument, --password=canary-inline]
      env:
      - {name: AWS_SECRET_ACCESS_KEY, value: canary-env}
      - {name: AWS_PROFILE, value: production}
      - {name: PLUGIN_PIN, value: canary-pin}
)";
}

INSTANTIATE_TEST_SUITE_P(
    Formats, StructuredSecretsTest,
    ::testing::Values(
        Row{"Kubeconfig",
            Kubeconfig(),
            {"canary-proxy", "canary-block\n", "canary-flow", "canary \"q\"", Encoded(kPem), kPem,
             "canary-id", "canary-refresh", "canary-argument", "canary-inline", "canary-env",
             "canary-pin"},
            {"admin", "provider", "production", "/run/token", "/run/client.key", "kubernetes-app"}},
        Row{"DockerConfig",
            R"({"auths": {"r.io": {"auth": ")" + Encoded("me:canary:pw") +
                R"("}, "s.io": {"identitytoken": "canary-id"}}, "credsStore": "desktop"})",
            {"canary:pw", "me:canary:pw", Encoded("me:canary:pw"), "canary-id"},
            {"desktop"}},
        Row{"ServiceAccount",
            R"({"type": "service_account", "project_id": "p-1", "private_key_id": "abc",
                "token_uri": "https://oauth2.example.com/token", "private_key": "canary-key"})",
            {"canary-key"},
            {"service_account", "p-1", "https://oauth2.example.com/token"}},
        Row{"Npmrc",
            "registry=https://r.io/\n//r.io/:_authToken=canary-1\n//s.io/:_password=" +
                Encoded("canary-2") + "\n//t.io/:_auth=" + Encoded("u:canary-3") + "\n",
            {"canary-1", Encoded("canary-2"), "canary-2", "canary-3"},
            {"https://r.io/"}},
        Row{"Netrc",
            "machine h.io login me password canary-1\nmachine i.io\n login me\n "
            "password \"canary \\\"2\"\n",
            {"canary-1", "canary \"2"},
            {"me"}},
        Row{"Msmtprc", "account default\nhost h\nuser u\npassword \"canary 1\"\n", {"canary 1"}},
        Row{"AwsCredentials",
            "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = canary/1+x=\n"
            "[b]\naws_session_token=canary-2\n",
            {"canary/1+x=", "canary-2"},
            {"AKIA1"}},
        Row{"Rclone",
            "[gd]\ntype = drive\npass = canary-1\n"
            "token = {\"access_token\":\"canary-2\",\"expiry\":\"2026\"}\n",
            {"canary-1", "canary-2"},
            {"drive"}},
        Row{"MysqlOptions",
            "[client]\nuser=me\npassword=canary;1 & x\n[mysqldump]\npassword=\"can\\\"ary\"\n",
            {"canary;1 & x", "can\"ary"},
            {"me"}},
        Row{"MavenSettings",
            "<settings><servers><server><id>r</id><username>me</username>\n"
            "<password>canary&amp;&#x31;</password><passphrase><![CDATA[can<ary]]></passphrase>"
            "</server></servers><!-- <password>old</password> --></settings>",
            {"canary&1", "canary&amp;&#x31;", "can<ary"},
            {"me", "r", "old"}},
        Row{"NugetConfig",
            "<configuration><add key=\"Username\" value=\"me\" />\n"
            "<add key=\"ClearTextPassword\" value=\"canary\" /></configuration>",
            {"canary"},
            {"me"}},
        Row{"GitCredentials",
            "https://me:can%40ary@h.io\nhttps://you:canary2@i.io\n",
            {"can%40ary", "can@ary", "canary2"}},
        Row{"PasswordFile",
            "# c\nh:5432:*:me:can\\:ary\n*:*:db:you:canary2\n",
            {"can:ary", "canary2"}},
        Row{"StorageConnectionString",
            "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=canary/1+x==;"
            "EndpointSuffix=core.windows.net",
            {"canary/1+x=="},
            {"acme", "https"}},
        Row{"SharedAccessSignature",
            "BlobEndpoint=https://a.io;SharedAccessSignature=sv=2026&sig=canary%2B1&sp=r",
            {"canary%2B1", "canary+1"}},
        Row{"SqlServer", "Server=h;User Id=me;Pwd=canary one;Encrypt=yes", {"canary one"}, {"me"}},
        Row{"OdbcBraces", "Driver={X};Uid=me;Pwd={can;a}}ry}", {"can;a}ry"}, {"me"}},
        Row{"Jdbc", "jdbc:postgresql://h/db?user=me&password=canary&ssl=true", {"canary"}, {"me"}},
        Row{"Amqp", "amqps://me:can%2Fary@h.io/v", {"can%2Fary", "can/ary"}},
        Row{"Jaas",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"me\" "
            "password=\"can\\\"ary\";",
            {"can\"ary"},
            {"me"}},
        Row{"DotEnv", "export DB_PASSWORD='canary one'\nPORT=5432\n", {"canary one"}, {"5432"}},
        Row{"KubernetesSecret",
            "kind: Secret\ndata:\n  password: " + Encoded("canary-pw") +
                "\n  .dockerconfigjson: " + "x\nstringData: {api_token: canary-t}\n",
            {Encoded("canary-pw"), "canary-pw", "canary-t"}}),
    [](const auto& row) { return row.param.name; });

TEST(StructuredSecretsTest, FindsNothingInAPasswordOrAKey) {
  for (const char* text : {"canary", "can ary", "p:w", "a:b:c", "", " ", "{", "[", "<", "<<a",
                           "-----BEGIN X-----\nAAAA\n-----END X-----\n", "password"}) {
    EXPECT_THAT(SecretsIn(text), IsEmpty()) << text;
  }
}

TEST(StructuredSecretsTest, LeavesOutTrueAndNullUnderSecretNames) {
  EXPECT_THAT(SecretsIn("automount_token: true\ntoken: ~\npassword: null\n"), IsEmpty());
}

// Read as tags again, what is left unclosed would be found once for each of them.
TEST(StructuredSecretsTest, ReadsNoTagsInCdata) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "<password><![CDATA[canary";
  for (const std::string end : {"", "]]></password>"}) {
    EXPECT_THAT(SecretsIn(text + end), ::testing::SizeIs(1));
  }
  EXPECT_THAT(SecretsIn("<a><password><![CDATA[x]]></password><password>can2</password></a>"),
              IsSupersetOf({"x", "can2"}));
}

TEST(StructuredSecretsTest, ATextThatIsCutAnywhereCanBeRead) {
  for (const Row& row : {Row{"", Kubeconfig(), {}},
                         Row{"", "<a b=\"c\"><password>x</password><![CDATA[ <!-- --", {}},
                         Row{"", "Pwd={a}}b};password='a\\'b';x=\"", {}}}) {
    for (std::size_t size = 0; size <= row.text.size(); size += 17) {
      SecretsInStructure(std::string_view(row.text).substr(0, size));
    }
  }
}

}  // namespace
}  // namespace injector
