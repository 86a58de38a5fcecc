#pragma once
// What the benchmarks that load a server are told on their command line.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace injector::bench {

struct LoadOptions {
  std::chrono::milliseconds duration{4'000};  // --seconds=N
  std::size_t clients = 64;                   // --clients=N
  std::vector<int> connections;               // --connections=N,N…
  std::string only = {};                      // --only=NAME; empty: everything
};

// `options` with what stands on the command line. Ends the program at what it does not know.
LoadOptions ParseLoadOptions(int argc, char** argv, LoadOptions options);

}  // namespace injector::bench
