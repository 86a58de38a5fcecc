#include "injector/service/events/event_sender.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "injector/service/ids.h"

namespace injector {
namespace {

constexpr std::size_t kBatch = 100;

// Of this run: one that is started anew waits until the claim of the run before is over.
std::string NewProgramId() {
  Result<std::string> id = NewUuid();
  return id.ok() ? *std::move(id) : "";
}

void Wait(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

EventSender::EventSender(Desk& desk, std::unique_ptr<EventReceiver> receiver,
                         const Options& options, Observer observer)
    : desk_(desk),
      receiver_(std::move(receiver)),
      feed_(desk, receiver_->name(), NewProgramId()),
      options_(options),
      observer_(std::move(observer)) {
  // A new receiver begins here, not when the thread gets its turn.
  const Result<std::vector<FeedEvent>> introduced = feed_.Next(0);
  if (!introduced.ok()) observer_.failed(introduced.error());
  thread_ = std::jthread([this](const std::stop_token& stop) { Work(stop); });
}

void EventSender::Work(const std::stop_token& stop) {
  std::chrono::milliseconds pause = options_.first_pause;
  while (!stop.stop_requested()) {
    const Result<bool> sent = SendNext(stop);
    if (!sent.ok()) {
      if (stop.stop_requested()) return;
      observer_.failed(sent.error());
      Wait(stop, pause);
      pause = std::min(pause * 2, options_.longest_pause);
      continue;
    }
    pause = options_.first_pause;
    if (!*sent) Wait(stop, options_.interval);
  }
}

Result<bool> EventSender::SendNext(const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const std::vector<FeedEvent> events, feed_.Next(kBatch));
  for (const FeedEvent& event : events) {
    // This program may have been stopped for a while, and another one have gone on from here.
    ASSIGN_OR_RETURN(const bool is_ours, feed_.IsOurs());
    if (!is_ours) return true;
    RETURN_IF_ERROR(Deliver(event, stop));
    // After it was delivered, never before: it may come twice, but it comes.
    ASSIGN_OR_RETURN(const bool still_ours, feed_.Done(event));
    if (!still_ours) return true;
  }
  return !events.empty();
}

Status EventSender::Deliver(const FeedEvent& event, const std::stop_token& stop) {
  Status delivered = receiver_->Deliver(event, stop);
  if (delivered.ok()) {
    observer_.delivered();
    return {};
  }
  const bool never = delivered.error().code() == ErrorCode::kInvalidArgument;
  if (!never && desk_.clock().Now() - event.time < options_.keep) return delivered;
  observer_.lost();
  return {};
}

}  // namespace injector
