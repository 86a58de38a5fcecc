#include "injector/service/events/webhook.h"

#include <algorithm>
#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/sha256.h"
#include "injector/http/client/client.h"
#include "injector/sources/service/service_client.h"

namespace injector {
namespace {

constexpr std::size_t kShortestKey = 16;
constexpr std::chrono::milliseconds kAnswerTime{10'000};

class Webhook final : public EventReceiver {
 public:
  Webhook(WebhookOptions options, const Clock& clock)
      : options_(std::move(options)), clock_(clock), client_(ClientOptionsOf(options_)) {}

  // Not the URL itself: it may hold a secret, as those of chat systems do.
  std::string name() const override {
    const Result<std::string> digest = Sha256(options_.url);
    return "webhook:" + (digest.ok() ? HexEncode(*digest).substr(0, 32) : "");
  }

  Status Deliver(const FeedEvent& event, const std::stop_token& stop) override {
    const std::string timestamp = std::to_string(ToUnixSeconds(clock_.Now()));
    ASSIGN_OR_RETURN(const std::string signature,
                     WebhookSignature(options_.key, timestamp, event.json));
    http::ClientRequest request;
    request.method = "POST";
    request.url = options_.url;
    request.total_timeout = kAnswerTime;
    request.max_body_bytes = std::size_t{1} << 16;
    request.stop = stop;
    const auto add = [&request](std::string header, const std::string& value) {
      request.headers.push_back({std::move(header), Secret::CopyOf(value)});
    };
    add("Content-Type", "application/json");
    add("Injector-Event-Id", event.id);
    add("Injector-Timestamp", timestamp);
    add("Injector-Signature", signature);
    request.body = Secret::CopyOf(event.json);
    const Result<http::ClientResponse> response = client_.Send(request);
    // What goes wrong is said without the URL.
    if (!response.ok()) return Error(ErrorCode::kUnavailable, "webhook: no answer");
    if (response->status >= 200 && response->status < 300) return {};
    return Error(ErrorCode::kUnavailable,
                 "webhook: answered with status " + std::to_string(response->status));
  }

 private:
  static http::ClientOptions ClientOptionsOf(const WebhookOptions& options) {
    http::ClientOptions client;
    client.ca_file = options.ca_file;
    return client;
  }

  WebhookOptions options_;
  const Clock& clock_;
  http::Client client_;
};

}  // namespace

Result<std::unique_ptr<EventReceiver>> MakeWebhook(WebhookOptions options, const Clock& clock) {
  const bool is_one_word = std::none_of(options.url.begin(), options.url.end(), [](char byte) {
    return static_cast<unsigned char>(byte) <= ' ' || byte == '\x7f';
  });
  // A query may stand behind, as of chat systems, though a service's URL has none.
  if (!is_one_word || !ParseServiceUrl(options.url.substr(0, options.url.find('?'))).ok()) {
    return Error(ErrorCode::kInvalidArgument,
                 "expected a URL, https://HOST[:PORT]/…; http:// is for this machine only");
  }
  if (options.key.size() < kShortestKey) {
    return Error(ErrorCode::kInvalidArgument, "the key is shorter than 16 bytes");
  }
  return std::unique_ptr<EventReceiver>(std::make_unique<Webhook>(std::move(options), clock));
}

Result<std::string> WebhookSignature(const Secret& key, const std::string& timestamp,
                                     const std::string& body) {
  ASSIGN_OR_RETURN(const Secret mac, HmacSha256(key, timestamp + "." + body));
  return "v1=" + HexEncode(mac.Reveal());
}

}  // namespace injector
