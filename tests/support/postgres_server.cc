#include "tests/support/postgres_server.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <vector>

#include "tests/support/run_program.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

// The newest installed version's programs: /usr/lib/postgresql/<version>/bin (Debian's layout).
std::string FindBinaries() {
  std::error_code missing;
  std::string newest;
  int newest_version = 0;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", missing)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= newest_version || !fs::exists(entry.path() / "bin/initdb")) continue;
    newest_version = version;
    newest = entry.path() / "bin";
  }
  return newest;
}

// PostgreSQL refuses to run as root: then it runs as the user that its package made.
std::vector<std::string> AsPostgres(std::vector<std::string> argv) {
  if (::geteuid() != 0) return argv;
  argv.insert(argv.begin(),
              {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"});
  return argv;
}

bool Run(std::vector<std::string> argv) {
  const ProgramResult result = RunProgram({.argv = AsPostgres(std::move(argv)),
                                           .environment = {"LC_ALL=C"},
                                           .stdin_bytes = "",
                                           .working_directory = "/"});
  if (result.exit_status != 0) std::cerr << result.out << result.err;
  return result.exit_status == 0;
}

}  // namespace

std::unique_ptr<PostgresServer> PostgresServer::Start(const std::string& user,
                                                      const std::string& password,
                                                      Durability durability) {
  std::unique_ptr<PostgresServer> server(new PostgresServer);
  server->binaries_ = FindBinaries();
  server->durability_ = durability;
  if (server->binaries_.empty()) return nullptr;
  bool started = server->Initialise(user, password);
  std::random_device random;
  for (int tries = 0; started && server->port_ == 0; ++tries) {
    const int port = 20000 + static_cast<int>(random() % 12000);  // below the ephemeral range
    if (server->StartOn(port)) server->port_ = port;
    if (tries == 9) started = false;
  }
  if (server->port_ == 0) {
    std::cerr << "PostgreSQL does not start\n" << server->directory_.Read("log");
    std::abort();
  }
  return server;
}

bool PostgresServer::Initialise(const std::string& user, const std::string& password) {
  const std::string data = directory_ / "data";
  const std::string password_file = directory_.Write("password", password + "\n");
  fs::create_directory(data);
  if (::geteuid() == 0) {
    const passwd* postgres = ::getpwnam("postgres");
    if (postgres == nullptr) return false;
    for (const std::string& path : {directory_.path(), data, password_file}) {
      if (::chown(path.c_str(), postgres->pw_uid, postgres->pw_gid) != 0) return false;
    }
  }
  return Run({Binary("initdb"), "--pgdata=" + data, "--username=" + user,
              "--pwfile=" + password_file, "--auth=scram-sha-256", "--no-sync"});
}

bool PostgresServer::StartOn(int port) {
  return Run({Binary("pg_ctl"), "--pgdata=" + (directory_ / "data"), "--wait",
              "--log=" + (directory_ / "log"),
              "--options=-p " + std::to_string(port) +
                  " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" +
                  (durability_ == Durability::kFull
                       ? ""
                       : " -c fsync=off -c full_page_writes=off -c autovacuum=off"),
              "start"});
}

void PostgresServer::Crash() {
  if (Run({Binary("pg_ctl"), "--pgdata=" + (directory_ / "data"), "--mode=immediate", "stop"})) {
    return;
  }
  std::cerr << "PostgreSQL does not stop\n";
  std::abort();
}

void PostgresServer::StartAgain() {
  if (StartOn(port_)) return;
  std::cerr << "PostgreSQL does not start again\n" << directory_.Read("log");
  std::abort();
}

PostgresServer::~PostgresServer() {
  if (port_ != 0) Crash();
}

}  // namespace injector::testing
