#pragma once
// What checks reach out through. The real one is made by MakeNetwork(); a test has its own.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/http/client/client.h"

namespace injector::doctor {

// How the other side of TLS is verified, always by chain and name.
struct TlsSettings {
  std::string server_name;  // a host name or an address
  std::string ca_file;      // PEM; empty: the system's authorities
};

// Bytes to and from a server. Blocking, without a time limit. Errors are kUnavailable: the network
// has failed, or the other side has closed.
class Stream {
 public:
  virtual ~Stream() = default;

  virtual Status Send(std::string_view bytes) = 0;
  // At least one byte, at most `most`.
  virtual Result<std::string> Receive(std::size_t most) = 0;
  // From here on everything is encrypted; kUnavailable as well for a certificate that does not
  // verify. Requires: nothing received is left unread.
  virtual Status StartTls(const TlsSettings& settings) = 0;
};

class Network {
 public:
  virtual ~Network() = default;

  // As http::Client::Send, but for what TLS refuses, which is kUnavailable.
  virtual Result<http::ClientResponse> Send(const http::ClientRequest& request,
                                            const http::ClientOptions& options) = 0;
  // Over TCP, to the first address of `host` (a name or an address) that answers.
  virtual Result<std::unique_ptr<Stream>> Connect(const std::string& host, std::uint16_t port) = 0;
};

std::unique_ptr<Network> MakeNetwork();

}  // namespace injector::doctor
