#include "injector/http/client/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace injector::http {
namespace {

using std::chrono::milliseconds;

// Why this was not the final answer; nullopt when it was.
std::optional<Error> Unavailability(const ClientRequest& request,
                                    const Result<ClientResponse>& outcome) {
  const Status status =
      outcome.ok()
          ? CheckStatus(*outcome, request.method + " " +
                                      request.url.substr(0, request.url.find_first_of("?#")))
          : Status(outcome.error());
  if (status.ok() || status.error().code() != ErrorCode::kUnavailable) return std::nullopt;
  return status.error();
}

milliseconds Jittered(milliseconds pause, double random) {
  return milliseconds(
      static_cast<milliseconds::rep>(static_cast<double>(pause.count()) * (1.0 - random / 2)));
}

milliseconds Remaining(const RetryPolicy& policy, const RetryWorld& world) {
  return std::chrono::duration_cast<milliseconds>(policy.deadline - world.clock.Monotonic());
}

Error TooLate(const Error& last) { return Error(ErrorCode::kDeadlineExceeded, last.message()); }

}  // namespace

std::optional<milliseconds> RetryAfter(const ClientResponse& response,
                                       std::chrono::system_clock::time_point now) {
  const std::optional<std::string_view> text = response.FindHeader("Retry-After");
  if (!text) return std::nullopt;
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error == std::errc() && end == text->data() + text->size()) {
    return std::chrono::seconds(seconds);
  }
  const std::time_t date = curl_getdate(std::string(*text).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const auto pause = std::chrono::system_clock::from_time_t(date) - now;
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(pause));
}

Result<ClientResponse> SendWithRetries(Client& client, const ClientRequest& request,
                                       const RetryPolicy& policy, const RetryWorld& world) {
  milliseconds pause = policy.first_pause;
  ClientRequest attempt = {.method = request.method,
                           .url = request.url,
                           .headers = {},
                           .body = request.body.Clone(),
                           .connect_timeout = request.connect_timeout,
                           .total_timeout = request.total_timeout,
                           .max_body_bytes = request.max_body_bytes,
                           .stop = request.stop};
  for (const Header& header : request.headers) {
    attempt.headers.push_back({header.name, header.value.Clone()});
  }
  for (std::size_t tries = 1;; ++tries) {
    const milliseconds remaining = std::max(milliseconds(1), Remaining(policy, world));
    attempt.total_timeout = std::min(request.total_timeout, remaining);
    Result<ClientResponse> outcome = client.Send(attempt);
    const std::optional<Error> unavailable = Unavailability(request, outcome);
    if (!unavailable || tries == policy.most_tries) return outcome;
    milliseconds wait = Jittered(pause, world.random());
    if (outcome.ok()) {
      wait = std::max(wait, RetryAfter(*outcome, world.clock.Now()).value_or(milliseconds(0)));
    }
    if (wait >= Remaining(policy, world)) return TooLate(*unavailable);
    world.pause(wait);
    pause = std::min(pause * 2, policy.longest_pause);
  }
}

}  // namespace injector::http
