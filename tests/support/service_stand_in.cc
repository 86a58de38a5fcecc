#include "tests/support/service_stand_in.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "injector/base/clock.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/problem.h"

namespace injector::testing {
namespace {

// A scene that cannot be set is no result of a test.
template <typename T>
T ValueOrDie(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << "stand-in: " << result.error().message() << "\n";
  std::abort();
}

}  // namespace

std::string SeenRequest::Header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [name](const auto& header) { return header.first == name; });
  return found == headers.end() ? "" : found->second;
}

ServiceStandIn::ServiceStandIn(Answerer answer, std::optional<http::TlsServerOptions> tls)
    : answer_(std::move(answer)) {
  http::ServerOptions options;
  options.tls = std::move(tls);
  const std::string scheme = options.tls ? "https" : "http";
  Start(ValueOrDie(http::ListenOnTcp("127.0.0.1", 0)), options);
  url_ = scheme + "://127.0.0.1:" + std::to_string(server_->port());
}

ServiceStandIn::ServiceStandIn(Answerer answer, const std::string& socket_path)
    : answer_(std::move(answer)), url_("sidecar:" + socket_path) {
  Start(ValueOrDie(http::ListenOnUnix(socket_path, 0600)), {});
}

void ServiceStandIn::Start(UniqueFd listener, const http::ServerOptions& options) {
  server_ = ValueOrDie(http::HttpServer::Start(
      std::move(listener), options,
      [this](const http::ServerRequest& request) { return Answer(request); }));
}

http::ServerResponse ServiceStandIn::Answer(const http::ServerRequest& request) {
  SeenRequest seen;
  seen.line = request.method + " " + request.path;
  if (!request.query.empty()) seen.line += "?" + request.query;
  seen.headers = request.headers;
  seen.body = request.body.Reveal();
  const std::lock_guard lock(mutex_);
  http::ServerResponse response = answer_(seen);
  requests_.push_back(std::move(seen));
  came_.notify_all();
  return response;
}

std::vector<SeenRequest> ServiceStandIn::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ServiceStandIn::Change(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
}

bool ServiceStandIn::Saw(std::string_view beginning) const {
  return std::ranges::any_of(
      requests(), [&](const SeenRequest& request) { return request.line.starts_with(beginning); });
}

void ServiceStandIn::WaitFor(std::string_view beginning) const {
  std::unique_lock lock(mutex_);
  came_.wait(lock, [&] {
    return std::ranges::any_of(
        requests_, [&](const SeenRequest& request) { return request.line.starts_with(beginning); });
  });
}

http::ServerResponse JsonAnswer(int status, std::string_view json) {
  http::ServerResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = Secret::CopyOf(json);
  return response;
}

http::ServerResponse ProblemAnswer(int status, std::string_view code, std::string_view message) {
  return http::ProblemResponse(status, code, message);
}

http::ServerResponse RenewalAnswer(int revision, std::string_view connections) {
  std::string json = R"({"expiresAt": "2099-01-01T00:00:00Z", "revision": )";
  json += std::to_string(revision) + R"(, "changed": {"connections": )" + std::string(connections);
  json += R"(, "variables": []}, "removed": {"connections": [], "variables": []}})";
  return JsonAnswer(200, json);
}

http::ServerResponse ChangesAnswer(int revision, std::string_view connections) {
  std::string json = R"({"revision": )" + std::to_string(revision);
  json += R"(, "changed": {"connections": )" + std::string(connections);
  json += R"(, "variables": []}, "removed": {"connections": [], "variables": []}})";
  return JsonAnswer(200, json);
}

http::ServerResponse GrantAnswerUntil(std::string_view expires_at, std::string_view connections,
                                      std::string_view variables) {
  std::string json = R"({"id": "lease-1", "secret": "lease-secret", "revision": 1, "absent": [],)";
  json += R"("absentVariables": [], "expiresAt": ")" + std::string(expires_at) + "\",";
  json += "\"connections\": " + std::string(connections) + ",";
  json += "\"variables\": " + std::string(variables) + "}";
  return JsonAnswer(201, json);
}

http::ServerResponse GrantAnswer(std::string_view connections, std::string_view variables) {
  const auto end = std::chrono::system_clock::now() + std::chrono::minutes(15);
  return GrantAnswerUntil(FormatRfc3339(end), connections, variables);
}

}  // namespace injector::testing
