#include "injector/sources/service/github_token.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <random>

#include "injector/base/base64.h"
#include "injector/base/pause.h"
#include "injector/base/percent.h"
#include "injector/http/client/client.h"
#include "injector/http/client/retry.h"
#include "injector/model/json.h"
#include "injector/sources/service/service_client.h"

namespace injector {
namespace {

constexpr std::chrono::seconds kAskingTime{10};
constexpr std::size_t kMostTries = 3;
constexpr std::chrono::minutes kLastMinute{1};
constexpr std::size_t kLongestAnswer = std::size_t{64} << 10;
constexpr const char* kWho = "GitHub's OIDC token";

// The runner's URL has a query already; without one it would be ours.
std::string WithAudience(const std::string& url, std::string_view audience) {
  const char separator = url.find('?') == std::string::npos ? '?' : '&';
  return url + separator + "audience=" + std::string(PercentEncode(audience).Reveal());
}

Status CheckUrl(const std::string& url) {
  if (ParseServiceUrl(url.substr(0, url.find('?'))).ok()) return {};
  return Error(ErrorCode::kInvalidArgument, std::string(kGithubTokenUrl) + ": expected https://");
}

Result<Secret> TokenIn(const http::ClientResponse& response) {
  const Result<Value> body = ParseJson(response.body.Reveal());
  const Value* token = body.ok() ? body->Find("value") : nullptr;
  if (token != nullptr && token->kind() == Value::Kind::kString && !token->string().empty()) {
    return token->string().Clone();
  }
  return Error(ErrorCode::kDataLoss, std::string(kWho) + ": the answer holds none");
}

}  // namespace

std::chrono::system_clock::time_point EndOfToken(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return {};
  const auto text = Base64UrlDecode(token.substr(first + 1, second - first - 1));
  if (!text) return {};
  const Result<Value> claims = ParseJson(text->Reveal());
  const Value* end = claims.ok() ? claims->Find("exp") : nullptr;
  if (end == nullptr || end->kind() != Value::Kind::kNumber) return {};
  const std::string& number = end->number_text();
  std::int64_t seconds = 0;
  std::from_chars(number.data(), number.data() + number.size(), seconds);
  constexpr std::int64_t kLatest = 4'102'444'800;  // 2100: later ones the clock may not tell
  if (seconds < 0 || seconds > kLatest) return {};
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

Result<Secret> GithubTokenSource::Token(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  if (!token_.empty() && clock_.Now() < good_until_) return token_.Clone();
  ASSIGN_OR_RETURN(token_, Ask(std::move(stop)));
  good_until_ = EndOfToken(token_.Reveal()) - kLastMinute;
  return token_.Clone();
}

Result<Secret> GithubTokenSource::Ask(std::stop_token stop) const {
  RETURN_IF_ERROR(CheckUrl(options_.url));
  http::ClientRequest request;
  request.url = WithAudience(options_.url, options_.audience);
  request.headers.push_back(
      {"Authorization", Secret::Concat({"Bearer ", options_.bearer.Reveal()})});
  request.headers.push_back({"Accept", Secret::CopyOf("application/json")});
  request.max_body_bytes = kLongestAnswer;
  request.total_timeout = kAskingTime;
  request.stop = stop;
  http::Client client({.unix_socket = {}, .ca_file = {}, .certificate_file = {}, .key_file = {}});
  std::random_device random;
  const http::RetryWorld world{
      .clock = clock_,
      .pause = [&stop](auto pause) { PauseUnlessStopped(pause, stop); },
      .random = [&random] { return static_cast<double>(random()) / 4294967296.0; }};
  http::RetryPolicy policy{.deadline = clock_.Monotonic() + kAskingTime};
  policy.most_tries = kMostTries;
  ASSIGN_OR_RETURN(const http::ClientResponse response,
                   http::SendWithRetries(client, request, policy, world));
  Status answered = http::CheckStatus(response, kWho);
  if (answered.ok()) return TokenIn(response);
  return std::move(answered).error().WithHint("the job needs `permissions: id-token: write`");
}

}  // namespace injector
