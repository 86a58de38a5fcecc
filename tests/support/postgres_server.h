#pragma once
// A real PostgreSQL server for one test program: its own data directory, a free port on loopback,
// one superuser who must log in with a password. Stopped and removed when it goes.

#include <memory>
#include <string>

#include "tests/support/temp_dir.h"

namespace injector::testing {

class PostgresServer {
 public:
  // kNone: nothing is brought to the disk, which tests do not wait for.
  enum class Durability { kNone, kFull };

  // nullptr when PostgreSQL is not installed. Ends the test program when it does not start.
  static std::unique_ptr<PostgresServer> Start(const std::string& user, const std::string& password,
                                               Durability durability = Durability::kNone);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  int port() const { return port_; }
  // Directory of its programs: pg_dump and the like.
  const std::string& binaries() const { return binaries_; }

  // As a crash does, nothing brought in order: what was committed is found again in the log by
  // StartAgain(), which returns when connections are accepted, on the same port as before.
  void Crash();
  void StartAgain();

 private:
  PostgresServer() = default;
  bool Initialise(const std::string& user, const std::string& password);
  bool StartOn(int port);
  std::string Binary(const std::string& name) const { return binaries_ + "/" + name; }

  TempDir directory_;
  std::string binaries_;
  Durability durability_ = Durability::kNone;
  int port_ = 0;
};

}  // namespace injector::testing
