// Planted secrets, then every byte that the service stores, logs, counts, records and answers.

#include <gmock/gmock.h>

#include "tests/integration/service/service_program.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAll = "/api/v1/service-connections";

TEST(ServiceLeakTest, ASecretIsInGrantsAndNowhereElse) {
  const std::string first = "Zx9-canary-first-0815";
  const std::string second = "Qy7-canary-second-4711";
  const std::string variable = "Wv5-canary-variable-1234";
  ServiceWorld world(DatabaseKind::kSqlite, {"--log-level", "debug"});
  const std::string org = world.MakeOrg();
  ServiceClient admin = world.Client(world.Token(org, {.role = Role::kAdmin}));
  const std::string runner_token = world.Token(org, {.role = Role::kRunner, .repos = {"web"}});
  ServiceClient runner = world.Client(runner_token);
  std::string seen;
  const auto see = [&](const Reply& reply) {
    seen += reply.body + '\n';
    for (const auto& [name, value] : reply.headers) seen += name + ": " + value + '\n';
    return reply;
  };
  const std::string id =
      see(admin.Post(kAll, AwsBody("main", first), {{"Idempotency-Key", "k"}})).At({"id"});
  see(admin.Post(kAll, AwsBody("main", first), {{"Idempotency-Key", "k"}}));
  see(admin.Send("PATCH", kAll + ("/" + id),
                 R"({"config":{"secret_access_key":")" + second + "\"}}", {{"If-Match", "\"1\""}}));
  see(admin.Post("/api/v1/variables",
                 R"({"key":"TOKEN","isSecret":true,"value":")" + variable + "\"}"));
  see(admin.Post("/api/v1/org/variables", R"({"key":"TOKEN"})"));
  see(admin.Post("/api/v1/org/service-connections", R"({"connectionId":")" + id + "\"}"));
  const Reply grant =
      runner.Post("/api/v1/repos/web/grants", R"({"attached":true})", {{"Idempotency-Key", "g"}});
  ASSERT_THAT(grant.body, HasSubstr(second));
  ASSERT_THAT(grant.body, HasSubstr(variable));
  const Headers proof = {{"Grant-Secret", grant.At({"secret"})}};
  see(runner.Get("/api/v1/grants/" + grant.At({"id"}) + "/changes?after=0", proof));
  see(runner.Post("/api/v1/grants/" + grant.At({"id"}) + "/renew", "", proof));
  // Somebody has damaged the row: the refusal says nothing of it.
  ASSERT_TRUE(world.desk()
                  .database()
                  .Write([](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(session.Execute(
                        "UPDATE connection_versions SET visible = '{}' WHERE version = 2", {}));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(see(runner.Post("/api/v1/repos/web/grants", R"({"attached":true})")).status, 500);
  for (const std::string& target :
       {std::string(kAll), kAll + ("/" + id), kAll + ("/" + id + "/versions"),
        std::string("/api/v1/variables"), std::string("/api/v1/org/variables"),
        std::string("/api/v1/tokens"), std::string("/api/v1/audit?limit=500"),
        std::string("/metrics")}) {
    see(admin.Get(target));
  }
  const std::string stored = world.database().FileBytes();
  const std::string log = world.program().Log();
  ASSERT_THAT(stored, HasSubstr("AKIAEXAMPLE"));
  ASSERT_THAT(log, HasSubstr("createGrant"));
  for (const std::string& secret :
       {first, second, variable, grant.At({"secret"}), runner_token.substr(17),
        admin.token().substr(17), std::string(kServiceKey)}) {
    EXPECT_THAT(ExposedForms(secret, stored), IsEmpty()) << "stored";
    EXPECT_THAT(ExposedForms(secret, log), IsEmpty()) << "logged";
    EXPECT_THAT(ExposedForms(secret, seen), IsEmpty()) << "answered";
  }
}

}  // namespace
}  // namespace injector::testing
