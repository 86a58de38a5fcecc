#pragma once
// A network of the test's own: it answers what the test says, and remembers what it was asked.

#include <functional>
#include <string>
#include <vector>

#include "injector/doctor/check.h"
#include "injector/doctor/network.h"

namespace injector::doctor::testing {

class FakeNetwork final : public Network {
 public:
  using Answerer = std::function<Result<http::ClientResponse>(const http::ClientRequest&)>;
  // Each inner list is what one connection receives, piece by piece; then the server closes.
  using Script = std::vector<std::string>;

  explicit FakeNetwork(Answerer answer) : answer_(std::move(answer)) {}
  explicit FakeNetwork(Script script) : script_(std::move(script)) {}

  Result<http::ClientResponse> Send(const http::ClientRequest& request,
                                    const http::ClientOptions& options) override;
  Result<std::unique_ptr<Stream>> Connect(const std::string& host, std::uint16_t port) override;

  // "GET https://host/path", then a line "Name: value" for each header, then the body.
  const std::vector<std::string>& requests() const { return requests_; }
  // "host:port", what was sent, and "TLS name" where it was started.
  const std::vector<std::string>& sent() const { return sent_; }

 private:
  Answerer answer_;
  Script script_;
  std::vector<std::string> requests_;
  std::vector<std::string> sent_;
};

// A connection named `x`, its fields from a JSON object.
Connection ConnectionOf(const std::string& type, const std::string& json);

http::ClientResponse Answer(
    int status, std::string_view body = "",
    std::initializer_list<std::pair<std::string, std::string>> headers = {});

// What the check of the connection's type says over `network`, at 2015-08-30T12:36:00Z.
CheckResult CheckOver(Network& network, const Connection& connection);

}  // namespace injector::doctor::testing
