#pragma once
// Many clients of one HTTP server, in one thread: each sends a request over its own connection,
// waits for the answer, and sends the next. Light enough that the server is what is measured.

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

namespace injector::bench {

struct LoadResult {
  std::size_t answers = 0;
  std::size_t refusals = 0;  // answers that are no 2xx
  double seconds = 0;
  double median_ms = 0;
  double p99_ms = 0;

  double PerSecond() const { return static_cast<double>(answers) / seconds; }
};

// `requests` are whole HTTP/1.1 requests, sent in turn to 127.0.0.1. Counts what is answered within
// `duration`, after a tenth of it to warm up. Ends the program when a connection breaks.
LoadResult Load(int port, std::span<const std::string> requests, std::size_t clients,
                std::chrono::milliseconds duration);

}  // namespace injector::bench
