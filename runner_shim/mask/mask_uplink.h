#pragma once
// MaskUplink: passes one value on to the shim around this one, without waiting in the loop.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/mask/mask_protocol.h"
#include "runner_shim/process/event_loop.h"

namespace runner_shim {

class MaskUplink {
 public:
  // Calls `done` once, from the loop, with the answer, or with a kRefused of our own when there is
  // none within `patience`. Must not be destroyed by it.
  MaskUplink(EventLoop& loop, std::string socket_path, std::string_view value,
             std::chrono::milliseconds patience, std::function<void(MaskAnswer)> done);
  MaskUplink(const MaskUplink&) = delete;
  MaskUplink& operator=(const MaskUplink&) = delete;

 private:
  void Connect();
  void OnReady();
  void Send();
  void Receive();
  void Finish(MaskAnswer answer);
  void Fail(std::string_view reason);

  EventLoop& loop_;
  std::string socket_path_;
  injector::Secret request_;
  std::size_t sent_ = 0;
  std::string answer_;
  std::function<void(MaskAnswer)> done_;
  injector::UniqueFd fd_;
  std::optional<FdWatch> watch_;
  Timer deadline_;
  Timer retry_;
};

}  // namespace runner_shim
