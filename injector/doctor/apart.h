#pragma once
// Work that must be over in time whatever it waits for (a name lookup, a library without time-outs,
// a server that never answers): each piece runs in a process of its own, which is killed when its
// time is over. What a hostile server could do to the client library stays in that process as well.

#include <chrono>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "injector/doctor/check.h"

namespace injector::doctor {

// Tells the outside what it is at. Control characters become spaces.
using Progress = std::function<void(std::string_view)>;
using Task = std::function<CheckResult(const Progress& say)>;

struct TimedResult {
  CheckResult result;
  std::chrono::milliseconds latency{0};  // from the task's start to its result
};

// In the order of `tasks`, which run at the same time, at most 256 at once, each for at most
// `limit`, counted from when it runs. kTimeout names what the task said last; kUnknown says that
// its process ended without a result. Requires: this process has one thread.
std::vector<TimedResult> RunApart(std::span<const Task> tasks, std::chrono::milliseconds limit);

}  // namespace injector::doctor
