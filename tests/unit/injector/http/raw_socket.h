#pragma once
// Both ends of HTTP as bytes: a client that sends whatever a test wants, and a server that answers
// with whatever it was given.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::http::testing {

// Connects to a loopback port.
UniqueFd ConnectTo(int port);
void SendText(const UniqueFd& socket, std::string_view text);
// Everything until the other side closes.
std::string ReceiveAll(const UniqueFd& socket);
// One answer: header and as much body as its Content-Length says.
std::string ReceiveAnswer(const UniqueFd& socket);

// Answers the n-th connection with the n-th text, the last one again and again, and closes it.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::string> answers);
  ~CannedServer();
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  std::string url() const;
  // The requests, as far as they had come when they were answered.
  const std::vector<std::string>& requests() const { return requests_; }

 private:
  void Serve();

  std::vector<std::string> answers_;
  std::vector<std::string> requests_;
  UniqueFd listener_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace injector::http::testing
