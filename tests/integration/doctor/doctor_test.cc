// `injector connections doctor` at real servers: right and wrong logins, nobody there, somebody who
// never answers, a certificate that nobody vouches for; and nothing of a password in what it says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "injector/model/json.h"
#include "tests/integration/doctor/servers.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"
#include "tests/support/postgres_server.h"

namespace injector {
namespace {

using testing::BlackHole;
using testing::CertificateFiles;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ProgramResult;
using testing::ServerSetup;
using testing::TempDir;

constexpr const char* kPassword = R"(c4nary !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~)";
constexpr const char* kWrong = R"(wr0ng-c4nary !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~)";
// More than any check takes on a busy machine.
constexpr const char* kAmple = "60s";

struct Row {
  std::string type;
  std::string alias;
  std::string fields;  // of a YAML flow map; PASSWORD and WRONG stand for the two
  std::string category;
  std::string message;  // part of it
};

struct Outcome {
  bool ok = false;
  std::string category;
  std::string message;
};

std::string TextOf(const Value& item, std::string_view name) {
  return std::string(item.Find(name)->ToText().Reveal());
}

// In single quotes of YAML, with the dollar that connections.yaml wants doubled.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '$') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string Filled(std::string fields) {
  for (const auto& [word, value] : {std::pair{"WRONG", kWrong}, std::pair{"PASSWORD", kPassword}}) {
    for (std::size_t at = fields.find(word); at != fields.npos; at = fields.find(word, at)) {
      const std::string quoted = Quoted(value);
      fields.replace(at, std::string_view(word).size(), quoted);
      at += quoted.size();
    }
  }
  return fields;
}

class DoctorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = std::make_unique<TempDir>();
    ours_ = testing::MakeCertificate(*files_, "ours", "IP:127.0.0.1");
    others_ = testing::MakeCertificate(*files_, "others", "IP:127.0.0.1");
  }
  static void TearDownTestSuite() { files_.reset(); }

  static ServerSetup Ours() { return {"tester", kPassword, ours_}; }

  // What the doctor says of each row, by its alias. Also looks for `unseen` in everything said.
  std::map<std::string, Outcome> Examine(const std::vector<Row>& rows, const std::string& timeout,
                                         const std::string& unseen) {
    std::string yaml = "version: 1\nconnections:\n";
    std::map<std::string, std::string> by_type;
    for (const Row& row : rows) {
      by_type[row.type] += "    " + row.alias + ": {" + Filled(row.fields) + "}\n";
    }
    for (const auto& [type, aliases] : by_type) yaml += "  " + type + ":\n" + aliases;
    const ProgramResult result = testing::RunProgram(
        {.argv = {tests::Program("injector"), "connections", "doctor", "--source",
                  "yaml:" + files_->Write("c.yaml", yaml), "--ca-file", ours_.certificate,
                  "--timeout", timeout, "--output", "json"},
         .environment = {"HOME=" + files_->path(), "LC_ALL=C"},
         .stdin_bytes = "",
         .working_directory = files_->path()});
    EXPECT_THAT(testing::ExposedForms(unseen, result.out + result.err), IsEmpty())
        << result.out << result.err;
    return Read(result);
  }

  void ExpectAsRowsSay(const std::vector<Row>& rows, const std::string& timeout,
                       const std::string& unseen = "c4nary !\"#") {
    const auto outcomes = Examine(rows, timeout, unseen);
    for (const Row& row : rows) {
      ASSERT_TRUE(outcomes.contains(row.alias)) << row.alias;
      const Outcome& outcome = outcomes.at(row.alias);
      EXPECT_EQ(outcome.category, row.category) << row.alias << ": " << outcome.message;
      EXPECT_EQ(outcome.ok, row.category == "ok") << row.alias;
      EXPECT_THAT(outcome.message, HasSubstr(row.message)) << row.alias;
    }
  }

  static std::unique_ptr<TempDir> files_;
  static CertificateFiles ours_;
  static CertificateFiles others_;

 private:
  static std::map<std::string, Outcome> Read(const ProgramResult& result) {
    std::map<std::string, Outcome> outcomes;
    const Result<Value> json = ParseJson(result.out);
    if (!json.ok()) {
      ADD_FAILURE() << result.exit_status << result.out << result.err;
      return outcomes;
    }
    bool all_ok = true;
    for (const Value& item : json->items()) {
      const bool ok = item.Find("ok")->boolean();
      all_ok = all_ok && ok;
      outcomes[TextOf(item, "alias")] = {ok, TextOf(item, "category"), TextOf(item, "message")};
    }
    EXPECT_EQ(result.exit_status, all_ok ? 0 : 1) << result.err;
    return outcomes;
  }
};

std::unique_ptr<TempDir> DoctorTest::files_;
CertificateFiles DoctorTest::ours_;
CertificateFiles DoctorTest::others_;

std::string At(int port) { return "host: 127.0.0.1, port: " + std::to_string(port); }

TEST_F(DoctorTest, LogsInToPostgres) {
  const auto server = testing::PostgresServer::Start("tester", kPassword);
  if (!server) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::string login = At(server->port()) + ", login: tester, schema: postgres, password: ";
  ExpectAsRowsSay(
      {{"postgres", "right", login + "PASSWORD", "ok", ""},
       {"postgres", "wrong", login + "WRONG", "auth", "28P01"},
       {"postgres", "nobody", At(server->port()) + ", login: other, password: PASSWORD", "auth",
        "28P01"},
       {"postgres", "nowhere",
        At(server->port()) + ", login: tester, schema: movies, password: PASSWORD", "missing",
        "3D000"},
       {"postgres", "closed", At(testing::ClosedPort()) + ", login: u", "network", "refused"},
       {"postgres", "tls", login + "PASSWORD, sslmode: verify-full", "network", "SSL"}},
      kAmple);
}

TEST_F(DoctorTest, LogsInToMysql) {
  if (!testing::IsInstalled("mariadbd")) GTEST_SKIP() << "MariaDB is not installed";
  const testing::MariadbServer server(Ours());
  const std::string login = At(server.port()) + ", login: tester, schema: movies, password: ";
  ExpectAsRowsSay(
      {{"mysql", "right", login + "PASSWORD", "ok", ""},
       {"mysql", "wrong", login + "WRONG", "auth", "1045"},
       {"mysql", "nowhere", At(server.port()) + ", login: tester, schema: x, password: PASSWORD",
        "permission", "1044"},
       {"mysql", "closed", At(testing::ClosedPort()) + ", login: u", "network", ""},
       {"mysql", "tls", login + "PASSWORD, ssl_ca: " + ours_.certificate, "ok", ""},
       {"mysql", "untrusted", login + "PASSWORD, ssl_ca: " + others_.certificate, "network",
        "certificate"}},
      kAmple);
}

TEST_F(DoctorTest, LogsInToRedis) {
  if (!testing::IsInstalled("redis-server")) GTEST_SKIP() << "Redis is not installed";
  using Transport = testing::RedisServer::Transport;
  const testing::RedisServer plain(Ours(), Transport::kPlain);
  const testing::RedisServer tls(Ours(), Transport::kTls);
  ServerSetup strange = Ours();
  strange.tls = others_;
  const testing::RedisServer untrusted(strange, Transport::kTls);
  ExpectAsRowsSay(
      {{"redis", "right", At(plain.port()) + ", password: PASSWORD, db: 3", "ok", ""},
       {"redis", "named", At(plain.port()) + ", login: default, password: PASSWORD", "ok", ""},
       {"redis", "wrong", At(plain.port()) + ", password: WRONG", "auth", "AUTH: WRONGPASS"},
       {"redis", "none", At(plain.port()), "auth", "PING: NOAUTH"},
       {"redis", "nowhere", At(plain.port()) + ", password: PASSWORD, db: 99", "missing", "SELECT"},
       {"redis", "closed", At(testing::ClosedPort()) + ", password: PASSWORD", "network",
        "refused"},
       {"redis", "tls", At(tls.port()) + ", password: PASSWORD, tls: true", "ok", ""},
       {"rediss", "type", At(tls.port()) + ", password: PASSWORD", "ok", ""},
       {"redis", "untrusted", At(untrusted.port()) + ", password: PASSWORD, tls: true", "network",
        "does not verify"}},
      kAmple);
}

// Redis repeats the beginning of what it does not know.
TEST_F(DoctorTest, ShowsNothingOfAPasswordThatAServerRepeats) {
  if (!testing::IsInstalled("redis-server")) GTEST_SKIP() << "Redis is not installed";
  const testing::RedisServer server(testing::RedisServer::Login::kUnknownCommand);
  std::string password;
  for (int i = 0; i < 40; ++i) password += "Qk" + std::to_string(100 + i);
  ExpectAsRowsSay({{"redis", "echo", At(server.port()) + ", password: " + password, "auth",
                    "AUTH: ERR, unknown command"}},
                  kAmple, "k10");
}

// Nothing is reached where no job would start.
TEST_F(DoctorTest, WhatNoJobWouldStartWithIsNotTried) {
  if (!testing::IsInstalled("redis-server")) GTEST_SKIP() << "Redis is not installed";
  const testing::RedisServer server(Ours(), testing::RedisServer::Transport::kPlain);
  const std::string host = "host: '127.0.0.1:" + std::to_string(server.port()) + "'";
  ExpectAsRowsSay(
      {{"redis", "port", host + ", password: PASSWORD", "unknown", "will not start: host is not"},
       {"database", "oracle", "uri: 'oracle://u@h/x'", "unknown", "will not start: uri begins"}},
      kAmple);
}

TEST_F(DoctorTest, LogsInToRegistry) {
  if (!testing::IsInstalled("docker-registry")) GTEST_SKIP() << "docker-registry is not installed";
  const testing::RegistryServer server(Ours());
  ServerSetup strange = Ours();
  strange.tls = others_;
  const testing::RegistryServer untrusted(strange);
  const auto registry = [](int port) {
    return "registry: 'https://127.0.0.1:" + std::to_string(port) + "', login: tester, password: ";
  };
  ExpectAsRowsSay(
      {{"docker", "right", registry(server.port()) + "PASSWORD", "ok", ""},
       {"docker", "wrong", registry(server.port()) + "WRONG", "auth", "status 401"},
       {"docker", "closed", registry(testing::ClosedPort()) + "PASSWORD", "network", ""},
       {"docker", "untrusted", registry(untrusted.port()) + "PASSWORD", "network", ""}},
      kAmple);
}

TEST_F(DoctorTest, LogsInToWebServer) {
  if (!testing::IsInstalled("nginx")) GTEST_SKIP() << "nginx is not installed";
  // A netrc file takes no blanks.
  ServerSetup setup = Ours();
  setup.password = "w3b-c4nary/1";
  const testing::NginxServer server(setup);
  ServerSetup strange = setup;
  strange.tls = others_;
  const testing::NginxServer untrusted(strange);
  const std::string login = ", login: tester, password: ";
  ExpectAsRowsSay(
      {{"http", "right", At(server.port()) + login + "w3b-c4nary/1", "ok", ""},
       {"http", "wrong", At(server.port()) + login + "w3b-c4nary/2", "auth", "status 401"},
       {"http", "closed", At(testing::ClosedPort()) + login + "w3b-c4nary/1", "network", ""},
       {"http", "untrusted", At(untrusted.port()) + login + "w3b-c4nary/1", "network",
        "certificate"}},
      kAmple, "w3b-c4nary");
}

TEST_F(DoctorTest, IsGreetedBySsh) {
  if (!testing::IsInstalled("sshd")) GTEST_SKIP() << "sshd is not installed";
  const testing::SshServer server;
  const std::string trust = ", strict_host_checking: accept-new";
  ExpectAsRowsSay({{"ssh", "there", At(server.port()) + ", login: git" + trust, "ok", "not tried"},
                   {"ssh", "closed", At(testing::ClosedPort()) + trust, "network", "refused"},
                   {"ssh", "stranger", At(server.port()), "missing", "known_hosts is missing"}},
                  kAmple);
}

TEST_F(DoctorTest, SilenceIsATimeout) {
  const BlackHole hole;
  const std::string at = At(hole.port());
  const std::string url = "http://127.0.0.1:" + std::to_string(hole.port());
  std::vector<Row> rows = {
      {"postgres", "p", at + ", login: u, password: PASSWORD", "", ""},
      {"mysql", "m", at + ", login: u, password: PASSWORD", "", ""},
      {"redis", "r", at + ", password: PASSWORD", "", ""},
      {"http", "h", "url: '" + url + "', token: abcdefgh", "", ""},
      {"docker", "d", "registry: '" + url + "', login: u, password: PASSWORD", "", ""}};
  for (Row& row : rows) {
    row.category = "timeout";
    row.message = "no answer within 300 ms";
  }
  ExpectAsRowsSay(rows, "300ms");
}

TEST_F(DoctorTest, TypeWithoutCheckSaysSo) {
  ExpectAsRowsSay({{"generic", "g", "note: x", "ok", "not tried: the type generic has no check"}},
                  kAmple);
}

TEST_F(DoctorTest, WhatIsMissingIsNotTried) {
  ExpectAsRowsSay({{"redis", "r", "password: PASSWORD", "missing", "host"}}, kAmple);
}

}  // namespace
}  // namespace injector
