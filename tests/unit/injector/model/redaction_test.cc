#include "injector/model/redaction.h"

#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

struct TextRow {
  const char* text;
  const char* shown;
};

TEST(RedactText, MasksSecretsByTheirShape) {
  const TextRow rows[] = {
      {"mysql://user:hunter2@host/db", "mysql://user:***@host/db"},
      {"postgresql://postgres:SuperSecret@db:5432/x", "postgresql://postgres:***@db:5432/x"},
      {"Authorization: Bearer abc.def", "Authorization: ***"},
      {R"({"list":[{"password":"x-y-z-1"}]})", R"({"list":[{"password":"***"}]})"},
      {R"({"dsn":"mysql://u:p4ssw0rd@h/d"})", R"({"dsn":"***"})"},
      // URLs
      {"see https://tok@h/x and a://b:c@d", "see https://***@h/x and a://b:***@d"},
      {"a://u:p/w@h", "a://u:***@h"},
      {"a://u:p?w#x@h/d", "a://u:***@h/d"},
      {"a://u:p@q@h", "a://u:***@h"},
      {"a://:p@h", "a://:***@h"},
      {"<a://u:p@h>", "<a://u:***@h>"},
      {"https://h/?token=abc&x=1", "https://h/?token=***&x=1"},
      {"https://h/x?api_key=abc#top", "https://h/x?api_key=***"},
      {"spark://k8s://u:p@h", "spark://k8s://u:***@h"},
      {"type://user:pass@protocol://host:port", "type://user:***@protocol://host:port"},
      // names before values
      {"host=h password=abc dbname=d", "host=h password=*** dbname=d"},
      {"password='a b' host=h", "password=*** host=h"},
      {"password=\"a\\\"b\" host=h", "password=*** host=h"},
      {"Server=h;Password=a;User=u", "Server=h;Password=***;User=u"},
      {"X-Api-Key: abc def\r\nHost: h", "X-Api-Key: ***\r\nHost: h"},
      {"{\"password\": \"cut o", "{\"password\": ***"},
      {"{'api_key': 'abc', 'x': 1}", "{'api_key': ***, 'x': 1}"},
      {"password =  abc", "password =  ***"},
      {"password=", "password="},
      // schemes of HTTP authentication
      {"Bearer abc.def", "Bearer ***"},
      {"bearer abc, x", "bearer *** x"},
      {"Basic dTpw", "Basic ***"},
      {"basic dTpwYQ and", "basic *** and"},
      {"Basic dTpwYX, x", "Basic *** x"},
      // private keys
      {"x\n-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\ny", "x\n***\ny"},
      {"-----BEGIN RSA PRIVATE KEY-----\nMII", "***"},
      // JSON inside JSON
      {R"({"a":"{\"token\":\"x\"}"})", R"({"a":"{\"token\":\"***\"}"})"},
      {R"( [ "a://u:p@h" ])", R"(["a://u:***@h"])"},
  };
  for (const TextRow& row : rows) EXPECT_EQ(RedactText(row.text), row.shown) << row.text;
}

TEST(RedactText, LeavesTheRestAlone) {
  const char* rows[] = {
      "",
      "plain text",
      "https://host:8443/a/b?c=d#e",
      "https://[::1]:8443/@scope/pkg",
      "https://registry.example/@scope/pkg",
      "user@example.com",
      "primary_key=id",
      "the token is long",
      "basically a bearer",
      "Basic annual",
      "a basic business plan",
      R"({ "host" : "h", "port" : 1 })",
      "[not json",
      "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
      "://",
      "a://",
  };
  for (const char* text : rows) EXPECT_EQ(RedactText(text), text);
}

TEST(RedactText, IsQuickForHostileText) {
  // Each of these had made a naive search quadratic: 256 KiB would take minutes.
  for (std::string_view piece : {"://", "://a:b/", "-----BEGIN ", "password:x ", "a", "bearer "}) {
    std::string text;
    while (text.size() < (1U << 18)) text += piece;
    EXPECT_FALSE(RedactText(text).empty());
  }
}

TEST(Redact, MasksMembersByNameAndStringsByShape) {
  const Value value = FromJson(R"({"a":[{"password":"p","token":null,"n":1}],
      "secret":{"x":1},"url":"a://u:p@h","headers":{"Authorization":"Bearer x","Accept":"*"}})");
  EXPECT_EQ(ToJson(Redact(value)),
            R"({"a":[{"password":"***","token":null,"n":1}],"secret":"***","url":"a://u:***@h",)"
            R"("headers":{"Authorization":"***","Accept":"*"}})");
}

TEST(HoldsSecret, SaysWhetherSomethingWouldBeMasked) {
  EXPECT_TRUE(HoldsSecret(FromJson(R"({"a":{"password":"p"}})")));
  EXPECT_TRUE(HoldsSecret(FromJson(R"("a://u:p@h")")));
  EXPECT_FALSE(HoldsSecret(FromJson(R"({"a":{"host":"p"}})")));
  EXPECT_FALSE(HoldsSecret(FromJson("17")));
}

TEST(IsSecretVariable, AsksForNameAndShape) {
  const char* secret[] = {"postgres://u:p@h/d", "Bearer x1", "Basic dTpw", "a=b;password=x",
                          R"({"a": [{"password": "p"}]})"};
  for (const char* value : secret) {
    EXPECT_TRUE(IsSecretVariable("x", Secret::CopyOf(value))) << value;
  }
  const char* open[] = {"Basic annual", "basics", "plain", R"({"password": null})"};
  for (const char* value : open) {
    EXPECT_FALSE(IsSecretVariable("x", Secret::CopyOf(value))) << value;
  }
  EXPECT_TRUE(IsSecretVariable("api_token", Secret::CopyOf("plain")));
}

Connection ConnectionWithSecrets() {
  Connection connection = ConnectionOf("postgres", R"({
      "host": "h", "password": "hunter1", "url": "a://u:hunter2@h", "user": "hunter3",
      "ssl": {"ca": "c", "key": "hunter4"}, "hosts": ["a", "hunter5", {"token": "hunter6"}],
      "extra": {"sslkey": "hunter7", "sslmode": "require"}, "port": 5432})");
  connection.secret_fields = {"login", "hosts.1"};
  return connection;
}

TEST(HideSecrets, LeavesSecretsOutAndNamesThem) {
  const VisibleFields visible = HideSecrets(ConnectionWithSecrets());
  EXPECT_EQ(ToJson(visible.fields),
            R"({"host":"h","url":"a://u:***@h","ssl":{"ca":"c"},"hosts":["a","***",{}],)"
            R"("extra":{"sslmode":"require"},"port":5432})");
  const std::vector<std::string> paths = {"password", "user",          "ssl.key",
                                          "hosts.1",  "hosts.2.token", "extra.sslkey"};
  EXPECT_EQ(visible.hidden_paths, paths);
}

TEST(RedactedFields, ShowsEveryFieldAndNoSecret) {
  EXPECT_EQ(ToJson(RedactedFields(ConnectionWithSecrets())),
            R"({"host":"h","password":"***","url":"a://u:***@h","user":"***",)"
            R"("ssl":{"ca":"c","key":"***"},"hosts":["a","***",{"token":"***"}],)"
            R"("extra":{"sslkey":"***","sslmode":"require"},"port":5432})");
}

// As many levels as there are words would be as many secrets, each nearly as long as the text.
TEST(SecretsInText, ASecretInsideASecretIsLookedForAFewLevelsDeep) {
  for (const std::string word : {"key=", "token: ", "password='"}) {
    std::string text;
    while (text.size() < 60'000) text += word;
    std::size_t bytes = 0;
    for (const Secret& secret : SecretsInText(text + "innermost")) bytes += secret.size();
    EXPECT_LT(bytes, 10 * text.size()) << word;
  }
  const std::vector<Secret> few = SecretsInText("key=token=password=innermost");
  ASSERT_FALSE(few.empty());
  EXPECT_EQ(few.back().Reveal(), "innermost");
}

}  // namespace
}  // namespace injector
