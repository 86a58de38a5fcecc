#include "injector/sources/service/service_client.h"

#include <algorithm>
#include <random>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/clock.h"
#include "injector/base/file.h"
#include "injector/base/hex.h"
#include "injector/base/pause.h"
#include "injector/crypto/random.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::size_t kLongestToken = std::size_t{16} << 10;
constexpr std::size_t kLongestReason = 500;

// Text of the other side, fit to be shown: one line, of bounded length, without control characters.
std::string Shown(std::string_view text) {
  std::string shown(text.substr(0, kLongestReason));
  std::replace_if(shown.begin(), shown.end(), &IsAsciiControl, ' ');
  return shown;
}

// Whether `text` holds the token or a lease's secret that `sent` came with.
bool Repeats(std::string_view text, const http::ClientRequest& sent) {
  return std::any_of(sent.headers.begin(), sent.headers.end(), [text](const http::Header& header) {
    if (header.name != "Authorization" && header.name != "Grant-Secret") return false;
    const std::string_view value = header.value.Reveal();
    return text.find(value.substr(value.rfind(' ') + 1)) != std::string_view::npos;
  });
}

// What a problem answer (RFC 9457) says to people; empty when it is none, or when the service, or a
// proxy before it, repeats what it was sent: our messages go to the job's log.
std::string ReasonIn(const http::ClientResponse& response, const http::ClientRequest& sent) {
  const Result<Value> body = ParseJson(response.body.Reveal());
  if (!body.ok()) return {};
  const Value* error = body->Find("error");
  const Value* message = error == nullptr ? body->Find("detail") : error->Find("message");
  if (message == nullptr || message->kind() != Value::Kind::kString) return {};
  if (Repeats(message->string().Reveal(), sent)) return {};
  return Shown(message->string().Reveal());
}

}  // namespace

Result<Secret> ReadToken(const ServiceOptions& options, std::stop_token stop) {
  Secret text = options.token.Clone();
  std::string where = "token";
  if (options.token_source != nullptr) {
    ASSIGN_OR_RETURN(text, options.token_source->Token(std::move(stop)));
  } else if (!options.token_file.empty()) {
    where = "token file " + options.token_file;
    Result<Secret> read = ReadFile(options.token_file, kLongestToken);
    if (!read.ok()) return std::move(read).error().WithContext("token file");
    text = std::move(read).value();
  }
  const std::string_view token = StripAsciiSpace(text.Reveal());
  const bool visible =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (token.empty()) return Error(ErrorCode::kInvalidArgument, where + ": is empty");
  if (!visible || token.size() > kLongestToken) {
    return Error(ErrorCode::kInvalidArgument, where + ": does not hold a token");
  }
  return Secret::CopyOf(token);
}

ServiceClient::ServiceClient(std::shared_ptr<const ServiceOptions> options)
    : options_(std::move(options)) {}

Result<http::ClientRequest> ServiceClient::MakeRequest(const ServiceRequest& request) const {
  http::ClientRequest made;
  made.method = request.method;
  made.url = options_->url + request.path;
  made.total_timeout = options_->request_timeout;
  made.stop = request.stop;
  if (options_->anonymous == ServiceOptions::Anonymous::kNo) {
    ASSIGN_OR_RETURN(const Secret token, ReadToken(*options_, request.stop));
    made.headers.push_back({"Authorization", Secret::Concat({"Bearer ", token.Reveal()})});
  }
  made.headers.push_back({"Accept", Secret::CopyOf("application/json")});
  for (const http::Header& header : request.headers) {
    made.headers.push_back({header.name, header.value.Clone()});
  }
  if (!request.body) return made;
  const bool patch = request.method == "PATCH";
  made.headers.push_back({"Content-Type", Secret::CopyOf(patch ? "application/merge-patch+json"
                                                               : "application/json")});
  made.body = WriteJson(*request.body);
  return made;
}

Error ServiceClient::RefusalOf(const http::ClientResponse& response,
                               const http::ClientRequest& sent) const {
  const std::string& name = options_->ShownName();
  Error error = http::CheckStatus(response, name).error();
  const std::string reason = ReasonIn(response, sent);
  if (!reason.empty()) error = Error(error.code(), name + ": " + reason);
  if (error.code() == ErrorCode::kUnauthenticated) {
    return std::move(error).WithHint("the token may have expired, or have been revoked");
  }
  return error;
}

Error ServiceClient::Unsent(Error error) const {
  if (!options_->name.empty()) error = std::move(error).WithContext(options_->name);
  const bool got_there = error.code() == ErrorCode::kDataLoss;
  if (got_there || options_->unreachable_hint.empty()) return error;
  return std::move(error).WithHint(options_->unreachable_hint);
}

Result<ServiceAnswer> ServiceClient::Send(const ServiceRequest& request,
                                          const http::RetryPolicy& policy) {
  last_status_ = 0;
  last_retry_after_ = {};
  if (!client_) client_.emplace(options_->connection);
  ASSIGN_OR_RETURN(const http::ClientRequest made, MakeRequest(request));
  const SystemClock clock;
  std::random_device random;
  const http::RetryWorld world{
      .clock = clock,
      .pause = [&request](auto pause) { PauseUnlessStopped(pause, request.stop); },
      .random = [&random] { return static_cast<double>(random()) / 4294967296.0; }};
  Result<http::ClientResponse> sent = http::SendWithRetries(*client_, made, policy, world);
  if (!sent.ok()) return Unsent(std::move(sent).error());
  ASSIGN_OR_RETURN(const http::ClientResponse response, std::move(sent));
  last_status_ = response.status;
  last_retry_after_ = http::RetryAfter(response, clock.Now()).value_or(last_retry_after_);
  if (!http::CheckStatus(response, "").ok()) return RefusalOf(response, made);
  ServiceAnswer answer;
  if (const auto etag = response.FindHeader("ETag")) answer.etag = *etag;
  if (response.body.empty()) return answer;
  Result<Value> body = ParseJson(response.body.Reveal());
  if (!body.ok()) {
    return Error(ErrorCode::kDataLoss, options_->ShownName() + ": the answer is no JSON");
  }
  answer.body = std::move(body).value();
  return answer;
}

Result<http::Header> MakeIdempotencyKey() {
  constexpr std::size_t kBytes = 16;
  ASSIGN_OR_RETURN(const Secret bytes, RandomBytes(kBytes));
  return http::Header{"Idempotency-Key", Secret::CopyOf(HexEncode(bytes.Reveal()))};
}

}  // namespace injector
