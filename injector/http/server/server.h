#pragma once
// HTTP as the project's servers serve it: one handler for all requests, everything bounded. The
// only folder that sees cpp-httplib, which parses requests and writes answers; sockets, TLS,
// deadlines and threads are ours (connection_stream.h says why).
//
// Threads: the handler is called from many threads at once, one for each connection with a request
// under way. Trust: a request is bytes from a stranger; nothing here logs any of it.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"

namespace injector::http {

// Who is at the other end.
struct Peer {
  std::string address;  // numeric; "unix" over a Unix socket
  int port = 0;
  // Over a Unix socket, as the kernel saw it connect (SO_PEERCRED, unix(7)).
  std::optional<uid_t> uid;
  pid_t pid = 0;
  // Over TLS: it has shown a certificate of the authority for clients.
  bool has_certificate = false;
};

struct ServerRequest {
  std::string method;
  // As sent: percent-encoding is decoded segment by segment, by whoever routes.
  std::string path;
  std::string query;  // behind the '?', as sent
  std::vector<std::pair<std::string, std::string>> headers;
  Secret body;
  Peer peer;
  // The server is stopping: a handler that waits should answer now.
  std::stop_token stopping;

  // The only header of this name, in any case; nullopt also when there are several, which no
  // header that we read may have.
  std::optional<std::string_view> FindHeader(std::string_view name) const;
};

struct ServerResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  Secret body;
};

using Handler = std::function<ServerResponse(const ServerRequest&)>;

struct TlsServerOptions {
  std::string certificate_file;  // PEM, the whole chain
  std::string key_file;          // PEM
  // PEM: who comes may show a certificate of these authorities (Peer::has_certificate); one of
  // others ends the handshake. Empty: nobody is asked.
  std::string client_ca_file = {};
};

struct ServerOptions {
  std::size_t max_body_bytes = std::size_t{1} << 20;
  std::size_t max_header_bytes = std::size_t{16} << 10;  // request line included
  std::size_t max_connections = 1024;
  std::chrono::milliseconds handshake_time{10'000};
  // In all, however slowly bytes drip in.
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds answer_time{30'000};
  // How long a connection may be idle between requests; none at all while every thread is taken.
  std::chrono::milliseconds keep_alive{60'000};
  // Asked before a connection's first byte is read; who is not admitted is told so (403), and the
  // connection closed. Not with TLS, where nothing can be said before the handshake. Null:
  // everybody.
  std::function<bool(const Peer&)> admits_peer = nullptr;
  std::optional<TlsServerOptions> tls;
};

class HttpServer {
 public:
  // Serves on `listener` (listener.h) until Stop(). kInvalidArgument when the certificate or its
  // key cannot be used.
  static Result<std::unique_ptr<HttpServer>> Start(UniqueFd listener, const ServerOptions& options,
                                                   Handler handler);
  // Stop(no grace).
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;

  // Reads the certificate and its key again; new connections use them. On an error the old ones
  // stay. Does nothing without TLS.
  Status ReloadTls();

  // Takes no more connections, lets requests under way finish within `grace`, then cuts them off.
  // Blocking. Called again, does nothing.
  void Stop(std::chrono::milliseconds grace);

 private:
  class Implementation;
  explicit HttpServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace injector::http
