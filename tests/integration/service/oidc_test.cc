// Jobs that come with the token of their CI system, over the real program and an issuer over HTTP.

#include <gmock/gmock.h>

#include <csignal>
#include <set>

#include "injector/service/audit_log.h"
#include "injector/service/orgs.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"
#include "tests/support/service_stand_in.h"
#include "tests/support/signed_tokens.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGrants = "/api/v1/repos/web/grants";
constexpr std::string_view kCanary = "oidc-canary-4711-value";

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class OidcProgramTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  OidcProgramTest() { world_.Restart({"--oidc", WriteRules("74")}); }

  // The file of --oidc for the jobs of one repository.
  std::string WriteRules(const std::string& repository) {
    const std::string rules = R"(
    rules:
      - org: org-1
        match: {/repository_id: ")" +
                              repository + R"("}
        repos: [web]
        environmentClaim: /environment
        protectedClaim: /ref_protected
)";
    const std::string file = "version: 1\nissuers:\n  - name: ci\n    issuer: " + issuer_.url() +
                             "\n    audiences: [injector]" + rules +
                             "  - name: gone\n    issuer: http://127.0.0.1:1\n" +
                             "    audiences: [injector]" + rules;
    return directory_.Write("issuers.yaml", file);
  }
  // Tells the first program to read the file again, and waits until its log has one `event` more.
  void Reload(const std::string& event) {
    const auto count = [&] {
      const std::string log = world_.program().Log();
      int found = 0;
      for (std::size_t at = log.find(event); at != std::string::npos;
           at = log.find(event, at + 1)) {
        ++found;
      }
      return found;
    };
    const int before = count();
    world_.program().process().Signal(SIGHUP);
    while (count() == before) ASSERT_EQ(AtFirst().Get("/healthz").status, 200);
  }
  // The job, at the first program.
  ServiceClient AtFirst() { return ServiceClient(world_.program().url(), JobToken()); }

  // A token of repository 74, with `members` beside.
  std::string JobToken(const std::string& members = "", const std::string& issuer = "") const {
    return SignToken(R"({"iss":")" + (issuer.empty() ? issuer_.url() : issuer) +
                     R"(","aud":"injector","sub":"repo:acme/web:ref:refs/heads/main",)" +
                     R"("repository_id":"74")" + (members.empty() ? "" : "," + members) +
                     R"(,"iat":)" + std::to_string(Now()) + R"(,"exp":)" +
                     std::to_string(Now() + 300) + "}");
  }
  ServiceClient Admin() { return world_.Client(admin_); }
  ServiceClient Job(const std::string& members = "") { return world_.Client(JobToken(members)); }

  // An AWS connection, attached to the repo with a scope: members of the request.
  void MakeAttached(const std::string& name, const std::string& scope = "") {
    const Reply made = Admin().Post("/api/v1/service-connections", AwsBody(name, kCanary));
    const Reply attached =
        Admin().Post("/api/v1/repos/web/service-connections",
                     R"({"connectionId":")" + made.At({"id"}) + "\"" + scope + "}");
    ASSERT_EQ(attached.status, 201) << attached.body;
  }
  // Details of the refused logins, newest first.
  std::string RefusedLogins() {
    Principal operator_;
    operator_.id = "operator";
    operator_.org_id = kServiceOrg;
    operator_.role = Role::kAdmin;
    std::string text;
    const auto page = AuditLog(world_.desk()).List(operator_, {}, {}).value();
    for (const AuditRecord& record : page.items) text += WriteAuditRecord(record) + "\n";
    return text;
  }

  TempDir directory_;
  ServiceStandIn issuer_{[this](const SeenRequest& request) {
    if (request.line == "GET /keys") return JsonAnswer(200, KeySetOf({TestKey::kRsa1}));
    return JsonAnswer(
        200, R"({"issuer":")" + issuer_.url() + R"(","jwks_uri":")" + issuer_.url() + "/keys\"}");
  }};
  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();
  const std::string admin_ = world_.Token(org_, {.role = Role::kAdmin});
};

INSTANTIATE_TEST_SUITE_P(, OidcProgramTest, kAllDatabases, DatabaseKindName());

TEST_P(OidcProgramTest, AJobGetsWhatIsItsWithoutAStoredToken) {
  MakeAttached("prod");
  ServiceClient job = Job();
  const Reply grant = job.Post(kGrants, R"({"connections":["prod"]})");
  ASSERT_EQ(grant.status, 201) << grant.body;
  EXPECT_THAT(grant.body, HasSubstr(std::string(kCanary)));
  const std::string path = "/api/v1/grants/" + grant.At({"id"});
  const Headers proof = {{"Grant-Secret", grant.At({"secret"})}};
  // The next token of the same job goes on with its lease.
  EXPECT_EQ(Job(R"("jti":"2")").Post(path + "/renew", "", proof).status, 200);
  EXPECT_EQ(Job(R"("jti":"3")").Delete(path, proof).status, 204);
  EXPECT_THAT(Admin().Get("/api/v1/audit?limit=1").body,
              HasSubstr(R"("actor":"oidc:ci:repo:acme/web:ref:refs/heads/main")"));

  EXPECT_EQ(job.Post("/api/v1/repos/docs/grants", R"({"attached":true})").status, 403);
  EXPECT_EQ(job.Get("/api/v1/service-connections").status, 403);
  EXPECT_EQ(job.Post("/api/v1/tokens", R"({"role":"admin"})").status, 403);
}

// What an attachment is for x where the caller's job runs: by its own token, or by claims.
TEST_P(OidcProgramTest, GrantsKeepToEnvironmentsAndProtectedBranches) {
  MakeAttached("all");
  MakeAttached("prod", R"(,"environments":["prod","stage"])");
  MakeAttached("guarded", R"(,"protectedOnly":true)");
  MakeAttached("both", R"(,"environments":["prod"],"protectedOnly":true)");
  for (const std::string environment : {"", "prod", "stage", "dev"}) {
    for (const bool is_protected : {false, true}) {
      std::set<std::string> expected = {"all"};
      if (environment == "prod" || environment == "stage") expected.insert("prod");
      if (is_protected) expected.insert("guarded");
      if (is_protected && environment == "prod") expected.insert("both");
      TokenRequest bound{.role = Role::kRunner, .repos = {"web"}, .is_protected = is_protected};
      std::string claims =
          R"("ref_protected":")" + std::string(is_protected ? "true" : "false") + "\"";
      if (!environment.empty()) {
        bound.environments = {environment};
        claims += R"(,"environment":")" + environment + "\"";
      }
      ServiceClient by_token = world_.Client(world_.Token(org_, bound));
      ServiceClient by_claims = Job(claims);
      for (ServiceClient* caller : {&by_token, &by_claims}) {
        const Value grant = caller->Post(kGrants, R"({"attached":true})").Json();
        std::set<std::string> got;
        for (const Value& connection : grant.Find("connections")->items()) {
          got.emplace(connection.Find("name")->string().Reveal());
        }
        EXPECT_EQ(got, expected) << environment << is_protected;
        for (const char* name : {"all", "prod", "guarded", "both"}) {
          const Reply one =
              caller->Post(kGrants, R"({"connections":[")" + std::string(name) + "\"]}");
          EXPECT_EQ(one.status, expected.contains(name) ? 201 : 403) << name << environment;
        }
      }
    }
  }
}

TEST_P(OidcProgramTest, NothingOfARequestSaysWhereAJobRuns) {
  MakeAttached("prod", R"(,"environments":["prod"])");
  for (const char* member : {R"("environment":"prod")", R"("environments":["prod"])",
                             R"("isProtected":true)", R"("protected":true)"}) {
    const Reply refused = Job().Post(kGrants, R"({"attached":true,)" + std::string(member) + "}");
    EXPECT_EQ(refused.status, 400) << member;
  }
  const Headers claimed = {{"X-Environment", "prod"}, {"Environment", "prod"}};
  const Reply grant = Job().Post(kGrants + std::string("?environment=prod"),
                                 R"({"connections":["prod"]})", claimed);
  EXPECT_THAT(grant.status, ::testing::AnyOf(400, 403));
}

// A lease that was got where the job ran gives nothing to a token of elsewhere.
TEST_P(OidcProgramTest, ALeaseGivesWhatItsHolderMayHaveNow) {
  MakeAttached("prod", R"(,"environments":["prod"])");
  const Reply grant = Job(R"("environment":"prod")").Post(kGrants, R"({"connections":["prod"]})");
  ASSERT_EQ(grant.status, 201);
  const Headers proof = {{"Grant-Secret", grant.At({"secret"})}};
  const Reply renewed = Job().Post("/api/v1/grants/" + grant.At({"id"}) + "/renew", "", proof);
  EXPECT_EQ(renewed.status, 200);
  EXPECT_THAT(renewed.body, HasSubstr(R"("removed":{"connections":[{"name":"prod")"));
}

TEST_P(OidcProgramTest, ARefusalSaysWhyInTheLogAlone) {
  const std::string unknown = JobToken(R"("aud2":1)").substr(0, 100);
  ServiceClient stranger = world_.Client(JobToken(R"("exp":1)"));
  Reply refused = stranger.Post(kGrants, "{}");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.Header("WWW-Authenticate"), "Bearer");
  EXPECT_THAT(refused.body, Not(HasSubstr("twice")));
  EXPECT_THAT(RefusedLogins(), HasSubstr("names a member twice"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(stranger.Post(kGrants, "{}").status, 401);
  refused = stranger.Post(kGrants, "{}");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.Header("Retry-After"), Not(""));
  // Whoever else comes from there is served.
  MakeAttached("prod");
  EXPECT_EQ(Job().Post(kGrants, R"({"attached":true})").status, 201);
  EXPECT_THAT(world_.program().Log(), Not(HasSubstr(unknown)));
  EXPECT_THAT(RefusedLogins(), Not(HasSubstr(unknown)));
}

TEST_P(OidcProgramTest, AVerifiedTokenThatNoRuleIsForIsNamed) {
  const std::string claims = R"({"iss":")" + issuer_.url() +
                             R"(","aud":"injector","sub":"repo:evil/web","repository_id":"75")" +
                             R"(,"iat":)" + std::to_string(Now()) + R"(,"exp":)" +
                             std::to_string(Now() + 300) + "}";
  EXPECT_EQ(world_.Client(SignToken(claims)).Post(kGrants, "{}").status, 401);
  EXPECT_THAT(RefusedLogins(), HasSubstr(R"("subject":"repo:evil/web")"));
  EXPECT_THAT(RefusedLogins(), HasSubstr("no rule takes its claims"));
}

TEST_P(OidcProgramTest, AnIssuerThatDoesNotAnswerIsNotTheJobsFault) {
  const Reply reply = world_.Client(JobToken("", "http://127.0.0.1:1")).Post(kGrants, "{}");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.Header("Retry-After"), Not(""));
  EXPECT_THAT(reply.body, HasSubstr("the issuer's keys cannot be had now"));
  EXPECT_THAT(world_.program().Log(), HasSubstr(R"("event":"oidc.keys_unavailable")"));
  EXPECT_THAT(world_.program().Log(), HasSubstr(R"("issuer":"gone")"));
  EXPECT_EQ(Job().Post(kGrants, "{}").status, 201) << "others are served";
}

TEST_P(OidcProgramTest, HupReadsTheRulesAgain) {
  MakeAttached("prod");
  for (const auto& [repository, status] : {std::pair{"75", 401}, {"74", 201}}) {
    WriteRules(repository);
    Reload(R"("reloaded")");
    EXPECT_EQ(AtFirst().Post(kGrants, R"({"attached":true})").status, status) << repository;
  }
}

TEST_P(OidcProgramTest, WrongRulesLeaveThoseThatThereWere) {
  MakeAttached("prod");
  const std::string rules = directory_.Read("issuers.yaml");
  const auto replaced = [&rules](const std::string& part, const std::string& by) {
    std::string text = rules;
    return text.replace(text.find(part), part.size(), by);
  };
  const std::pair<std::string, std::string> wrong[] = {
      {"version: 1\nissuers: [\n", "issuers.yaml:"},
      {replaced("repository_id", "repository"), "match: checks no claim that says who it is"},
      {replaced("org-1", "nobody"), "a rule names the org nobody, which is not there"}};
  for (const auto& [text, why] : wrong) {
    directory_.Write("issuers.yaml", text);
    Reload(R"("reload failed")");
    EXPECT_THAT(world_.program().Log(), HasSubstr(why));
    EXPECT_EQ(AtFirst().Post(kGrants, R"({"attached":true})").status, 201) << why;
  }
  EXPECT_THAT(world_.program().Log(), Not(HasSubstr(R"("reloaded")")));
}

TEST(OidcStart, RefusesAFileThatItCannotUse) {
  const TempDir directory;
  const auto why = [&](const std::string& rule) {
    const std::string file =
        directory.Write("issuers.yaml",
                        "version: 1\nissuers:\n  - name: ci\n    issuer: https://ci.example.com\n"
                        "    audiences: [x]\n    rules:\n      - {" +
                            rule + "}\n");
    ProgramRun run;
    run.argv = {tests::Program("injector"),
                "service",
                "serve",
                "--insecure-http",
                "--listen",
                "127.0.0.1:0",
                "--oidc",
                file};
    run.environment = {"SERVICE_CONN_KEY=" + std::string(kServiceKey),
                       "INJECTOR_SERVICE_DB=sqlite:" + (directory / "service.db")};
    const ProgramResult result = RunProgram(run);
    EXPECT_EQ(result.exit_status, 1);
    return result.err;
  };
  EXPECT_THAT(why("org: acme, repos: [web], match: {/repository: acme/web}"),
              HasSubstr("match: checks no claim that says who it is"));
  EXPECT_THAT(why("org: acme, repos: [web], match: {/repository_id: '74'}"),
              HasSubstr("a rule names the org acme, which is not there"));
}

}  // namespace
}  // namespace injector::testing
