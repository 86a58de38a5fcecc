#pragma once
// Brings events to one receiver, in a thread of its own: nothing that serves requests waits for it.
// A receiver that does not take an event is asked again, with growing pauses; the next event waits
// for that. An event that is older than `keep` and still not taken is given up, and counted.

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "injector/base/result.h"
#include "injector/service/events/event_receiver.h"

namespace injector {

class EventSender {
 public:
  struct Options {
    std::chrono::milliseconds interval{1'000};     // of looking for events
    std::chrono::milliseconds first_pause{1'000};  // doubled with each failure
    std::chrono::milliseconds longest_pause{300'000};
    std::chrono::seconds keep{std::chrono::hours(24)};
  };
  // Called in the thread.
  struct Observer {
    std::function<void()> delivered;
    std::function<void()> lost;
    std::function<void(const Error&)> failed;  // tried again
  };

  // `desk` must outlive it.
  EventSender(Desk& desk, std::unique_ptr<EventReceiver> receiver, const Options& options,
              Observer observer);

 private:
  void Work(const std::stop_token& stop);
  // Whether there may be more at once.
  Result<bool> SendNext(const std::stop_token& stop);
  // kOk also for one that is given up.
  Status Deliver(const FeedEvent& event, const std::stop_token& stop);

  Desk& desk_;
  std::unique_ptr<EventReceiver> receiver_;
  EventFeed feed_;
  const Options options_;
  const Observer observer_;
  std::jthread thread_;
};

}  // namespace injector
