#pragma once
// Real servers on loopback, each with its own data, gone when the object is. Each constructor
// returns once the server answers; none asks for root.

#include <cstdint>
#include <memory>
#include <string>

#include "injector/base/unique_fd.h"
#include "tests/support/certificate.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {

// Whether the program is in PATH or in /usr/sbin.
bool IsInstalled(const std::string& program);

// Nobody listens there.
int ClosedPort();

// Connections to it are made, and nothing ever comes back.
class BlackHole {
 public:
  BlackHole();
  int port() const { return port_; }

 private:
  UniqueFd listener_;
  int port_ = 0;
};

struct ServerSetup {
  std::string user;
  std::string password;
  CertificateFiles tls;
};

class Server {
 public:
  int port() const { return port_; }
  const TempDir& directory() const { return directory_; }

 protected:
  Server() : port_(ClosedPort()) {}
  // Starts it, and waits until something listens at port().
  void Start(std::vector<std::string> argv);
  std::string PortText() const { return std::to_string(port_); }

 private:
  TempDir directory_;
  int port_;
  std::unique_ptr<RunningProgram> program_;
};

class RedisServer : public Server {
 public:
  enum class Transport { kPlain, kTls };
  enum class Login { kUnknownCommand };
  RedisServer(const ServerSetup& setup, Transport transport);
  // Which does not know AUTH, and so repeats it in its error.
  RedisServer(const Login login);
};

// With TLS for clients that want it.
class MariadbServer : public Server {
 public:
  explicit MariadbServer(const ServerSetup& setup);
};

// Logins of htpasswd(1), over HTTPS.
class RegistryServer : public Server {
 public:
  explicit RegistryServer(const ServerSetup& setup);
};

// What lies in `pages` of its directory, behind a login, over HTTPS.
class NginxServer : public Server {
 public:
  explicit NginxServer(const ServerSetup& setup);
};

// Lets in who it runs as, by the keys of `authorized_keys` in its directory; its own is `key.pub`.
class SshServer : public Server {
 public:
  SshServer();
};

}  // namespace injector::testing
