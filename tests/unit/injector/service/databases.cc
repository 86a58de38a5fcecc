#include "tests/unit/injector/service/databases.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "injector/service/store/soci_session.h"
#include "tests/support/postgres_server.h"

namespace injector::testing {
namespace {

constexpr const char* kUser = "admin";
constexpr const char* kPassword = "pg-admin-4711";

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << '\n';
  std::abort();
}

std::string UrlOf(const std::string& database) {
  return std::string("postgresql://") + kUser + ":" + kPassword +
         "@127.0.0.1:" + std::to_string(SharedPostgres().port()) + "/" + database;
}

std::unique_ptr<SqlSession> AdminSession() {
  auto session = ConnectPostgres(UrlOf("postgres"));
  if (!session.ok()) Stop(session.error().message());
  return *std::move(session);
}

std::string NewPostgresDatabase() {
  static std::atomic<int> count = 0;
  const std::string name = "test_" + std::to_string(++count);
  const auto session = AdminSession();
  if (!session->Execute("CREATE DATABASE " + name, {}).ok()) Stop("cannot create a database");
  return UrlOf(name);
}

}  // namespace

PostgresServer& SharedPostgres() {
  static const std::unique_ptr<PostgresServer> server = PostgresServer::Start(kUser, kPassword);
  if (!server) Stop("PostgreSQL is not installed");
  return *server;
}

int CutConnections(const std::string& url) {
  const std::string name = url.substr(url.rfind('/') + 1);
  const auto rows = AdminSession()->Query(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :1", {name});
  if (!rows.ok()) Stop(rows.error().message());
  return static_cast<int>(rows->size());
}

TestDatabase::TestDatabase(DatabaseKind kind)
    : url_(kind == DatabaseKind::kSqlite ? "sqlite:" + (directory_ / "service.db")
                                         : NewPostgresDatabase()) {}

std::string TestDatabase::FileBytes() const {
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    bytes += directory_.Read(entry.path().filename().string());
  }
  return bytes;
}

}  // namespace injector::testing
