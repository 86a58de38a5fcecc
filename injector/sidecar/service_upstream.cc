#include "injector/sidecar/service_upstream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "injector/base/pause.h"
#include "injector/base/percent.h"
#include "injector/rest/json_object.h"

namespace injector::sidecar {
namespace {

constexpr int kNoAnswer = 0;
constexpr int kFirstRefusal = 400;
constexpr int kUnauthorised = 401;
constexpr int kFirstServerFailure = 500;
// However long the service asks to be left alone: its own word could keep us away for ever.
constexpr std::chrono::milliseconds kLongestPause = std::chrono::minutes(1);

// What the service says when it will not do what it was asked. Other statuses (redirections, 405,
// 412 …) come from something else in its place, or from a fault: what is cached is not for them to
// take away.
bool IsRefusal(int status) {
  constexpr std::array<int, 3> kBadRequest = {400, 413, 422};
  return std::find(kBadRequest.begin(), kBadRequest.end(), status) != kBadRequest.end();
}

// The error of a request whose answer had `status`, as FailureOf() understands it.
Error Sorted(const Error& error, int status) {
  const auto as = [&error](ErrorCode code) {
    return Error(code, error.message()).WithHint(error.hint());
  };
  // 408, 425, 429: it has done nothing, and says so.
  const bool is_declined = status >= kFirstRefusal && status < kFirstServerFailure;
  switch (error.code()) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:
      return as(is_declined ? ErrorCode::kUnavailable : ErrorCode::kDeadlineExceeded);
    case ErrorCode::kDataLoss:
      return error;
    default:
      break;
  }
  // Our certificate is refused before there can be an answer. Otherwise a file of ours, or a
  // certificate that does not verify: nobody has refused anything.
  const bool is_unknown = error.code() == ErrorCode::kUnauthenticated;
  if (status == kNoAnswer && !is_unknown) return as(ErrorCode::kFailedPrecondition);
  if (error.code() != ErrorCode::kFailedPrecondition) return error;
  return as(IsRefusal(status) ? ErrorCode::kPermissionDenied : ErrorCode::kDataLoss);
}

ServiceRequest OfLease(const LeaseTicket& ticket, std::string_view method,
                       std::string_view action) {
  ServiceRequest request;
  request.method = method;
  request.path = "/api/v1/grants/" + std::string(PercentEncode(ticket.id).Reveal());
  request.path += action;
  request.headers.push_back({"Grant-Secret", ticket.secret.Clone()});
  return request;
}

}  // namespace

std::unique_ptr<ServiceClient> ServiceUpstream::TakeClient() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<ServiceClient>(options_);
  std::unique_ptr<ServiceClient> client = std::move(idle_.back());
  idle_.pop_back();
  return client;
}

void ServiceUpstream::PutBack(std::unique_ptr<ServiceClient> client) {
  const std::lock_guard lock(mutex_);
  const std::chrono::milliseconds pause = std::min(client->last_retry_after(), kLongestPause);
  not_before_ = std::max(not_before_, std::chrono::steady_clock::now() + pause);
  idle_.push_back(std::move(client));
}

std::chrono::milliseconds ServiceUpstream::Closed() {
  const std::lock_guard lock(mutex_);
  const auto left = not_before_ - std::chrono::steady_clock::now();
  return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(left));
}

Result<ServiceAnswer> ServiceUpstream::Try(ServiceClient& client, const ServiceRequest& request,
                                           const Patience& patience) {
  http::RetryPolicy policy{.deadline = patience.deadline};
  if (patience.tries == Patience::Tries::kOne) policy.most_tries = 1;
  return client.Send(request, policy);
}

Result<ServiceAnswer> ServiceUpstream::Send(std::string_view operation, ServiceRequest request,
                                            const Patience& patience) {
  const std::chrono::milliseconds closed = Closed();
  const bool waits = patience.tries == Patience::Tries::kMany &&
                     std::chrono::steady_clock::now() + closed < patience.deadline;
  if (closed.count() > 0 && !(waits && PauseUnlessStopped(closed, patience.stop))) {
    return Error(ErrorCode::kUnavailable, options_->url + ": has asked to be left alone for now");
  }
  request.stop = patience.stop;
  std::unique_ptr<ServiceClient> client = TakeClient();
  const Result<Secret> token = ReadToken(*options_);
  Result<ServiceAnswer> answer = Try(*client, request, patience);
  if (!answer.ok() && client->last_status() == kUnauthorised) {
    // The file may have been replaced while the old token was on its way.
    const Result<Secret> now = ReadToken(*options_);
    const bool is_new = token.ok() && now.ok() && !(*token == *now);
    if (is_new) answer = Try(*client, request, patience);
  }
  const int status = client->last_status();
  PutBack(std::move(client));
  if (answer.ok()) {
    count_(operation, "ok");
    return answer;
  }
  Error error = Sorted(answer.error(), status);
  // What we have given up ourselves is no failure of the service.
  const bool is_given_up = patience.stop.stop_requested() && status == kNoAnswer;
  if (!is_given_up) count_(operation, FailureName(FailureOf(error)));
  return error;
}

Result<JobGrant> ServiceUpstream::Create(const FetchRequest& wanted, const Patience& patience) {
  ServiceRequest request;
  request.method = "POST";
  request.path = "/api/v1/repos/" + std::string(PercentEncode(repo_).Reveal()) + "/grants";
  Value body = GrantRequestToJson(wanted);
  body.members().push_back({"job", Value::String(std::string_view("sidecar"))});
  request.body = std::move(body);
  // So that a try whose answer was lost leaves no lease behind.
  ASSIGN_OR_RETURN(http::Header key, MakeIdempotencyKey());
  request.headers.push_back(std::move(key));
  Result<ServiceAnswer> answer = Send("grant", std::move(request), patience);
  if (!answer.ok()) {
    const bool no_repo = answer.error().code() == ErrorCode::kNotFound;
    if (no_repo) return Error(ErrorCode::kPermissionDenied, answer.error().message());
    return std::move(answer).error();
  }
  return ParseGrant(answer->body, std::chrono::system_clock::now());
}

Result<JobRenewal> ServiceUpstream::Renew(const LeaseTicket& ticket, const Patience& patience) {
  Patience once = patience;
  once.tries = Patience::Tries::kOne;
  ASSIGN_OR_RETURN(const ServiceAnswer answer,
                   Send("renewal", OfLease(ticket, "POST", "/renew"), once));
  return ParseRenewal(answer.body, std::chrono::system_clock::now());
}

Result<JobChanges> ServiceUpstream::Changes(const LeaseTicket& ticket, std::int64_t after,
                                            std::chrono::seconds wait, const Patience& patience) {
  const std::string query =
      "/changes?after=" + std::to_string(after) + "&wait=" + std::to_string(wait.count());
  const std::string_view operation = wait.count() == 0 ? "check" : "poll";
  ASSIGN_OR_RETURN(const ServiceAnswer answer,
                   Send(operation, OfLease(ticket, "GET", query), patience));
  return ParseChanges(answer.body);
}

Status ServiceUpstream::ReportUses(const LeaseTicket& ticket, const UseReport& report,
                                   const Patience& patience) {
  ServiceRequest request = OfLease(ticket, "POST", "/uses");
  std::vector<std::string> connections;
  for (const ConnectionName& name : report.names.connections) connections.push_back(name.Full());
  rest::ObjectBuilder body;
  body.Add("connections", connections).Add("variables", report.names.variables);
  request.body = std::move(body).Build();
  request.headers.push_back({"Idempotency-Key", Secret::CopyOf(report.key)});
  ASSIGN_OR_RETURN(const ServiceAnswer answer, Send("report", std::move(request), patience));
  // 204. Anything else is from somebody who has recorded nothing.
  if (answer.body.is_null()) return {};
  return Error(ErrorCode::kDataLoss, options_->url + ": not what the service answers to a report");
}

Status ServiceUpstream::Release(const LeaseTicket& ticket, const Patience& patience) {
  ASSIGN_OR_RETURN(const ServiceAnswer answer,
                   Send("release", OfLease(ticket, "DELETE", ""), patience));
  static_cast<void>(answer);  // 204
  return {};
}

}  // namespace injector::sidecar
