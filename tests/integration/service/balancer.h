#pragma once
// What stands before several replicas: a TCP forwarder that gives each new connection to the next
// of them that takes it. Of HTTP it knows nothing.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::testing {

class Balancer {
 public:
  // Ports on 127.0.0.1.
  explicit Balancer(std::vector<int> ports);
  ~Balancer();
  Balancer(const Balancer&) = delete;
  Balancer& operator=(const Balancer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // From the next connection on.
  void Replace(std::vector<int> ports);

 private:
  void Work();
  // -1 when none of them takes it.
  UniqueFd ConnectToNext();

  UniqueFd listener_;
  int port_ = 0;
  UniqueFd stop_;  // readable when it is time
  std::mutex mutex_;
  std::vector<int> ports_;
  std::size_t next_ = 0;
  std::thread thread_;
};

}  // namespace injector::testing
