#pragma once
// What one failed attempt to connect spares the others. While a server is away, one caller at a
// time tries it, and not all the time; whoever else wants to connect is told at once what the last
// one was told. So nobody waits behind the time-outs of others, and a server that comes back is not
// met by everybody at once.
//
// Thread rule: any thread.

#include <chrono>
#include <mutex>
#include <optional>

#include "injector/base/result.h"

namespace injector {

class Outage {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // `pause`: between one attempt and the next.
  explicit Outage(std::chrono::milliseconds pause) : pause_(pause) {}

  // nullopt: try, and call Ended(). Else why not.
  std::optional<Error> Begin(Moment now);
  void Ended(const Status& status, Moment now);

 private:
  const std::chrono::milliseconds pause_;
  std::mutex mutex_;
  std::optional<Error> error_;  // there is an outage, and this is what it looks like
  Moment next_ = {};
  bool trying_ = false;  // somebody, during an outage
};

}  // namespace injector
