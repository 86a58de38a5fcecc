#include "tests/integration/doctor/servers.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "tests/support/loopback.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

std::string WithSystemPath() {
  const char* path = std::getenv("PATH");
  return "PATH=" + std::string(path == nullptr ? "/usr/bin:/bin" : path) + ":/usr/sbin:/sbin";
}

void RunOrAbort(std::vector<std::string> argv) {
  const ProgramResult result = RunProgram({.argv = std::move(argv),
                                           .environment = {WithSystemPath(), "LC_ALL=C"},
                                           .stdin_bytes = "",
                                           .working_directory = "/"});
  if (result.exit_status == 0) return;
  std::cerr << result.out << result.err;
  std::abort();
}

// `text` with a backslash before each of `special`.
std::string Escaped(const std::string& text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != special.npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A line of htpasswd(1) with the cheapest bcrypt.
std::string HtpasswdLine(const ServerSetup& setup) {
  const ProgramResult result = RunProgram({.argv = {"htpasswd", "-niB", "-C", "4", setup.user},
                                           .environment = {WithSystemPath()},
                                           .stdin_bytes = setup.password,
                                           .working_directory = "/"});
  if (result.exit_status != 0) std::abort();
  return result.out;
}

}  // namespace

bool IsInstalled(const std::string& program) {
  for (const char* directory : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"}) {
    if (fs::exists(directory + program)) return true;
  }
  return false;
}

int ClosedPort() { return PortOf(BindToLoopback()); }

BlackHole::BlackHole() : listener_(BindToLoopback()), port_(PortOf(listener_)) {
  if (::listen(listener_.get(), 16) != 0) std::abort();
}

void Server::Start(std::vector<std::string> argv) {
  // Found by an absolute path, which sshd insists on.
  for (const char* directory : {"/usr/sbin/", "/usr/bin/"}) {
    if (!fs::exists(directory + argv[0])) continue;
    argv[0] = directory + argv[0];
    break;
  }
  program_ = std::make_unique<RunningProgram>(ProgramRun{.argv = std::move(argv),
                                                         .environment = {WithSystemPath()},
                                                         .stdin_bytes = "",
                                                         .working_directory = "/"});
  for (int tries = 0; tries < 6000; ++tries) {
    if (ConnectToLoopback(port_).valid()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::cerr << "a server does not start\n" << program_->ReadErrors(4096);
  std::abort();
}

RedisServer::RedisServer(const ServerSetup& setup, Transport transport) {
  std::string config = "bind 127.0.0.1\nsave \"\"\ndir " + directory().path() + "\nrequirepass \"" +
                       Escaped(setup.password, "\\\"") + "\"\n";
  if (transport == Transport::kTls) {
    config += "port 0\ntls-port " + PortText() + "\ntls-auth-clients no\ntls-cert-file " +
              setup.tls.certificate + "\ntls-key-file " + setup.tls.key + "\ntls-ca-cert-file " +
              setup.tls.certificate + "\n";
  } else {
    config += "port " + PortText() + "\n";
  }
  Start({"redis-server", directory().Write("redis.conf", config)});
}

RedisServer::RedisServer(Login) {
  Start({"redis-server",
         directory().Write("redis.conf", "bind 127.0.0.1\nsave \"\"\ndir " + directory().path() +
                                             "\nport " + PortText() +
                                             "\nrename-command AUTH \"\"\n")});
}

MariadbServer::MariadbServer(const ServerSetup& setup) {
  const std::string data = directory() / "data";
  const std::string me = "--user=" + std::string(::geteuid() == 0 ? "root" : "");
  RunOrAbort({"mariadb-install-db", "--no-defaults", "--datadir=" + data, "--skip-test-db",
              "--auth-root-authentication-method=normal", "--skip-name-resolve", me});
  const std::string init = directory().Write(
      "init.sql",
      "CREATE USER " + setup.user + " IDENTIFIED BY '" + Escaped(setup.password, "\\'") +
          "'; \nCREATE DATABASE movies;\nGRANT ALL ON movies.* TO " + setup.user + ";\n");
  Start({"mariadbd", "--no-defaults", "--datadir=" + data, me, "--bind-address=127.0.0.1",
         "--port=" + PortText(), "--socket=" + (directory() / "socket"), "--skip-name-resolve",
         "--init-file=" + init, "--innodb-flush-log-at-trx-commit=0",
         "--innodb-buffer-pool-size=8M", "--ssl-cert=" + setup.tls.certificate,
         "--ssl-key=" + setup.tls.key});
}

RegistryServer::RegistryServer(const ServerSetup& setup) {
  const std::string logins = directory().Write("logins", HtpasswdLine(setup));
  const std::string config = directory().Write(
      "config.yml", "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: " +
                        (directory() / "data") + "}}\nhttp: {addr: '127.0.0.1:" + PortText() +
                        "', tls: {certificate: " + setup.tls.certificate +
                        ", key: " + setup.tls.key +
                        "}}\nauth: {htpasswd: {realm: test, path: " + logins + "}}\n");
  Start({"docker-registry", "serve", config});
}

NginxServer::NginxServer(const ServerSetup& setup) {
  const std::string logins = directory().Write("logins", HtpasswdLine(setup));
  const std::string pages = directory() / "pages";
  fs::create_directory(pages);
  directory().Write("pages/index.html", "hello\n");
  // Its workers run as nobody where the master is root.
  ::chmod(directory().path().c_str(), 0755);
  const auto place = [this](const std::string& name) { return directory() / name; };
  const std::string config = directory().Write(
      "nginx.conf",
      "daemon off; master_process off; pid " + place("pid") + "; error_log stderr;\n" +
          "events {}\nhttp { access_log off; client_body_temp_path " + place("b") +
          "; proxy_temp_path " + place("p") + "; fastcgi_temp_path " + place("f") +
          "; uwsgi_temp_path " + place("u") + "; scgi_temp_path " + place("s") +
          ";\nserver { listen 127.0.0.1:" + PortText() + " ssl; ssl_certificate " +
          setup.tls.certificate + "; ssl_certificate_key " + setup.tls.key + "; root " + pages +
          "; auth_basic test; auth_basic_user_file " + logins + "; } }\n");
  Start({"nginx", "-e", "stderr", "-p", directory().path(), "-c", config});
}

SshServer::SshServer() {
  const std::string key = directory() / "key";
  RunOrAbort({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key});
  // Where root starts it, it wants this directory, as its package makes it at boot.
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
  const std::string config = directory().Write(
      "sshd_config", "ListenAddress 127.0.0.1\nPort " + PortText() + "\nHostKey " + key +
                         "\nPidFile none\nUsePAM no\n" + "StrictModes no\nAuthorizedKeysFile " +
                         (directory() / "authorized_keys") + "\n");
  Start({"sshd", "-D", "-e", "-f", config});
}

}  // namespace injector::testing
