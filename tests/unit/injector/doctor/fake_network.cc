#include "tests/unit/injector/doctor/fake_network.h"

#include "injector/base/clock.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"

namespace injector::doctor::testing {
namespace {

class ScriptedStream final : public Stream {
 public:
  ScriptedStream(std::vector<std::string> script, std::vector<std::string>& sent)
      : script_(std::move(script)), sent_(sent) {}

  Status Send(std::string_view bytes) override {
    sent_.emplace_back(bytes);
    return {};
  }

  Result<std::string> Receive(std::size_t most) override {
    while (next_ < script_.size() && script_[next_].empty()) ++next_;
    if (next_ == script_.size()) return Error(ErrorCode::kUnavailable, "closed");
    std::string& piece = script_[next_];
    std::string bytes = piece.substr(0, most);
    piece.erase(0, bytes.size());
    return bytes;
  }

  Status StartTls(const TlsSettings& settings) override {
    sent_.push_back("TLS " + settings.server_name);
    return {};
  }

 private:
  std::vector<std::string> script_;
  std::size_t next_ = 0;
  std::vector<std::string>& sent_;
};

class FixedClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return *ParseRfc3339("2015-08-30T12:36:00Z");
  }
  std::chrono::steady_clock::time_point Monotonic() const override { return {}; }
};

}  // namespace

Result<http::ClientResponse> FakeNetwork::Send(const http::ClientRequest& request,
                                               const http::ClientOptions&) {
  std::string text = request.method + " " + request.url;
  for (const http::Header& header : request.headers) {
    text += "\n" + header.name + ": " + std::string(header.value.Reveal());
  }
  if (!request.body.empty()) text += "\n" + std::string(request.body.Reveal());
  requests_.push_back(text);
  return answer_(request);
}

Result<std::unique_ptr<Stream>> FakeNetwork::Connect(const std::string& host, std::uint16_t port) {
  sent_.push_back(host + ":" + std::to_string(port));
  return std::unique_ptr<Stream>(std::make_unique<ScriptedStream>(script_, sent_));
}

Connection ConnectionOf(const std::string& type, const std::string& json) {
  Connection connection;
  connection.name = {type, "x"};
  auto input = ParseConnectionInput(*ParseJson(json));
  return ApplyInput(std::move(connection), std::move(input).value());
}

http::ClientResponse Answer(int status, std::string_view body,
                            std::initializer_list<std::pair<std::string, std::string>> headers) {
  http::ClientResponse response;
  response.status = status;
  response.body = Secret::CopyOf(body);
  for (const auto& [name, value] : headers) {
    response.headers.push_back({name, Secret::CopyOf(value)});
  }
  return response;
}

CheckResult CheckOver(Network& network, const Connection& connection) {
  const FixedClock clock;
  CheckContext context{.connection = connection,
                       .network = network,
                       .clock = clock,
                       .ca_file = "",
                       .say = [](std::string_view) {}};
  return RunCheck(CheckFor(connection.name.type), context);
}

}  // namespace injector::doctor::testing
