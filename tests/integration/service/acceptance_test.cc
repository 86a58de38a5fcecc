// What the service is for, and how it answers, over the real program.

#include <gmock/gmock.h>

#include <thread>

#include "tests/integration/service/service_program.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAll = "/api/v1/service-connections";
constexpr std::string_view kSecret = "wJalrXUtnFEMI-K7MDENG-example";

class ServiceAcceptanceTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  std::string MakeAws(const std::string& name, std::string_view secret = kSecret) {
    const Reply made = admin_.Post(kAll, AwsBody(name, secret));
    EXPECT_EQ(made.status, 201) << made.body;
    return made.At({"id"});
  }
  void Attach(const std::string& id, const std::string& repo = "acme%2Fweb") {
    const Reply attached = admin_.Post("/api/v1/repos/" + repo + "/service-connections",
                                       R"({"connectionId":")" + id + "\"}");
    EXPECT_EQ(attached.status, 201) << attached.body;
  }
  Reply Grant(const std::string& body, const Headers& headers = {}) {
    return runner_.Post("/api/v1/repos/acme%2Fweb/grants", body, headers);
  }
  static Headers ProofOf(const Reply& grant) { return {{"Grant-Secret", grant.At({"secret"})}}; }
  static std::string GrantPath(const Reply& grant, const std::string& rest = "") {
    return "/api/v1/grants/" + grant.At({"id"}) + rest;
  }
  ServiceClient ClientFor(TokenRequest request) {
    return world_.Client(world_.Token(org_, std::move(request)));
  }

  ServiceWorld world_{GetParam(), {"--watch-interval", "20ms"}};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = ClientFor({.role = Role::kAdmin});
  ServiceClient developer_ = ClientFor({.role = Role::kDeveloper});
  ServiceClient runner_ = ClientFor({.role = Role::kRunner, .repos = {"acme/web"}});
};

INSTANTIATE_TEST_SUITE_P(, ServiceAcceptanceTest, kAllDatabases, DatabaseKindName());

TEST_P(ServiceAcceptanceTest, AnAttachedConnectionReachesAJobAndNobodyElse) {
  const std::string id = MakeAws("aws_prod");
  EXPECT_EQ(Grant(R"({"connections":["aws_prod"]})").status, 403);
  Attach(id);
  const Reply grant = Grant(R"({"connections":["aws_prod"],"job":"deploy 7"})");
  ASSERT_EQ(grant.status, 201) << grant.body;
  EXPECT_THAT(grant.body, HasSubstr(std::string(kSecret)));
  EXPECT_THAT(grant.body, HasSubstr(R"("secretFields":["secret_access_key"])"));

  const Reply seen = developer_.Get(kAll + ("/" + id));
  EXPECT_EQ(seen.status, 200);
  EXPECT_THAT(seen.body, HasSubstr("AKIAEXAMPLE"));
  EXPECT_THAT(seen.body, Not(HasSubstr(std::string(kSecret))));
  EXPECT_EQ(developer_.Post(kAll, AwsBody("mine", kSecret)).status, 403);
  EXPECT_EQ(developer_.Delete(kAll + ("/" + id)).status, 403);
  EXPECT_THAT(admin_.Get("/api/v1/audit").body, HasSubstr(R"("job":"deploy 7")"));
}

TEST_P(ServiceAcceptanceTest, ChangesCarryTheVersionTheyAreBasedOn) {
  const std::string path = kAll + ("/" + MakeAws("main"));
  const std::string patch = R"({"config":{"region":null,"extra":{"a":{"b":1}}}})";
  EXPECT_EQ(admin_.Send("PATCH", path, patch).status, 428);
  EXPECT_EQ(admin_.Send("PATCH", path, patch, {{"If-Match", "\"7\""}}).status, 412);
  EXPECT_EQ(admin_.Send("PATCH", path, patch, {{"If-Match", "W/\"1\""}}).status, 412);
  const Reply changed = admin_.Send("PATCH", path, patch, {{"If-Match", "\"1\""}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.Header("ETag"), "\"2\"");
  EXPECT_EQ(changed.At({"fields", "region"}), "");
  const Reply merged =
      admin_.Send("PATCH", path, R"({"config":{"extra":{"a":{"c":2}}}})", {{"If-Match", "\"2\""}});
  EXPECT_EQ(merged.At({"fields", "extra"}), R"({"a":{"b":1,"c":2}})");
  const Reply back = admin_.Post(path + "/rollback", R"({"version":1})", {{"If-Match", "\"3\""}});
  EXPECT_EQ(back.At({"version"}), "4");
  EXPECT_EQ(back.At({"fields", "region"}), "eu-central-1");
  EXPECT_EQ(admin_.Get(path + "/versions?limit=3").At({"next"}), "2");
  EXPECT_EQ(admin_.Delete(path, {{"If-Match", "\"3\""}}).status, 412);
  EXPECT_EQ(admin_.Delete(path, {{"If-Match", "\"4\""}}).status, 204);
}

TEST_P(ServiceAcceptanceTest, WhatIsInUseGoesByForceOnly) {
  const std::string id = MakeAws("main");
  Attach(id);
  const Reply grant = Grant(R"({"connections":["main"]})");
  const Reply refused = admin_.Delete(kAll + ("/" + id));
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("acme/web"));
  EXPECT_EQ(admin_.Delete(kAll + ("/" + id) + "?force=true").status, 204);
  EXPECT_EQ(runner_.Post(GrantPath(grant, "/renew"), "", ProofOf(grant)).status, 404);
}

TEST_P(ServiceAcceptanceTest, ListsGoOnWhereThePageBeforeEnded) {
  for (const char* name : {"a", "b", "c", "d", "e"}) MakeAws(name);
  std::string names;
  std::string after;
  do {
    const Reply page = developer_.Get(kAll + ("?limit=2&after=" + after));
    const Value json = page.Json();
    for (const Value& item : json.Find("items")->items()) {
      names += item.Find("name")->ToText().Reveal();
    }
    after = page.At({"next"});
  } while (!after.empty());
  EXPECT_EQ(names, "abcde");
}

TEST_P(ServiceAcceptanceTest, ARepeatedRequestDoesNothingTwice) {
  const Headers once = {{"Idempotency-Key", "try-1"}};
  const Reply first = admin_.Post(kAll, AwsBody("main", kSecret), once);
  const Reply second = admin_.Post(kAll, AwsBody("main", kSecret), once);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  const Reply other = admin_.Post(kAll, AwsBody("other", kSecret), once);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.At({"error", "code"}), "idempotency_key_reused");
  // Keys are each caller's own.
  ServiceClient another = ClientFor({.role = Role::kAdmin});
  EXPECT_EQ(another.Post(kAll, AwsBody("other", kSecret), once).status, 201);

  EXPECT_EQ(admin_.Post("/api/v1/tokens", R"({"role":"admin"})", {{"Idempotency-Key", "t"}}).status,
            201);
  EXPECT_EQ(admin_.Post("/api/v1/tokens", R"({"role":"admin"})", {{"Idempotency-Key", "t"}}).status,
            409);
}

TEST_P(ServiceAcceptanceTest, ARepeatedChangeIsMadeOnce) {
  const std::string one = kAll + ("/" + MakeAws("main"));
  ASSERT_EQ(admin_.Post("/api/v1/variables", R"({"key":"region","value":"eu"})").status, 201);
  struct Row {
    const char* method;
    std::string path;
    const char* body;
    const char* other;
    const char* version;
    const char* made;
  };
  const Row rows[] = {
      {"PATCH", one, R"({"description":"d"})", R"({"description":"e"})", "\"1\"", "2"},
      {"POST", one + "/rollback", R"({"version":1})", R"({"version":2})", "\"2\"", "3"},
      {"PATCH", "/api/v1/variables/region", R"({"value":"us"})", R"({"value":"x"})", "\"1\"", "2"},
  };
  for (const Row& row : rows) {
    const Headers once = {{"Idempotency-Key", row.path}, {"If-Match", row.version}};
    const Reply first = admin_.Send(row.method, row.path, row.body, once);
    const Reply second = admin_.Send(row.method, row.path, row.body, once);
    EXPECT_EQ(first.At({"version"}), row.made) << first.body;
    EXPECT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(admin_.Send(row.method, row.path, row.other, once).status, 422);
  }
}

// `json` without the digits of the member `name`.
std::string WithoutNumber(std::string json, const std::string& name) {
  const std::size_t begin = json.find("\"" + name + "\":");
  if (begin == std::string::npos) return json;
  const std::size_t end = json.find(',', begin);
  return json.erase(begin, end - begin);
}

TEST_P(ServiceAcceptanceTest, ARepeatedGrantIsTheSameLease) {
  Attach(MakeAws("main"));
  const Headers once = {{"Idempotency-Key", "job-17"}};
  const Reply first = Grant(R"({"connections":["main"]})", once);
  const Reply second = Grant(R"({"connections":["main"]})", once);
  // But for how long it still lasts.
  EXPECT_EQ(WithoutNumber(second.body, "expiresInMs"), WithoutNumber(first.body, "expiresInMs"));
  EXPECT_EQ(runner_.Post(GrantPath(second, "/renew"), "", ProofOf(second)).status, 200);
  EXPECT_EQ(runner_.Delete(GrantPath(first), ProofOf(first)).status, 204);
  EXPECT_EQ(Grant(R"({"connections":["main"]})", once).status, 409);
}

TEST_P(ServiceAcceptanceTest, VariablesReachJobsAndKeepTheirSecrets) {
  ASSERT_EQ(
      admin_.Post("/api/v1/variables", R"({"key":"API_TOKEN","value":"tok-swordfish-1"})").status,
      201);
  ASSERT_EQ(admin_.Post("/api/v1/variables", R"({"key":"region","value":"eu"})").status, 201);
  EXPECT_EQ(admin_.Post("/api/v1/variables", R"({"key":"region","value":"eu"})").status, 409);
  EXPECT_EQ(admin_.Post("/api/v1/variables", R"({"key":"1st","value":"eu"})").status, 400);
  EXPECT_EQ(
      admin_.Post("/api/v1/variables", R"({"key":"db","value":"mysql://u:p@h"})").At({"isSecret"}),
      "true");
  EXPECT_EQ(developer_.Get("/api/v1/variables/region").At({"value"}), "eu");
  const Reply secret = developer_.Get("/api/v1/variables/API_TOKEN");
  EXPECT_EQ(secret.At({"isSecret"}), "true");
  EXPECT_THAT(secret.body, Not(HasSubstr("swordfish")));
  EXPECT_EQ(Grant(R"({"variables":["API_TOKEN"]})").status, 403);

  const std::string attached = "/api/v1/repos/acme%2Fweb/variables";
  EXPECT_EQ(admin_.Post(attached, R"({"key":"API_TOKEN"})").status, 201);
  EXPECT_EQ(admin_.Post("/api/v1/org/variables", R"({"key":"region"})").status, 201);
  const Reply grant =
      Grant(R"({"variables":["API_TOKEN",{"key":"NOPE","optional":true}],"attached":true})");
  ASSERT_EQ(grant.status, 201) << grant.body;
  EXPECT_THAT(grant.body, HasSubstr(R"("value":"tok-swordfish-1")"));
  EXPECT_THAT(grant.body, HasSubstr(R"("key":"region")"));
  EXPECT_THAT(grant.body, HasSubstr(R"("absentVariables":["NOPE"])"));

  EXPECT_EQ(admin_
                .Send("PATCH", "/api/v1/variables/API_TOKEN", R"({"value":"tok-swordfish-2"})",
                      {{"If-Match", "\"1\""}})
                .At({"version"}),
            "2");
  EXPECT_EQ(admin_.Delete(attached + "/API_TOKEN").status, 204);
  EXPECT_EQ(admin_.Post(attached, R"({"key":"API_TOKEN"})").status, 201);
  const Reply renewed = runner_.Post(GrantPath(grant, "/renew"), "", ProofOf(grant));
  EXPECT_THAT(renewed.body, HasSubstr("tok-swordfish-2"));
  // A variable is no connection, whatever it is kept as.
  EXPECT_EQ(developer_.Get(kAll + ("/" + secret.At({"id"}))).status, 404);
  EXPECT_EQ(developer_.Get(kAll).body, R"({"items":[],"next":null})");
  EXPECT_EQ(admin_.Delete("/api/v1/variables/API_TOKEN").status, 409);
  EXPECT_EQ(admin_.Delete("/api/v1/variables/API_TOKEN?force=true").status, 204);
}

TEST_P(ServiceAcceptanceTest, AWaitingJobLearnsOfAChange) {
  const std::string id = MakeAws("main");
  Attach(id);
  const Reply grant = Grant(R"({"connections":["main"]})");
  const std::string changes = GrantPath(grant, "/changes?after=" + grant.At({"revision"}));
  EXPECT_EQ(runner_.Get(changes, ProofOf(grant)).At({"changed", "connections"}), "[]");
  std::thread change([&] {
    ServiceClient admin = ClientFor({.role = Role::kAdmin});
    admin.Send("PATCH", kAll + ("/" + id), R"({"config":{"region":"eu-west-1"}})",
               {{"If-Match", "\"1\""}});
  });
  const Reply news = runner_.Get(changes + "&wait=25", ProofOf(grant));
  change.join();
  EXPECT_EQ(news.At({"changed", "connections"}), R"([{"name":"main","type":"aws","version":2}])");
  EXPECT_EQ(runner_.Get(GrantPath(grant, "/changes?after=0&wait=26"), ProofOf(grant)).status, 400);
}

TEST_P(ServiceAcceptanceTest, NothingOfARequestIsRepeatedInARefusal) {
  const std::string canary = "canary4711x";
  const std::string id = MakeAws("main");
  const std::string path = kAll + ("/" + id);
  const Headers first = {{"If-Match", "\"1\""}};
  const std::string long_value(70'000, 'v');
  std::vector<Reply> refusals;
  for (const std::string& body :
       {canary, "{\"" + canary + "\":1}",
        R"({"name":")" + canary + R"( !","type":"x","config":{}})",
        R"({"name":"n","type":")" + canary + R"( !","config":{}})",
        R"({"name":"n","type":"x","config":{")" + canary + R"(":{"":1}}})",
        R"({"name":"n","type":"x","config":{")" + canary + R"(":")" + long_value + R"("}})",
        R"({"name":"n","type":"x","config":{")" + canary + R"(.a":1,")" + canary + R"(":{"a":2}}})",
        R"({"name":"n","type":"x","config":{},"expiresAt":")" + canary + "\"}",
        R"({"name":"n","type":"x","config":{},"default":")" + canary + "\"}",
        R"({"name":"n","type":"x","config":")" + canary + "\"}"}) {
    refusals.push_back(admin_.Post(kAll, body));
    refusals.push_back(admin_.Send("PATCH", path, body, first));
  }
  for (const std::string& body :
       {R"({"connections":[")" + canary + "!\"]}", R"({"connections":[")" + canary + "\"]}",
        R"({"variables":[")" + canary + "!\"]}", R"({"job":")" + canary + "\\u0000\"}"}) {
    refusals.push_back(Grant(body));
  }
  for (const std::string& target :
       {"/" + canary, kAll + ("?" + canary + "=1"), kAll + ("?limit=" + canary),
        kAll + ("/" + canary), "/api/v1/repos/" + canary + "/service-connections",
        "/api/v1/audit?since=" + canary}) {
    refusals.push_back(admin_.Get(target));
  }
  refusals.push_back(admin_.Post("/api/v1/tokens", R"({"role":")" + canary + "\"}"));
  refusals.push_back(
      admin_.Post("/api/v1/tokens", R"({"role":"runner","repos":[")" + canary + " !\"]}"));
  refusals.push_back(admin_.Get(kAll, {{"If-Match", canary}, {"X-Request-Id", canary}}));
  for (const Reply& refusal : refusals) {
    EXPECT_THAT(refusal.body, Not(HasSubstr(canary)));
    for (const auto& [name, value] : refusal.headers) EXPECT_THAT(value, Not(HasSubstr(canary)));
  }
  EXPECT_EQ(refusals.front().status, 400);
}

TEST_P(ServiceAcceptanceTest, FailuresFromOneSourceAreSlowedDownAndValidTokensAreNot) {
  const std::string wrong = admin_.token().substr(0, 17) + std::string(64, '0');
  ServiceClient guesser = world_.Client(wrong);
  for (int i = 0; i < kLockoutFailures; ++i) EXPECT_EQ(guesser.Get(kAll).status, 401);
  const Reply locked = guesser.Get(kAll);
  EXPECT_EQ(locked.status, 429);
  EXPECT_NE(locked.Header("Retry-After"), "");
  EXPECT_EQ(admin_.Get(kAll).status, 200);
}

TEST_P(ServiceAcceptanceTest, HttpIsAnsweredAsItsRulesSay) {
  const Reply no_method = admin_.Send("PUT", kAll, "{}");
  EXPECT_EQ(no_method.status, 405);
  EXPECT_EQ(no_method.Header("Allow"), "GET, POST");
  EXPECT_EQ(admin_.Post(kAll, "{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(admin_.Send("POST", kAll, "").status, 415);
  EXPECT_EQ(admin_.Get("/api/v1/service-connections/").status, 404);
  EXPECT_EQ(admin_.Get("/api/v1/repos/%00/service-connections").status, 404);
  EXPECT_EQ(admin_.Get("/api/v1/repos/%ff/service-connections").status, 404);
  EXPECT_EQ(admin_.Get(kAll).Header("Cache-Control"), "no-store");
  EXPECT_NE(admin_.Get(kAll).Header("X-Request-Id"), "");
}

}  // namespace
}  // namespace injector::testing
