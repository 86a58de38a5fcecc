#include "injector/doctor/network.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "injector/base/unique_fd.h"
#include "injector/http/client/authorities.h"

namespace injector::doctor {
namespace {

struct TlsDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* tls) const { SSL_free(tls); }
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
template <typename T>
using Handle = std::unique_ptr<T, TlsDeleter>;

Error Closed() { return Error(ErrorCode::kUnavailable, "the server closed the connection"); }

Error TlsFailure(SSL* tls) {
  const long verdict = tls == nullptr ? X509_V_OK : SSL_get_verify_result(tls);
  if (verdict != X509_V_OK) {
    return Error(ErrorCode::kUnavailable, std::string("TLS: the certificate does not verify: ") +
                                              X509_verify_cert_error_string(verdict));
  }
  const char* reason = ERR_reason_error_string(ERR_get_error());
  return Error(ErrorCode::kUnavailable,
               std::string("TLS: ") + (reason == nullptr ? "the handshake failed" : reason));
}

bool ExpectName(SSL* tls, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(tls);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  // As the macro SSL_set_tlsext_host_name, which has a cast of C; the name is copied.
  return SSL_set1_host(tls, name.c_str()) == 1 &&
         SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(name.c_str())) == 1;
}

class TcpStream final : public Stream {
 public:
  explicit TcpStream(UniqueFd fd) : fd_(std::move(fd)) {}

  Status Send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto sent = tls_ ? static_cast<ssize_t>(SSL_write(tls_.get(), bytes.data(),
                                                              static_cast<int>(bytes.size())))
                             : RetryOnEintr([&] {
                                 return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
                               });
      if (sent <= 0) return tls_ ? Closed() : Error::FromErrno(errno, "send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }

  Result<std::string> Receive(std::size_t most) override {
    std::string bytes(most, '\0');
    const auto got =
        tls_ ? static_cast<ssize_t>(SSL_read(tls_.get(), bytes.data(), static_cast<int>(most)))
             : RetryOnEintr([&] { return ::recv(fd_.get(), bytes.data(), most, 0); });
    if (got <= 0) return Closed();
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  Status StartTls(const TlsSettings& settings) override {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!context_) return TlsFailure(nullptr);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const std::string authorities =
        settings.ca_file.empty() ? http::FindAuthorities() : settings.ca_file;
    if (SSL_CTX_load_verify_file(context_.get(), authorities.c_str()) != 1) {
      return Error(ErrorCode::kInvalidArgument, "no certificate authorities in " + authorities);
    }
    tls_.reset(SSL_new(context_.get()));
    if (!tls_ || !ExpectName(tls_.get(), settings.server_name) ||
        SSL_set_fd(tls_.get(), fd_.get()) != 1 || SSL_connect(tls_.get()) != 1) {
      Error failure = TlsFailure(tls_.get());
      tls_.reset();
      return failure;
    }
    return {};
  }

 private:
  UniqueFd fd_;
  Handle<SSL_CTX> context_;
  Handle<SSL> tls_;
};

Result<Handle<addrinfo>> LookUp(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (failure == 0) return Handle<addrinfo>(found);
  return Error(ErrorCode::kUnavailable, "look up " + host + ": " + ::gai_strerror(failure));
}

class RealNetwork final : public Network {
 public:
  Result<http::ClientResponse> Send(const http::ClientRequest& request,
                                    const http::ClientOptions& options) override {
    http::Client client(options);
    Result<http::ClientResponse> response = client.Send(request);
    if (response.ok() || response.error().code() != ErrorCode::kPermissionDenied) return response;
    const Error& error = response.error();
    return Error(ErrorCode::kUnavailable, error.message()).WithHint(error.hint());
  }

  Result<std::unique_ptr<Stream>> Connect(const std::string& host, std::uint16_t port) override {
    ASSIGN_OR_RETURN(const Handle<addrinfo> addresses, LookUp(host, port));
    const std::string what = "connect to " + host + ":" + std::to_string(port);
    Error last(ErrorCode::kUnavailable, what + ": no address");
    for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
      UniqueFd fd(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
      const auto connect = [&] {
        return ::connect(fd.get(), address->ai_addr, address->ai_addrlen);
      };
      if (fd.valid() && connect() == 0) {
        return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(fd)));
      }
      last = Error(ErrorCode::kUnavailable, what + ": " + std::strerror(errno));
    }
    return last;
  }
};

}  // namespace

std::unique_ptr<Network> MakeNetwork() { return std::make_unique<RealNetwork>(); }

}  // namespace injector::doctor
