#include "injector/inject/field_scrub_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MakeConnection;
using testing::ScrubLines;

TEST(FieldScrubValuesTest, HoldsSecretFieldsUnderTheNamesTheyCameWith) {
  const Connection connection =
      MakeConnection("postgres.db", R"({"host": "h", "user": "u", "password": "pw"})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)), ElementsAre("postgres.db.password=pw"));
}

TEST(FieldScrubValuesTest, HoldsLeavesOfMapsAndTheTextOfASecretMap) {
  const Connection connection = MakeConnection(
      "generic.x", R"({"ssl": {"cert": "c", "key": "k"}, "credentials": {"id": 7, "name": "n"}})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ElementsAre(R"(generic.x.credentials={"id":7,"name":"n"})", "generic.x.ssl.key=k",
                          "generic.x.credentials.id=7"));
}

TEST(FieldScrubValuesTest, OfAKeyFileHoldsTheKeyAlone) {
  const char* const key =
      R"({"keyfile_dict": {"type": "service_account", "project_id": "of-key", "private_key_id": "0f1e",
          "private_key": "-----BEGIN X-----", "client_email": "a@of-key.example", "client_id": "107",
          "auth_uri": "https://a.example/auth", "token_uri": "https://a.example/token",
          "client_x509_cert_url": "https://a.example/cert", "universe_domain": "a.example"}})";
  Connection connection = MakeConnection("gcp.x", key);
  const std::string whole =
      "gcp.x.keyfile_dict=" + std::string(connection.fields[0].value.ToText().Reveal());
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ElementsAre(whole, "gcp.x.keyfile_dict.private_key=-----BEGIN X-----"));
  connection.secret_fields = {"keyfile_dict.client_id"};
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ElementsAre(whole, "gcp.x.keyfile_dict.private_key=-----BEGIN X-----",
                          "gcp.x.keyfile_dict.client_id=107"));
}

TEST(FieldScrubValuesTest, OpenNamesOutsideOfASecretAndUrlsWithALoginStay) {
  const Connection connection =
      MakeConnection("generic.x", R"({"oauth": {"token_uri": "https://h/token"},
                       "auth": {"login_url": "https://u:canary-1@h/", "user_url": "https://h/"}})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ::testing::IsSupersetOf({"generic.x.oauth.token_uri=https://h/token",
                                       "generic.x.auth.login_url=https://u:canary-1@h/"}));
}

TEST(FieldScrubValuesTest, HoldsWhatTheUserCallsSecret) {
  Connection connection = MakeConnection("generic.x", R"({"pin": 123456, "other": "o"})");
  connection.secret_fields = {"pin"};
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)), ElementsAre("generic.x.pin=123456"));
}

TEST(FieldScrubValuesTest, HoldsThePasswordOfAUrlAsWrittenAndDecoded) {
  const Connection connection =
      MakeConnection("generic.x", R"({"url": "https://u:p%40ss@host/", "plain": "https://host/"})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ElementsAre("generic.x.url=p%40ss", "generic.x.url=p@ss"));
}

TEST(FieldScrubValuesTest, HoldsEveryPieceOfAUrlThatRedactionHides) {
  const Connection connection = MakeConnection(
      "generic.x",
      R"({"url": "https://u:canarypw12@h/p?token=abc%2Fdefghijk&page=2&api_key=k#f"})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ElementsAre("generic.x.url=canarypw12", "generic.x.url=abc%2Fdefghijk",
                          "generic.x.url=abc/defghijk", "generic.x.url=k", "generic.x.url=k#f"));
}

TEST(FieldScrubValuesTest, HoldsPiecesOfHeadersAndOfJsonText) {
  const Connection connection =
      MakeConnection("generic.x", R"({"header": "Authorization: Bearer abcdefgh",
                       "json": "{\"a\": {\"password\": \"inner1\"}, \"b\": \"plain\"}"})");
  const std::vector<std::string> lines = ScrubLines(FieldScrubValues(connection));
  EXPECT_THAT(lines,
              ::testing::IsSupersetOf({"generic.x.header=Bearer abcdefgh",
                                       "generic.x.header=abcdefgh", "generic.x.json=inner1"}));
  EXPECT_THAT(lines, ::testing::Not(::testing::Contains("generic.x.json=plain")));
}

TEST(FieldScrubValuesTest, TheUserOfASshUrlIsNoSecret) {
  const Connection connection = MakeConnection("generic.x", R"({"url": "ssh://deploy@host/x"})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ::testing::Not(::testing::Contains("generic.x.url=deploy")));
}

TEST(FieldScrubValuesTest, HoldsTheWholeTextWhereASecretIsSomewhereInIt) {
  const Connection connection = MakeConnection(
      "generic.x", R"({"a": "host=h password=pw1234", "b": "host=h", "c": "ssh://git@host/x"})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)),
              ::testing::Contains("generic.x.a=host=h password=pw1234"));
}

TEST(FieldScrubValuesTest, LeavesOutCommonWordsAndNothing) {
  const Connection connection = MakeConnection(
      "generic.x", R"({"use_token": true, "token": null, "secret": "", "keys": [], "key": {}})");
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)), IsEmpty());
}

TEST(FieldScrubValuesTest, LeavesOutWhatTheUserTookOutInAnySpelling) {
  Connection connection = MakeConnection(
      "postgres.db", R"({"password": "pw", "extra": {"sslkey": "k"}, "tokens": {"a": "1"}})");
  connection.no_scrub = {"password", "sslkey", "tokens"};
  EXPECT_THAT(ScrubLines(FieldScrubValues(connection)), IsEmpty());
}

}  // namespace
}  // namespace injector
