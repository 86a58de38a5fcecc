#include "injector/sources/service/service_lease.h"

#include <algorithm>
#include <random>
#include <system_error>
#include <utility>

#include "injector/base/pause.h"
#include "injector/base/percent.h"

namespace injector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What an answer may take beyond the time that it was asked to wait.
constexpr milliseconds kAnswerTime{5'000};

// From 40 to 60 percent.
milliseconds AboutHalf(milliseconds whole) {
  std::random_device random;
  return whole * std::uniform_int_distribution<int>(40, 60)(random) / 100;
}

bool IsUnavailable(const Error& error) {
  return error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kDeadlineExceeded;
}

}  // namespace

ServiceLease::ServiceLease(Lender lender, LeaseTicket ticket, std::int64_t revision, Value request)
    : lender_(std::move(lender)),
      request_(std::move(request)),
      client_(lender_.service),
      ticket_(std::move(ticket)),
      revision_(revision),
      retry_(lender_.times.first_retry) {}

ServiceLease::~ServiceLease() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  if (is_over_ || is_away_) return;
  ServiceRequest request = MakeRequest("DELETE", "");
  if (lender_.farewell == Lender::Farewell::kWithMaskedRuns && holder_.masked_runs) {
    std::vector<Value::Member> members;
    members.push_back({"maskedRuns", Value::Number(std::to_string(holder_.masked_runs()))});
    request.body = Value::Map(std::move(members));
  }
  // Nobody waits for the answer: a lease that is not given back ends by itself.
  static_cast<void>(
      client_.Send(request, {.deadline = Clock::now() + lender_.times.farewell, .most_tries = 1}));
}

ServiceRequest ServiceLease::MakeRequest(std::string_view method, std::string_view action) const {
  ServiceRequest request;
  request.method = method;
  request.path = lender_.leases_path + std::string(PercentEncode(ticket_.id).Reveal());
  request.path += action;
  request.headers.push_back({"Grant-Secret", ticket_.secret.Clone()});
  return request;
}

Status ServiceLease::Keep(LeaseHolder holder) {
  holder_ = std::move(holder);
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { Hold(stop); });
  } catch (const std::system_error& error) {
    return Error::FromErrno(error.code().value(), "start a thread");
  }
  return {};
}

milliseconds ServiceLease::Remaining() const {
  const auto left = ticket_.expires_at - std::chrono::system_clock::now();
  return std::clamp(std::chrono::duration_cast<milliseconds>(left), lender_.times.shortest_pause,
                    milliseconds(std::chrono::hours(24)));
}

void ServiceLease::ScheduleRenewal() {
  renewal_due_ = Clock::now() + std::max(AboutHalf(Remaining()), lender_.times.shortest_pause);
}

seconds ServiceLease::NextWait() const {
  const auto now = Clock::now();
  const auto held = std::chrono::duration_cast<seconds>(now - held_since_);
  const auto until_renewal = std::chrono::ceil<seconds>(renewal_due_ - now);
  return std::max(seconds(1), std::min({held, until_renewal, lender_.times.longest_wait}));
}

void ServiceLease::Hold(const std::stop_token& stop) {
  held_since_ = Clock::now();
  ScheduleRenewal();
  while (!stop.stop_requested() && !is_over_) {
    const bool renewal_is_due = Clock::now() >= renewal_due_;
    if (!renewal_is_due && (is_deaf_ || has_refused_)) {
      PauseUnlessStopped(std::chrono::ceil<milliseconds>(renewal_due_ - Clock::now()), stop);
      continue;
    }
    const Step step = renewal_is_due ? Step::kRenew : Step::kAwaitChanges;
    const Status done = step == Step::kRenew ? Renew(stop) : AwaitChanges(stop);
    if (stop.stop_requested()) return;
    if (done.ok()) {
      NoteSuccess(step);
    } else {
      Settle(step, done.error(), stop);
    }
  }
}

void ServiceLease::NoteSuccess(Step step) {
  is_away_ = false;
  retry_ = lender_.times.first_retry;
  if (step != Step::kRenew) return;
  is_deaf_ = deaf_because_of_.has_value();
  if (is_deaf_ && !std::exchange(has_said_deaf_, true)) {
    holder_.say(std::move(*deaf_because_of_)
                    .WithContext("warning: new values come only when the lease is renewed"));
  }
  deaf_because_of_.reset();
}

Result<ServiceAnswer> ServiceLease::Send(ServiceRequest request, milliseconds patience,
                                         const std::stop_token& stop) {
  request.stop = stop;
  http::RetryPolicy policy{.deadline = Clock::now() + patience,
                           .first_pause = lender_.times.first_retry,
                           .longest_pause = lender_.times.longest_retry};
  // A service is asked again as it wishes (Retry-After). That a sidecar is away, or has been
  // started anew, is to be known at once.
  if (lender_.lost_lease == Lender::LostLease::kIsReplaced) policy.most_tries = 1;
  return client_.Send(request, policy);
}

Status ServiceLease::Renew(const std::stop_token& stop) {
  // What has ended by our clock may not have by the other's: its answer is worth a moment.
  ASSIGN_OR_RETURN(const ServiceAnswer answer,
                   Send(MakeRequest("POST", "/renew"), lender_.times.farewell, stop));
  ASSIGN_OR_RETURN(JobRenewal renewal, ParseRenewal(answer.body, std::chrono::system_clock::now()));
  ticket_.expires_at = renewal.expires_at;
  ScheduleRenewal();
  LeaseChanges changes;
  changes.connections = std::move(renewal.connections);
  changes.variables = std::move(renewal.variables);
  for (const ConnectionName& name : renewal.removed.connections) {
    changes.removed.push_back(name.Full());
  }
  for (const std::string& key : renewal.removed.variables) {
    changes.removed.push_back("variable " + key);
  }
  Pass(std::move(changes), renewal.revision);
  return {};
}

void ServiceLease::Pass(LeaseChanges changes, std::int64_t revision) {
  if (!changes.empty()) {
    changes.source = lender_.description;
    has_refused_ = !holder_.take(std::move(changes));
  }
  // To ask for changes after it would say that all of it is masked.
  if (!has_refused_) revision_ = revision;
}

Status ServiceLease::AwaitChanges(const std::stop_token& stop) {
  const seconds wait = NextWait();
  const Clock::time_point asked = Clock::now();
  const std::string query =
      "/changes?after=" + std::to_string(revision_) + "&wait=" + std::to_string(wait.count());
  ASSIGN_OR_RETURN(const ServiceAnswer answer,
                   Send(MakeRequest("GET", query), wait + kAnswerTime, stop));
  ASSIGN_OR_RETURN(const JobChanges changes, ParseChanges(answer.body));
  Status done;
  if (changes.empty()) {
    revision_ = changes.revision;
  } else {
    done = Renew(stop);
  }
  // Not sooner than asked for, whatever the other side thinks of waiting.
  const auto spent = std::chrono::ceil<milliseconds>(Clock::now() - asked);
  PauseUnlessStopped(std::min<milliseconds>(wait, lender_.times.shortest_pause) - spent, stop);
  return done;
}

void ServiceLease::Settle(Step step, const Error& error, const std::stop_token& stop) {
  if (IsUnavailable(error)) return SettleUnavailable(error, stop);
  is_away_ = false;
  const bool is_lost = error.code() == ErrorCode::kNotFound;
  if (is_lost && lender_.lost_lease == Lender::LostLease::kIsReplaced) {
    // It may not know the next one either.
    PauseBeforeRetry(stop);
    if (stop.stop_requested()) return;
    const Status replaced = Replace(stop);
    if (replaced.ok() || stop.stop_requested()) return;
    if (IsUnavailable(replaced.error())) return SettleUnavailable(replaced.error(), stop);
    return End(replaced.error());
  }
  if (step == Step::kRenew) return End(error);
  // The lease may be over, or only this question not be answered: a renewal tells.
  deaf_because_of_ = error;
  renewal_due_ = Clock::now();
}

void ServiceLease::SettleUnavailable(const Error& error, const std::stop_token& stop) {
  const bool may_end = lender_.lost_lease == Lender::LostLease::kIsOver;
  const bool has_ended = ticket_.expires_at <= std::chrono::system_clock::now();
  if (may_end && has_ended) return End(error);
  is_away_ = true;
  if (!may_end && !std::exchange(has_said_away_, true)) {
    holder_.say(Error(error).WithContext("warning: the job goes on with what it has"));
  }
  PauseBeforeRetry(stop);
}

void ServiceLease::PauseBeforeRetry(const std::stop_token& stop) {
  PauseUnlessStopped(retry_, stop);
  retry_ = std::min(retry_ * 2, lender_.times.longest_retry);
}

Status ServiceLease::Replace(const std::stop_token& stop) {
  ServiceRequest request;
  request.method = "POST";
  request.path = lender_.grants_path;
  request.body = request_.Clone();
  ASSIGN_OR_RETURN(http::Header key, MakeIdempotencyKey());
  request.headers.push_back(std::move(key));
  ASSIGN_OR_RETURN(const ServiceAnswer answer, Send(std::move(request), kAnswerTime, stop));
  ASSIGN_OR_RETURN(JobGrant grant, ParseGrant(answer.body, std::chrono::system_clock::now()));
  ticket_ = std::move(grant.ticket);
  held_since_ = Clock::now();
  ScheduleRenewal();
  LeaseChanges changes;
  changes.connections = std::move(grant.connections);
  changes.variables = std::move(grant.variables);
  changes.endpoint = std::move(grant.endpoint);
  // Nothing of it counts as masked before the holder says so.
  revision_ = 0;
  has_refused_ = false;
  Pass(std::move(changes), grant.revision);
  return {};
}

void ServiceLease::End(Error error) {
  is_over_ = true;
  holder_.say(std::move(error).WithContext("the lease has ended early"));
}

}  // namespace injector
