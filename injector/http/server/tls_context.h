#pragma once
// The server's side of TLS: certificate, key and authorities for clients, replaceable while
// serving. TLS 1.2 and 1.3. OpenSSL's TLS is seen here and in connection_stream.cc only.

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "injector/base/result.h"
#include "injector/http/server/server.h"

namespace injector::http {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

class TlsContext {
 public:
  // kInvalidArgument when one of the files cannot be read or they do not belong together.
  static Result<std::unique_ptr<TlsContext>> Load(const TlsServerOptions& options);

  // Reads the files again; on an error what was loaded stays. Any thread.
  Status Reload();

  // For one new connection, in the server's role; nullptr when memory is out. Any thread.
  SslPtr NewConnection() const;

 private:
  using ContextPtr = std::unique_ptr<SSL_CTX, SslDeleter>;
  explicit TlsContext(TlsServerOptions options) : options_(std::move(options)) {}
  static Result<ContextPtr> ReadFiles(const TlsServerOptions& options);

  const TlsServerOptions options_;
  mutable std::mutex mutex_;
  ContextPtr context_;
};

}  // namespace injector::http
