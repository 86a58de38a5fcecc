#include "injector/base/pause.h"

#include <condition_variable>
#include <mutex>

namespace injector {

bool PauseUnlessStopped(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, pause, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace injector
