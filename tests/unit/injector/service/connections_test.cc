#include "injector/service/connections.h"

#include <gtest/gtest.h>

#include "injector/service/variables.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::Json;
using testing::kPassword;
using testing::PostgresBody;

std::string ShownText(const ConnectionView& view) {
  return std::string(WriteJson(view.shown).Reveal());
}

class ConnectionsTest : public testing::ServiceFixture {
 protected:
  Result<ConnectionView> Create(std::string_view body) {
    return connections().Create(Admin(), Json(body));
  }
  Result<ConnectionView> Patch(const std::string& id, std::int64_t version,
                               std::string_view patch) {
    return connections().Patch(Admin(), id, version, Json(patch));
  }
};

INSTANTIATE_TEST_SUITE_P(, ConnectionsTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(ConnectionsTest, ShowsEverythingButSecrets) {
  const ConnectionView made = connections().Create(Admin(), PostgresBody("main")).value();
  EXPECT_EQ(made.version, 1);
  EXPECT_EQ(made.created_by, "token:admin");
  EXPECT_EQ(made.created_at, clock_.Now());
  const ConnectionView seen = connections().Get(Developer(), made.id).value();
  EXPECT_EQ(ShownText(seen), ShownText(made));
  EXPECT_EQ(ShownText(seen).find(kPassword), std::string::npos);
  EXPECT_NE(ShownText(seen).find("db.example.com"), std::string::npos);
  EXPECT_NE(ShownText(seen).find(R"("secretFields":["password"])"), std::string::npos);
  EXPECT_EQ(NewestEvents(1).front(), "connection.create done");
}

TEST_P(ConnectionsTest, RefusesWhatIsNoConnection) {
  for (const char* body : {"{}", R"({"name":"a","config":{}})", R"({"type":"t","config":{}})",
                           R"({"name":"bad name","type":"t","config":{}})",
                           R"({"name":"a","type":"t","config":{"":1}})",
                           R"({"name":"a","type":"t","config":{},"expiresAt":"soon"})"}) {
    EXPECT_EQ(Create(body).error().code(), ErrorCode::kInvalidArgument) << body;
  }
}

TEST_P(ConnectionsTest, KeepsNamesUniqueInTheOrg) {
  MakeConnection("main");
  EXPECT_EQ(Create(R"({"name":"main","type":"mysql","config":{"host":"h"}})").error().code(),
            ErrorCode::kAlreadyExists);
  EXPECT_TRUE(connections().Create(OtherAdmin(), PostgresBody("main")).ok());
}

TEST_P(ConnectionsTest, KeepsOneDefaultOfAType) {
  const std::string first =
      Create(R"({"name":"a","type":"t","default":true,"config":{"x":1}})").value().id;
  EXPECT_EQ(Create(R"({"name":"b","type":"t","default":true,"config":{"x":1}})").error().code(),
            ErrorCode::kConflict);
  EXPECT_TRUE(Create(R"({"name":"c","type":"u","default":true,"config":{"x":1}})").ok());
  const std::string other = Create(R"({"name":"b","type":"t","config":{"x":1}})").value().id;
  EXPECT_EQ(Patch(other, 1, R"({"default":true,"config":{}})").error().code(),
            ErrorCode::kConflict);
  ASSERT_TRUE(Patch(first, 1, R"({"default":false,"config":{}})").ok());
  EXPECT_TRUE(Patch(other, 1, R"({"default":true,"config":{}})").ok());
}

TEST_P(ConnectionsTest, PatchesWhatIsGiven) {
  const std::string id = MakeConnection("main");
  const ConnectionView patched =
      Patch(id, 1, R"({"description":"films","config":{"host":"db2","port":null}})").value();
  EXPECT_EQ(patched.version, 2);
  const Value* fields = patched.shown.Find("fields");
  EXPECT_EQ(fields->Find("host")->string().Reveal(), "db2");
  EXPECT_EQ(fields->Find("port"), nullptr);
  EXPECT_EQ(patched.shown.Find("description")->string().Reveal(), "films");
  EXPECT_EQ(connections().Versions(Developer(), id, {}).value().items.size(), 2U);
  EXPECT_EQ(Finding(), "");
}

constexpr const char* kPinned = R"({"name":"main","type":"t","secretFields":["pin","tls"],
  "config":{"host":"h","pin":"canary-1","tls":{"name":"canary-2","port":"canary-3"}}})";

struct Unveiling {
  const char* patch;
  const char* made_visible;  // "" when the patch is refused
};

constexpr Unveiling kUnveilings[] = {
    {R"({"secretFields":[],"config":{}})", ""},
    {R"({"secretFields":["tls"],"config":{"host":"h2"}})", ""},
    {R"({"secretFields":["pin"],"config":{}})", ""},
    // A part of the map stays.
    {R"({"secretFields":["pin"],"config":{"tls":{"name":"new"}}})", ""},
    {R"({"secretFields":["pin","tls.name"],"config":{"tls":{"name":"new"}}})", ""},
    {R"({"secretFields":["tls"],"config":{"pin":"new"}})", R"(["pin"])"},
    {R"({"secretFields":["tls"],"config":{"pin":null}})", "nothing"},
    {R"({"secretFields":["pin"],"config":{"tls":{"name":"a","port":"b"}}})",
     R"(["tls.name","tls.port"])"},
    {R"({"secretFields":["pin","tls.name"],"config":{"tls":{"port":"b"}}})", R"(["tls.port"])"},
};

TEST_P(ConnectionsTest, MakesNoStoredSecretVisible) {
  for (const Unveiling& unveiling : kUnveilings) {
    const std::string id = Create(kPinned).value().id;
    const Result<ConnectionView> patched = Patch(id, 1, unveiling.patch);
    ASSERT_EQ(patched.ok(), *unveiling.made_visible != '\0') << unveiling.patch;
    if (patched.ok()) {
      EXPECT_EQ(ShownText(*patched).find("canary"), std::string::npos) << unveiling.patch;
      const AuditRecord newest =
          AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = 1}).value().items.front();
      const auto& details = newest.event.details;
      EXPECT_EQ(details.empty() ? "nothing" : details[0].first + details[0].second,
                std::string(details.empty() ? "" : "madeVisible") + unveiling.made_visible);
    } else {
      EXPECT_EQ(patched.error().code(), ErrorCode::kInvalidArgument);
      EXPECT_EQ(patched.error().message(),
                "secretFields: a stored value was secret; give a new one in the same change");
    }
    ASSERT_TRUE(connections().Delete(Admin(), id, DeleteMode::kUnused).ok());
  }
}

TEST_P(ConnectionsTest, MakesNoStoredSecretVariableVisible) {
  Variables variables(*desk_);
  Variable pin;
  pin.key = "PIN";
  pin.value = Secret::CopyOf("canary-1");
  pin.is_secret = true;
  ASSERT_TRUE(variables.Create(Admin(), pin).ok());
  const auto unveil = [&](std::optional<Secret> value) {
    return variables.Patch(
        Admin(), "PIN", 1,
        {.value = std::move(value), .is_secret = false, .description = std::nullopt});
  };
  EXPECT_EQ(unveil({}).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(variables.Get(Developer(), "PIN").value().is_secret);
  EXPECT_EQ(unveil(Secret::CopyOf("open")).value().value, "open");
  const auto page = AuditLog(*desk_).List(Admin(), {}, {.after = "", .limit = 1}).value();
  EXPECT_EQ(page.items.front().event.details,
            (std::vector<std::pair<std::string, std::string>>{{"madeVisible", R"(["value"])"}}));
}

TEST_P(ConnectionsTest, APatchThatChangesNothingMakesNoVersion) {
  const std::string id = MakeConnection("main");
  const std::int64_t events = Verify().events;
  EXPECT_EQ(Patch(id, 1, R"({"config":{"host":"db.example.com"}})").value().version, 1);
  EXPECT_EQ(Verify().events, events);
}

TEST_P(ConnectionsTest, RefusesToChangeWhatChangedMeanwhile) {
  const std::string id = MakeConnection("main");
  ASSERT_TRUE(Patch(id, 1, R"({"config":{"host":"db2"}})").ok());
  EXPECT_EQ(Patch(id, 1, R"({"config":{"host":"db3"}})").error().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_EQ(connections().Delete(Admin(), id, DeleteMode::kUnused, 1).error().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(connections().Delete(Admin(), id, DeleteMode::kUnused, 2).ok());
}

TEST_P(ConnectionsTest, NeverRenames) {
  const std::string id = MakeConnection("main");
  EXPECT_EQ(Patch(id, 1, R"({"name":"other","config":{}})").error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Patch(id, 1, R"({"type":"mysql","config":{}})").error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Patch(id, 1, R"({"name":"main","config":{"host":"x"}})").ok());
}

TEST_P(ConnectionsTest, ListsInPages) {
  for (const char* name : {"e", "b", "d", "a", "c"}) MakeConnection(name);
  ASSERT_TRUE(connections().Create(OtherAdmin(), PostgresBody("bb")).ok());
  std::string names;
  PageRequest page{.after = "", .limit = 2};
  do {
    const Page<ConnectionView> got = connections().List(Developer(), page).value();
    EXPECT_LE(got.items.size(), 2U);
    for (const ConnectionView& view : got.items) names += view.name.alias;
    page.after = got.next;
  } while (!page.after.empty());
  EXPECT_EQ(names, "abcde");
  const auto named = connections().List(Developer(), {}, "d").value();
  ASSERT_EQ(named.items.size(), 1U);
  EXPECT_EQ(named.items[0].name.alias, "d");
}

TEST_P(ConnectionsTest, OtherOrgsSeeNothing) {
  const std::string id = MakeConnection("main");
  EXPECT_EQ(connections().Get(OtherAdmin(), id).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(connections().Versions(OtherAdmin(), id, {}).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(connections().Patch(OtherAdmin(), id, 1, Json(R"({"config":{"a":1}})")).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(connections().Delete(OtherAdmin(), id, DeleteMode::kForce).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(attachments().Attach(OtherAdmin(), "web", {.id = id}, {}).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(attachments().OfConnection(OtherAdmin(), id, {}).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(connections().List(OtherAdmin(), {}).value().items.empty());
}

TEST_P(ConnectionsTest, RecordsRefusals) {
  const std::string id = MakeConnection("main");
  EXPECT_EQ(connections().Create(Developer(), PostgresBody("x")).error().code(),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(NewestEvents(1).front(), "connection.create refused permission_denied");
  EXPECT_EQ(connections().Delete(Developer(), id, DeleteMode::kForce).error().code(),
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(NewestEvents(1).front(), "connection.delete refused permission_denied");
  EXPECT_EQ(connections().Get(Runner(), id).error().code(), ErrorCode::kPermissionDenied);
  EXPECT_EQ(NewestEvents(1).front(), "connection.read refused permission_denied");
}

TEST_P(ConnectionsTest, AttachingAndDetachingAreSeen) {
  const std::string id = MakeConnection("main");
  ASSERT_TRUE(attachments().Attach(Admin(), "acme/web", {.id = id}, {}).ok());
  ASSERT_TRUE(attachments().Attach(Admin(), "*", {.id = id}, {.environments = {"prod"}}).ok());
  ASSERT_TRUE(attachments().Attach(Admin(), "*", {.id = id}, {.environments = {"test"}}).ok());
  const auto where = attachments().OfConnection(Developer(), id, {}).value().items;
  ASSERT_EQ(where.size(), 2U);
  EXPECT_EQ(where[0].repo, "*");
  EXPECT_EQ(where[0].scope.environments, std::vector<std::string>{"test"});
  EXPECT_EQ(attachments()
                .OfRepo(Developer(), "acme/web", RecordKind::kConnection, {})
                .value()
                .items.size(),
            1U);
  EXPECT_EQ(attachments().Repos(Developer(), {}).value().items,
            std::vector<std::string>{"acme/web"});
  EXPECT_EQ(Finding(), "");
  ASSERT_TRUE(attachments().Detach(Admin(), "acme/web", {.id = id}).ok());
  EXPECT_EQ(attachments().Detach(Admin(), "acme/web", {.id = id}).error().code(),
            ErrorCode::kNotFound);
  EXPECT_EQ(attachments().Attach(Admin(), "no spaces", {.id = id}, {}).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(Finding(), "");
}

TEST_P(ConnectionsTest, OneUndecryptableRowStopsNeitherListNorDeletion) {
  const std::string id = MakeConnection("broken");
  MakeConnection("main");
  Tamper(
      "UPDATE connection_versions SET config_encrypted = 'not base64', visible = 'not json' "
      "WHERE connection_id = :1",
      {id});
  EXPECT_EQ(connections().List(Developer(), {}).value().items.size(), 2U);
  EXPECT_TRUE(connections().Get(Developer(), id).ok());
  EXPECT_TRUE(connections().Delete(Admin(), id, DeleteMode::kUnused).ok());
  EXPECT_EQ(Finding(), "");
}

}  // namespace
}  // namespace injector
