#pragma once
// The way between a sidecar and its service, on which things go wrong: a TCP proxy that does to
// requests and answers what a test says.

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "injector/base/unique_fd.h"

namespace injector::testing {

class FaultyWay {
 public:
  enum class Fault {
    kNone,
    kReset,       // of each connection, once a request has come
    kHalfAnswer,  // the service's answer ends in the middle
    kCutAnswer,   // the connection is reset in the middle of it
    kStall,       // nothing comes after the middle of it
    kSlow,        // it comes byte by byte
    kInstead,     // something else comes instead of it, and the service sees no request
  };

  // To 127.0.0.1:`port`.
  explicit FaultyWay(int port);
  ~FaultyWay();
  FaultyWay(const FaultyWay&) = delete;
  FaultyWay& operator=(const FaultyWay&) = delete;

  // http; the way itself carries any bytes.
  const std::string& url() const { return url_; }
  int port() const;
  // From the next bytes on, also of connections that are open.
  void Set(Fault fault, std::string instead = "");

 private:
  void Accept(const std::stop_token& stop);
  void Carry(const UniqueFd& client, const std::stop_token& stop) const;
  bool CarryRequest(const UniqueFd& client, const UniqueFd& service) const;
  bool CarryAnswer(const UniqueFd& client, const UniqueFd& service,
                   const std::stop_token& stop) const;

  const int port_;
  UniqueFd listener_;
  std::string url_;
  mutable std::mutex mutex_;
  std::atomic<Fault> fault_ = Fault::kNone;
  std::string instead_;
  std::list<std::jthread> carriers_;
  std::jthread acceptor_;  // gone first
};

}  // namespace injector::testing
