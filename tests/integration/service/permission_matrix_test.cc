// Every operation of the interface x every kind of caller, over the real program.

#include <algorithm>
#include <array>
#include <map>

#include "tests/integration/service/service_program.h"

namespace injector::testing {
namespace {

constexpr std::string_view kSecret = "matrix-canary-0815";

enum Caller { kAdmin, kDeveloper, kRunner, kRunnerElsewhere, kOtherAdmin, kOtherRunner, kCallers };

struct Row {
  const char* operation;  // as OpenApiDocument::Operations() has it
  std::string target;     // with names of MakeScene() in angle brackets
  std::string body;
  Headers headers;
  std::array<int, kCallers> expected;
};

// Answers to callers by role: what members of the org may read, what only admins may do …
constexpr std::array<int, kCallers> Read(int other_org) {
  return {200, 200, 403, 403, other_org, 403};
}
constexpr std::array<int, kCallers> Admin(int done, int other_org) {
  return {done, 403, 403, 403, other_org, 403};
}
constexpr std::array<int, kCallers> Holder(int done) { return {403, 403, done, 404, 403, 404}; }
constexpr std::array<int, kCallers> kEverybody = {200, 200, 200, 200, 200, 200};

const Headers kFirst = {{"If-Match", "\"1\""}};
const Headers kProof = {{"Grant-Secret", "<grant_secret>"}};

std::vector<Row> ConnectionRows() {
  const std::string all = "/api/v1/service-connections";
  const std::string one = all + "/<connection>";
  const std::string in_web = "/api/v1/repos/web/service-connections";
  const std::string in_org = "/api/v1/org/service-connections";
  const std::string attach = R"({"connectionId":"<connection>"})";
  return {
      {"GET /api/v1/service-connections", all, "", {}, Read(200)},
      {"POST /api/v1/service-connections", all, "<new>", {}, Admin(201, 201)},
      {"GET /api/v1/service-connections/{id}", one, "", {}, Read(404)},
      {"PATCH /api/v1/service-connections/{id}", one, R"({"description":"x"})", kFirst,
       Admin(200, 404)},
      {"DELETE /api/v1/service-connections/{id}", all + "/<loose>", "", {}, Admin(204, 404)},
      {"GET /api/v1/service-connections/{id}/versions", one + "/versions", "", {}, Read(404)},
      {"POST /api/v1/service-connections/{id}/rollback", one + "/rollback", R"({"version":1})",
       kFirst, Admin(200, 404)},
      {"GET /api/v1/service-connections/{id}/repos", one + "/repos", "", {}, Read(404)},
      {"GET /api/v1/repos", "/api/v1/repos", "", {}, Read(200)},
      // The other org has a repo of that name too, with nothing attached.
      {"GET /api/v1/repos/{repo}/service-connections", in_web, "", {}, Read(200)},
      {"POST /api/v1/repos/{repo}/service-connections", in_web, attach, {}, Admin(201, 404)},
      {"DELETE /api/v1/repos/{repo}/service-connections/{id}",
       in_web + "/<connection>",
       "",
       {},
       Admin(204, 404)},
      {"GET /api/v1/org/service-connections", in_org, "", {}, Read(200)},
      {"POST /api/v1/org/service-connections", in_org, attach, {}, Admin(201, 404)},
      {"DELETE /api/v1/org/service-connections/{id}",
       in_org + "/<connection>",
       "",
       {},
       Admin(204, 404)},
  };
}

std::vector<Row> VariableRows() {
  const std::string attach_key = R"({"key":"<key>"})";
  return {
      {"GET /api/v1/variables", "/api/v1/variables", "", {}, Read(200)},
      {"POST /api/v1/variables", "/api/v1/variables", "<new_variable>", {}, Admin(201, 201)},
      {"GET /api/v1/variables/{key}", "/api/v1/variables/<key>", "", {}, Read(404)},
      {"PATCH /api/v1/variables/{key}", "/api/v1/variables/<key>", R"({"value":"y"})", kFirst,
       Admin(200, 404)},
      {"DELETE /api/v1/variables/{key}", "/api/v1/variables/<loose_key>", "", {}, Admin(204, 404)},
      {"GET /api/v1/repos/{repo}/variables", "/api/v1/repos/web/variables", "", {}, Read(200)},
      {"POST /api/v1/repos/{repo}/variables",
       "/api/v1/repos/web/variables",
       attach_key,
       {},
       Admin(201, 404)},
      {"DELETE /api/v1/repos/{repo}/variables/{key}",
       "/api/v1/repos/web/variables/<key>",
       "",
       {},
       Admin(204, 404)},
      {"GET /api/v1/org/variables", "/api/v1/org/variables", "", {}, Read(200)},
      {"POST /api/v1/org/variables", "/api/v1/org/variables", attach_key, {}, Admin(201, 404)},
      {"DELETE /api/v1/org/variables/{key}",
       "/api/v1/org/variables/<key>",
       "",
       {},
       Admin(204, 404)},
  };
}

std::vector<Row> GrantRows() {
  const std::string grant = "/api/v1/grants/<grant>";
  return {
      {"POST /api/v1/repos/{repo}/grants",
       "/api/v1/repos/web/grants",
       R"({"connections":["<name>"]})",
       {},
       {403, 403, 201, 403, 403, 403}},
      {"DELETE /api/v1/grants/{id}", grant, "", kProof, Holder(204)},
      {"POST /api/v1/grants/{id}/renew", grant + "/renew", "", kProof, Holder(200)},
      {"POST /api/v1/grants/{id}/uses", grant + "/uses", R"({"connections":["@aws.<name>"]})",
       kProof, Holder(204)},
      {"GET /api/v1/grants/{id}/changes", grant + "/changes?after=0", "", kProof, Holder(200)},
  };
}

std::vector<Row> OperationRows() {
  return {
      {"GET /api/v1/tokens", "/api/v1/tokens", "", {}, Admin(200, 200)},
      {"POST /api/v1/tokens", "/api/v1/tokens", R"({"role":"developer"})", {}, Admin(201, 201)},
      {"DELETE /api/v1/tokens/{id}", "/api/v1/tokens/<token>", "", {}, Admin(204, 404)},
      {"GET /api/v1/audit", "/api/v1/audit", "", {}, Admin(200, 200)},
      {"GET /healthz", "/healthz", "", {}, kEverybody},
      {"GET /readyz", "/readyz", "", {}, kEverybody},
      {"GET /metrics", "/metrics", "", {}, kEverybody},
      {"GET /openapi.json", "/openapi.json", "", {}, kEverybody},
  };
}

std::vector<Row> Rows() {
  std::vector<Row> all;
  for (const auto& rows : {ConnectionRows(), VariableRows(), GrantRows(), OperationRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

// "<name>" in `text` by what it stands for.
std::string Filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "<" + name + ">";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

class PermissionMatrixTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  PermissionMatrixTest() {
    const std::string org = world_.MakeOrg();
    const std::string other = world_.MakeOrg();
    const auto add = [&](const std::string& org_id, TokenRequest request) {
      clients_.push_back(world_.Client(world_.Token(org_id, std::move(request))));
    };
    add(org, {.role = Role::kAdmin});
    add(org, {.role = Role::kDeveloper});
    add(org, {.role = Role::kRunner, .repos = {"web"}});
    add(org, {.role = Role::kRunner, .repos = {"elsewhere"}});
    add(other, {.role = Role::kAdmin});
    add(other, {.role = Role::kRunner, .repos = {"web"}});
    expired_ = world_.Token(org, {.role = Role::kAdmin}, std::chrono::seconds(-1));
    revoked_ = world_.Token(org, {.role = Role::kAdmin});
    const Value tokens = clients_[kAdmin].Get("/api/v1/tokens").Json();
    const std::string prefix = revoked_.substr(4, 12);
    for (const Value& token : tokens.Find("items")->items()) {
      if (token.Find("prefix")->ToText().Reveal() != prefix) continue;
      const std::string id(token.Find("id")->ToText().Reveal());
      EXPECT_EQ(clients_[kAdmin].Delete("/api/v1/tokens/" + id).status, 204);
      revoked_id_ = id;
    }
  }

  std::string MakeConnection(const std::string& name) {
    return clients_[kAdmin].Post("/api/v1/service-connections", AwsBody(name, kSecret)).At({"id"});
  }
  void MakeVariable(const std::string& key) {
    clients_[kAdmin].Post("/api/v1/variables", R"({"key":")" + key + R"(","value":")" +
                                                   std::string(kSecret) + R"(","isSecret":true})");
  }
  void Attach(const std::string& thing, const std::string& body) {
    for (const char* where : {"/api/v1/repos/web/", "/api/v1/org/"}) {
      EXPECT_EQ(clients_[kAdmin].Post(where + thing, body).status, 201);
    }
  }

  // What a request is about; made anew for each row, as some of them use it up. `connection` and
  // `key` are attached to web and to the org; `grant` is held by kRunner.
  std::map<std::string, std::string> MakeScene() {
    const std::string n = std::to_string(++scenes_);
    std::map<std::string, std::string> scene;
    scene["name"] = "c" + n;
    scene["connection"] = MakeConnection("c" + n);
    scene["loose"] = MakeConnection("loose" + n);
    scene["key"] = "k" + n;
    scene["loose_key"] = "loose" + n;
    MakeVariable(scene["key"]);
    MakeVariable(scene["loose_key"]);
    Attach("service-connections", R"({"connectionId":")" + scene["connection"] + "\"}");
    Attach("variables", R"({"key":")" + scene["key"] + "\"}");
    const Reply grant =
        clients_[kRunner].Post("/api/v1/repos/web/grants", R"({"connections":["c)" + n + "\"]}");
    scene["grant"] = grant.At({"id"});
    scene["grant_secret"] = grant.At({"secret"});
    scene["token"] = clients_[kAdmin].Post("/api/v1/tokens", R"({"role":"developer"})").At({"id"});
    scene["new"] = AwsBody("new" + n, kSecret);
    scene["new_variable"] = R"({"key":"new)" + n + R"(","value":"x"})";
    return scene;
  }

  Reply Do(ServiceClient& client, const Row& row, const std::map<std::string, std::string>& scene) {
    const std::string operation = row.operation;
    Headers headers;
    for (const auto& [name, value] : row.headers) headers.emplace_back(name, Filled(value, scene));
    return client.Send(operation.substr(0, operation.find(' ')), Filled(row.target, scene),
                       Filled(row.body, scene), headers);
  }

  ServiceWorld world_{GetParam()};
  std::vector<ServiceClient> clients_;
  std::string expired_;
  std::string revoked_;
  std::string revoked_id_;
  int scenes_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, PermissionMatrixTest, kAllDatabases, DatabaseKindName());

TEST_P(PermissionMatrixTest, EveryOperationForEveryCaller) {
  ASSERT_FALSE(revoked_id_.empty());
  for (const Row& row : Rows()) {
    const auto scene = MakeScene();
    // Whoever may change something comes last.
    for (int caller = kCallers - 1; caller >= 0; --caller) {
      const Reply reply = Do(clients_[static_cast<std::size_t>(caller)], row, scene);
      EXPECT_EQ(reply.status, row.expected[static_cast<std::size_t>(caller)])
          << row.operation << " for caller " << caller << ": " << reply.body;
      const bool is_grant = std::string_view(row.operation).ends_with("/grants");
      if (!is_grant) {
        EXPECT_EQ(reply.body.find(kSecret), std::string::npos) << row.operation;
      }
    }
  }
}

TEST_P(PermissionMatrixTest, EveryOperationForNobody) {
  const auto scene = MakeScene();
  for (const Row& row : Rows()) {
    for (const std::string& token : {std::string(), expired_, revoked_, std::string("nonsense")}) {
      ServiceClient client = world_.Client(token);
      const Reply reply = Do(client, row, scene);
      const bool open = row.expected == kEverybody;
      EXPECT_TRUE(open ? reply.status == 200 : reply.status == 401 || reply.status == 429)
          << row.operation << ' ' << reply.status;
      if (reply.status == 401) {
        EXPECT_EQ(reply.Header("WWW-Authenticate"), "Bearer");
      }
    }
  }
}

TEST_P(PermissionMatrixTest, HasARowForEveryOperation) {
  std::vector<std::string> rows;
  for (const Row& row : Rows()) rows.emplace_back(row.operation);
  std::vector<std::string> operations = world_.document().Operations();
  std::sort(rows.begin(), rows.end());
  std::sort(operations.begin(), operations.end());
  EXPECT_EQ(rows, operations);
}

TEST_P(PermissionMatrixTest, WhatIsNotAttachedAndWhatIsNotThereAreRefusedAlike) {
  auto scene = MakeScene();
  const std::string target = "/api/v1/repos/web/grants";
  const std::vector<std::string> wishes = {
      R"({"connections":["loose)" + std::to_string(scenes_) + "\"]}",
      R"({"connections":["nobody_has_this"]})", R"({"connections":["@aws.nobody"]})",
      R"({"variables":[")" + scene["loose_key"] + "\"]}", R"({"variables":["NOBODY_HAS_THIS"]})"};
  std::string body;
  for (const std::string& wish : wishes) {
    const Reply reply = clients_[kRunner].Post(target, wish);
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.At({"error", "code"}), "not_granted");
    if (!body.empty()) {
      EXPECT_EQ(reply.body, body) << wish;
    }
    body = reply.body;
  }
}

}  // namespace
}  // namespace injector::testing
