#pragma once
// Checks connections: all at the same time, each for a limited time.

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "injector/doctor/apart.h"
#include "injector/model/connection.h"

namespace injector::doctor {

struct ExamineOptions {
  std::chrono::milliseconds time_limit{2'000};  // of each
  std::string ca_file;                          // PEM; empty: the system's authorities
};

// In the order of `connections`. Of a type that has no check, kOk and a message that says so.
// Requires: this process has one thread (RunApart).
std::vector<TimedResult> Examine(std::span<const Connection* const> connections,
                                 const ExamineOptions& options);

}  // namespace injector::doctor
