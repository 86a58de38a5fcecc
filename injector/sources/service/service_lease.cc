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

// From 40 to 60 percent.
milliseconds AboutHalf(milliseconds whole) {
  std::random_device random;
  return whole * std::uniform_int_distribution<int>(40, 60)(random) / 100;
}

}  // namespace

ServiceLease::ServiceLease(std::shared_ptr<const ServiceOptions> options, LeaseTicket ticket,
                           LeaseTimes times)
    : client_(std::move(options)), ticket_(std::move(ticket)), times_(times) {}

ServiceLease::~ServiceLease() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  if (is_over_) return;
  // Nobody waits for the answer: a lease that is not given back ends by itself.
  static_cast<void>(client_.Send(MakeRequest("DELETE", ""),
                                 {.deadline = std::chrono::steady_clock::now() + times_.farewell}));
}

ServiceRequest ServiceLease::MakeRequest(std::string_view method, std::string_view action) const {
  ServiceRequest request;
  request.method = method;
  request.path = "/api/v1/grants/" + std::string(PercentEncode(ticket_.id).Reveal());
  request.path += action;
  request.headers.push_back({"Grant-Secret", ticket_.secret.Clone()});
  return request;
}

Status ServiceLease::Keep(std::function<void(const Error&)> say) {
  try {
    thread_ = std::jthread(
        [this, say = std::move(say)](const std::stop_token& stop) { KeepRenewing(stop, say); });
  } catch (const std::system_error& error) {
    return Error::FromErrno(error.code().value(), "start a thread");
  }
  return {};
}

milliseconds ServiceLease::Remaining() const {
  const auto left = ticket_.expires_at - std::chrono::system_clock::now();
  return std::clamp(std::chrono::duration_cast<milliseconds>(left), times_.shortest_pause,
                    milliseconds(std::chrono::hours(24)));
}

void ServiceLease::KeepRenewing(const std::stop_token& stop,
                                const std::function<void(const Error&)>& say) {
  while (PauseUnlessStopped(std::max(AboutHalf(Remaining()), times_.shortest_pause), stop)) {
    Status renewed = Renew(stop);
    if (renewed.ok() || stop.stop_requested()) continue;
    is_over_ = true;
    say(std::move(renewed).error().WithContext("the lease has ended early"));
    return;
  }
}

Status ServiceLease::Renew(const std::stop_token& stop) {
  ServiceRequest request = MakeRequest("POST", "/renew");
  request.stop = stop;
  // What has ended by our clock may not have by the service's: its answer is worth a moment.
  const milliseconds patience = std::max(Remaining(), times_.farewell);
  ASSIGN_OR_RETURN(
      const ServiceAnswer answer,
      client_.Send(request, {.deadline = std::chrono::steady_clock::now() + patience}));
  ASSIGN_OR_RETURN(const JobRenewal renewal, ParseRenewal(answer.body));
  ticket_.expires_at = renewal.expires_at;
  return {};
}

}  // namespace injector
