#pragma once
// Clients that keep at it: admins who make connections, runners who fetch one. Whatever is not an
// answer, or says 503, is asked for again under the same Idempotency-Key, as jobs do; so each thing
// that was asked for is done in the end, and done once.

#include <atomic>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "injector/base/result.h"
#include "injector/http/client/client.h"

namespace injector::testing {

class ServiceLoad {
 public:
  struct Options {
    std::string url;
    std::string admin;   // a token
    std::string runner;  // a token for the repo `web`, which has `main` with the secret below
    int admins = 2;
    int runners = 2;
  };
  static constexpr std::string_view kSecret = "main-canary-77ab12";

  explicit ServiceLoad(Options options);
  // Brings to an end what is under way. Requires: the service answers.
  void Finish();

  int written() const { return written_; }
  int granted() const { return granted_; }
  int refused() const { return refused_; }
  // Names of what was acknowledged, and answers that should not have come. After Finish().
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

  // Waits until so many more of each have been done.
  void AwaitMore(int count) const;
  // Waits until so many more have been answered with 503, or not at all.
  void AwaitRefusals(int count) const;

 private:
  void Write(const std::stop_token& stopping, int writer);
  void Fetch(const std::stop_token& stopping, int runner);
  // Until it is answered otherwise than by 503.
  http::ClientResponse Insist(http::Client& client, const http::ClientRequest& request);
  http::ClientRequest RequestFor(const std::string& target, const std::string& token,
                                 const std::string& body, const std::string& key) const;
  void Complain(const std::string& what, const http::ClientResponse& response);

  const Options options_;
  std::atomic<int> written_ = 0;
  std::atomic<int> granted_ = 0;
  std::atomic<int> refused_ = 0;
  std::mutex mutex_;
  std::vector<std::string> names_;
  std::vector<std::string> wrong_;
  std::vector<std::jthread> threads_;
};

}  // namespace injector::testing
