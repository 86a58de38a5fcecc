#pragma once
// Waiting that can be cut short.

#include <chrono>
#include <stop_token>

namespace injector {

// Blocks for `pause`, or until `stop` asks to stop. Whether the time was over first.
bool PauseUnlessStopped(std::chrono::milliseconds pause, const std::stop_token& stop);

}  // namespace injector
