#include "injector/service/oidc/issuers_file.h"

#include "injector/base/file.h"
#include "injector/model/json.h"
#include "tests/support/paths.h"
#include "tests/unit/injector/service/oidc/oidc_fixture.h"

namespace injector::testing {
namespace {

Secret Read(const std::string& name) {
  return ReadFile(tests::SourceFile(name), std::size_t{1} << 20).value();
}

class ShapesTest : public OidcTest {
 protected:
  ShapesTest() { Use(Read("../examples/oidc/issuers.yaml").Reveal()); }

  // The claims of the data file, with times.
  std::string ClaimsOf(std::string_view name) const {
    const Value all =
        ParseJson(Read("unit/injector/service/oidc/data/claims.json").Reveal()).value();
    const Secret text = WriteJson(*all.Find(name));
    return Claims(text.Reveal().substr(1, text.size() - 2));
  }
  std::variant<JobIdentity, std::string> VerifyShape(std::string_view name) {
    return Verify(SignToken(ClaimsOf(name)));
  }
};

struct ShapeRow {
  const char* name;
  const char* issuer;
  const char* subject;
  const char* repo;
  std::vector<std::string> environments;
  bool is_protected;
};

// The example file, and tokens as CI systems and clusters write them.
TEST_F(ShapesTest, MapsClaimsToJobs) {
  const ShapeRow rows[] = {
      {"github", "github", "repo:acme/web:environment:prod", "acme/web", {"prod"}, true},
      {"github_other_repository",
       "github",
       "repo:acme/docs:ref:refs/heads/main",
       "acme/docs",
       {},
       false},
      {"gitlab",
       "gitlab",
       "project_path:acme/web:ref_type:branch:ref:feature-branch-1",
       "acme/web",
       {"test-environment2"},
       false},
      {"kubernetes",
       "cluster",
       "system:serviceaccount:builds:web-runner",
       "acme/web",
       {"production"},
       true},
  };
  for (const ShapeRow& row : rows) {
    const auto verdict = VerifyShape(row.name);
    ASSERT_TRUE(std::holds_alternative<JobIdentity>(verdict))
        << row.name << ": " << std::get<std::string>(verdict);
    const auto& job = std::get<JobIdentity>(verdict);
    EXPECT_EQ(job.issuer, row.issuer);
    EXPECT_EQ(job.subject, row.subject);
    EXPECT_EQ(job.org, "acme");
    EXPECT_EQ(job.repos, std::vector<std::string>{row.repo});
    EXPECT_EQ(job.environments, row.environments);
    EXPECT_EQ(job.is_protected, row.is_protected) << row.name;
  }
  const auto pull_request = VerifyShape("github_pull_request");
  ASSERT_TRUE(std::holds_alternative<std::string>(pull_request));
  EXPECT_NE(std::get<std::string>(pull_request).find("no rule"), std::string::npos);
}

TEST_F(ShapesTest, AClaimMustBeTheWholeText) {
  for (const auto& [from, to] : {std::pair(R"("repository_id":"74")", R"("repository_id":"740")"),
                                 std::pair(R"("repository_id":"74")", R"("repository_id":["74"])"),
                                 std::pair(R"("repository_id":"74")", R"("repository_id":null)")}) {
    std::string claims = ClaimsOf("github");
    // The second rule would take it by its owner.
    const std::string_view owner = R"("repository_owner_id":"65")";
    claims.replace(claims.find(owner), owner.size(), R"("repository_owner_id":"6")");
    claims.replace(claims.find(from), std::string_view(from).size(), to);
    EXPECT_NE(WhyNot(SignToken(claims)).find("no rule"), std::string::npos) << to;
  }
}

// "*" would be every repo of the org.
TEST_F(ShapesTest, ARepoThatATokenNamesIsOne) {
  for (const char* repo : {R"("*")", R"("")", R"("a b")", R"(["acme/web"])", "null"}) {
    std::string claims = ClaimsOf("github_other_repository");
    const std::string_view from = R"("repository":"acme/docs")";
    claims.replace(claims.find(from), from.size(), R"("repository":)" + std::string(repo));
    EXPECT_NE(WhyNot(SignToken(claims)).find("no rule"), std::string::npos) << repo;
  }
}

// `rule` as the only one.
std::string FileWith(const std::string& rule, const std::string& issuer = "https://ci.example.com",
                     const std::string& more = "") {
  return "version: 1\nissuers:\n  - name: ci\n    issuer: " + issuer +
         "\n    audiences: [injector]\n" + more + "    rules:\n      - {" + rule + "}\n";
}

struct MatchRow {
  const char* match;
  bool identifies;
};

TEST(IssuersFile, WarnsOfASubjectThatIsMadeOfNames) {
  const struct {
    const char* match;
    bool warned;
  } rows[] = {
      {"/sub: 'repo:acme/web:ref:refs/heads/main'", true},
      {"/sub: [x, 'project_path:acme/web:ref_type:branch:ref:main']", true},
      {"/sub: 'repo:acme/web:ref:refs/heads/main', /repository_owner: acme", true},
      {"/sub: 'repo:acme/web:ref:refs/heads/main', /repository_owner_id: 65", false},
      {"/sub: 'system:serviceaccount:builds:web'", false},
      {"/sub: 74-65", false},
      {"/repository_id: 74", false},
  };
  for (const auto& row : rows) {
    const auto issuers = oidc::ParseIssuers(
        FileWith("org: acme, repos: [acme/web], match: {" + std::string(row.match) + "}"), "f");
    ASSERT_TRUE(issuers.ok()) << row.match;
    EXPECT_EQ(issuers->front().warnings.size(), row.warned ? 1U : 0U) << row.match;
  }
}

TEST(IssuersFile, RefusesARuleThatChecksNoIdentity) {
  const MatchRow rows[] = {
      {R"(/repository_id: "1")", true},
      {R"(/repository_owner_id: 1)", true},
      {R"(/project_id: "1")", true},
      {R"(/namespace_id: "1")", true},
      {"/sub: 'repo:acme/web:ref:refs/heads/main'", true},
      {"/kubernetes.io/namespace: builds, /kubernetes.io/serviceaccount/name: web", true},
      {"/repository: acme/web, /repository_id: [\"1\", \"2\"]", true},
      {"", false},
      {"/repository: acme/web", false},
      {"/repository_owner: acme, /ref: refs/heads/main", false},
      {"/project_path: acme/web", false},
      {"/namespace_path: acme", false},
      {"/kubernetes.io/namespace: builds", false},
      {"/kubernetes.io/serviceaccount/name: web", false},
      {"/job/repository_id: \"1\"", false},
      {"/actor: octocat, /workflow: build", false},
      {"/job_workflow_ref: acme/a/.github/workflows/b.yml@refs/heads/main", false},
  };
  for (const MatchRow& row : rows) {
    const auto issuers = oidc::ParseIssuers(
        FileWith("org: acme, repos: [acme/web], match: {" + std::string(row.match) + "}"), "f");
    EXPECT_EQ(issuers.ok(), row.identifies) << row.match;
    if (issuers.ok()) continue;
    EXPECT_EQ(issuers.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(issuers.error().message().find("f:7:"), std::string::npos)
        << issuers.error().message();
  }
}

struct FileRow {
  std::string text;
  const char* message;
};

TEST(IssuersFile, SaysWhatIsWrongAndWhere) {
  const std::string good = "org: a, repos: [r], match: {/sub: s}";
  const std::string http = "    keysUrl: http://ci.example.com/keys\n";
  const FileRow rows[] = {
      {"", "expected a map"},
      {"version: 2\nissuers: []\n", "f:1:10: version"},
      {"version: 1\n", "issuers: missing"},
      {"version: 1\nissuer: []\nissuers: []\n", "unknown key issuer; did you mean issuers?"},
      {"version: 1\nclockSkew: 6m\nissuers: []\n", "clockSkew: expected at most 5m"},
      {"version: 1\nclockSkew: soon\nissuers: []\n", "clockSkew: expected a duration"},
      {"version: 1\nissuers: [{name: ci}]\n", "issuer: missing"},
      {"version: 1\nissuers: [{name: 'a b', issuer: x}]\n", "name: expected"},
      {FileWith(good, "http://ci.example.com"), "f:4:13: issuer: expected https://"},
      {FileWith(good, "ci.example.com"), "issuer: expected https://"},
      {FileWith(good, "https://ci.example.com", http), "keysUrl: expected https://"},
      {FileWith(good, "x", "    keysFile: k\n    caFile: c\n"), "keysFile: with it nobody"},
      {FileWith(good, "https://h", "    refresh: 2h\n    stale: 1h\n"), "refresh and stale"},
      {FileWith(good, "https://h", "    refresh: 0\n"), "refresh and stale"},
      {FileWith("repos: [r], match: {/sub: s}"), "org: missing"},
      {FileWith("org: a, match: {/sub: s}"), "repos or repoClaim"},
      {FileWith("org: a, repos: [], match: {/sub: s}"), "repos or repoClaim"},
      {FileWith(good + ", repoClaim: /repository"), "repos and repoClaim: expected one"},
      {FileWith(good + ", environments: [p], environmentClaim: /environment"), "expected one"},
      {FileWith(good + ", protected: true, protectedClaim: /ref_protected"), "expected one"},
      {FileWith("org: a, repos: ['*'], match: {/sub: s}"), "repo: expected 1 to 255"},
      {FileWith(good + ", environments: ['a b']"), "environment: expected 1 to 255"},
      {FileWith(good + ", protected: yes"), "protected: expected true or false"},
      {FileWith("org: a, repos: [r], match: {sub: s}"), "JSON pointer"},
      {FileWith("org: a, repos: [r], match: {/a~2b: s}"), "JSON pointer"},
      {FileWith("org: a, repos: [r], match: {/sub: 'repo:acme/*'}"), "without *"},
      {FileWith("org: a, repos: [r], match: {/sub: []}"), "/sub: expected at least one"},
      {FileWith("org: a, repos: [r], match: {/sub: ''}"), "/sub: expected text"},
  };
  for (const FileRow& row : rows) {
    const auto issuers = oidc::ParseIssuers(row.text, "f");
    ASSERT_FALSE(issuers.ok()) << row.text;
    EXPECT_NE(issuers.error().message().find(row.message), std::string::npos)
        << row.text << issuers.error().message();
  }
}

TEST(IssuersFile, TwoIssuersHaveTwoNamesAndUrls) {
  const auto two = [](const std::string& name, const std::string& url) {
    return FileWith("org: a, repos: [r], match: {/sub: s}") + "  - name: " + name +
           "\n    issuer: " + url + "\n    audiences: [x]\n    rules: [{org: a, repos: [r], " +
           "match: {/sub: s}}]\n";
  };
  EXPECT_TRUE(oidc::ParseIssuers(two("other", "https://other.example.com"), "f").ok());
  EXPECT_FALSE(oidc::ParseIssuers(two("ci", "https://other.example.com"), "f").ok());
  EXPECT_FALSE(oidc::ParseIssuers(two("other", "https://ci.example.com"), "f").ok());
}

TEST(IssuersFile, NumbersWhenItSaysNone) {
  const oidc::Issuer issuer =
      oidc::ParseIssuers(FileWith("org: a, repos: [r], match: {/sub: s}"), "f").value().front();
  EXPECT_EQ(issuer.expected.clock_skew, std::chrono::seconds(30));
  EXPECT_EQ(issuer.keys.refresh, std::chrono::minutes(10));
  EXPECT_EQ(issuer.keys.stale, std::chrono::hours(24));
}

}  // namespace
}  // namespace injector::testing
