#include "injector/cli/connections/known_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/cli/connections/connection_check.h"
#include "injector/cli/connections/connection_edit.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kServed[] =
    R"({"id": "1", "name": "a", "type": "generic", "default": false, "version": 3,
        "fields": {"host": "h", "tags": ["x", "***"], "extra": {"url": "https://***@h", "n": 1},
                   "hosts": [{"name": "a"}]},
        "secretFields": ["password", "tags.1", "extra.token", "auth", "hosts.0.password"],
        "description": "d"})";

Value Json(const std::string& text) {
  Result<Value> json = ParseJson(text);
  EXPECT_TRUE(json.ok()) << text;
  return *std::move(json);
}

KnownConnection Known() {
  const Result<ServedConnection> served = ParseServedConnection(Json(kServed));
  EXPECT_TRUE(served.ok());
  Result<KnownConnection> known = KnownOf(*served);
  EXPECT_TRUE(known.ok()) << known.error().message();
  return *std::move(known);
}

std::string Text(const Value& json) { return std::string(WriteJson(json).Reveal()); }

// What is shown of what is known is what the service has shown.
TEST(KnownConnectionTest, ShowsTheSame) {
  const Value shown = ConnectionToJson(Known().connection, SecretView::kHidden);
  const Value served = Json(kServed);
  EXPECT_EQ(*shown.Find("fields"), *served.Find("fields"));
  std::vector<std::string> paths;
  for (const Value& path : shown.Find("secretFields")->items()) {
    paths.emplace_back(path.string().Reveal());
  }
  EXPECT_THAT(
      paths, UnorderedElementsAre("password", "tags.1", "extra.token", "auth", "hosts.0.password"));
}

// By the very path: another that means the same may stand beside it.
TEST(KnownConnectionTest, EverySpellingOfASecretIsHidden) {
  const Result<ServedConnection> served = ParseServedConnection(Json(
      R"({"id": "1", "name": "a", "type": "api_key", "fields": {"extra": {}}, "version": 1,
          "secretFields": ["token", "extra.api_key"]})"));
  const KnownConnection known = KnownOf(*served).value();
  const Value shown = ConnectionToJson(known.connection, SecretView::kHidden);
  EXPECT_EQ(Text(*shown.Find("secretFields")), R"(["extra.api_key","token"])");
}

TEST(KnownConnectionTest, NothingIsSaidOfWhatIsHidden) {
  const Result<ServedConnection> served = ParseServedConnection(
      Json(R"({"id": "1", "name": "a", "type": "gcp", "fields": {}, "version": 1,
               "secretFields": ["credentials"]})"));
  const KnownConnection known = KnownOf(*served).value();
  EXPECT_EQ(Diagnose(known.connection, {}, known.hidden).message, "");
}

TEST(KnownConnectionTest, NothingDiffersFromItself) {
  const KnownConnection known = Known();
  const Result<Value> patch = PatchTo(known.connection, known);
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(Text(*patch), "{}");
}

// A field set (null removes it), and the patch that comes of it.
TEST(KnownConnectionTest, APatchHoldsWhatDiffers) {
  struct Row {
    const char* field;
    const char* value;
    const char* patch;
  };
  const Row rows[] = {
      {"host", R"("g")", R"({"config":{"host":"g"}})"},
      {"host", "null", R"({"config":{"host":null}})"},
      {"password", R"("new")", R"({"config":{"password":"new"}})"},
      {"password", R"("***")", R"({"config":{"password":"***"}})"},
      {"password", "null", R"({"config":{"password":null}})"},
      {"extra.n", "2", R"({"config":{"extra":{"n":2}}})"},
      {"extra.token", R"("new")", R"({"config":{"extra":{"token":"new"}}})"},
      {"extra.token", "null", R"({"config":{"extra":{"token":null}}})"},
      {"extra", R"({"n": 1})", R"({"config":{"extra":{"url":null,"token":null}}})"},
      {"extra", R"("text")", R"({"config":{"extra":"text"}})"},
      {"tags", R"(["y"])", R"({"config":{"tags":["y"]}})"},
      {"hosts", R"([{"name": "b", "password": "p"}])",
       R"({"config":{"hosts":[{"name":"b","password":"p"}]}})"},
      {"auth", R"("text")", R"({"config":{"auth":"text"}})"},
      {"more", R"({"a": 1})", R"({"config":{"more":{"a":1}}})"},
  };
  for (const Row& row : rows) {
    const KnownConnection known = Known();
    const Result<Connection> wanted =
        WithField(known.connection.Clone(), row.field, Json(row.value));
    ASSERT_TRUE(wanted.ok()) << row.field;
    const Result<Value> patch = PatchTo(*wanted, known);
    ASSERT_TRUE(patch.ok()) << row.field << ": " << patch.error().message();
    EXPECT_EQ(Text(*patch), row.patch) << row.field;
  }
}

TEST(KnownConnectionTest, APatchHoldsSettingsThatDiffer) {
  const KnownConnection known = Known();
  Connection wanted = known.connection.Clone();
  wanted.is_default = true;
  wanted.description = "";
  wanted.expires_at = "2099-01-31T08:00:00Z";
  wanted.no_scrub = {"host"};
  const Result<Value> patch = PatchTo(wanted, known);
  ASSERT_TRUE(patch.ok());
  EXPECT_EQ(Text(*patch),
            R"({"default":true,"description":null,"expiresAt":"2099-01-31T08:00:00Z",)"
            R"("noScrub":["host"]})");
}

// It would be merged with members that nobody sees.
TEST(KnownConnectionTest, NoMapTakesThePlaceOfWhatIsHidden) {
  for (const char* field : {"auth", "auth.token"}) {
    const KnownConnection known = Known();
    const Value value = Json(std::string_view(field) == "auth" ? R"({"token": "t"})" : R"("t")");
    const Result<Connection> wanted = WithField(known.connection.Clone(), field, value.Clone());
    ASSERT_TRUE(wanted.ok());
    const Result<Value> patch = PatchTo(*wanted, known);
    ASSERT_FALSE(patch.ok()) << field;
    EXPECT_EQ(patch.error().code(), ErrorCode::kFailedPrecondition);
    EXPECT_THAT(patch.error().hint(), HasSubstr("--unset auth"));
  }
}

TEST(ServedItemsTest, RefusesWhatIsNoConnection) {
  for (const char* text : {"[]", "{}", R"({"id": "1", "name": "a", "type": "aws"})",
                           R"({"id": "", "name": "a", "type": "aws", "fields": {}})",
                           R"({"id": "1", "name": "a b", "type": "aws", "fields": {}})",
                           R"({"id": "1", "name": "a", "type": "", "fields": {}})",
                           R"({"id": "1", "name": "a", "type": "aws", "fields": []})"}) {
    const Result<ServedConnection> served = ParseServedConnection(Json(text));
    ASSERT_FALSE(served.ok()) << text;
    EXPECT_EQ(served.error().code(), ErrorCode::kDataLoss);
  }
  EXPECT_FALSE(ParseServedVariable(Json(R"({"key": "a-b"})")).ok());
}

}  // namespace
}  // namespace injector
