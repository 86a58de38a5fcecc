#pragma once
// Where events go.

#include <stop_token>
#include <string>

#include "injector/base/result.h"
#include "injector/service/events/event_feed.h"

namespace injector {

class EventReceiver {
 public:
  virtual ~EventReceiver() = default;
  // Stable over restarts, and different for different receivers.
  virtual std::string name() const = 0;
  // kInvalidArgument: this one it will never take. Any other error: not now.
  virtual Status Deliver(const FeedEvent& event, const std::stop_token& stop) = 0;
};

}  // namespace injector
