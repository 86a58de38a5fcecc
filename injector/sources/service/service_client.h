#pragma once
// Requests to a credential service: JSON over HTTPS, with a token. For whoever asks it: jobs'
// shims, sidecars, people.
//
// Threads: one request at a time; a thread has a client of its own. Trust: the service is verified
// by TLS and believed, but what it answers is checked before it is used or shown.

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/http/client/client.h"
#include "injector/http/client/retry.h"
#include "injector/model/value.h"
#include "injector/sources/service/token_source.h"

namespace injector {

// "https://host[:port][/path]" without the slash at its end; http:// for this machine alone
// (IsLoopback), because the token would be readable on the way. kInvalidArgument otherwise.
Result<std::string> ParseServiceUrl(std::string_view text);

struct ServiceOptions {
  std::string url;        // as ParseServiceUrl() gives it
  std::string name = {};  // stands for the URL in messages; empty: the URL itself
  // What a person can do when no request gets there; empty: the message says enough.
  std::string unreachable_hint = {};
  // Whether requests go without a token: to a sidecar, which knows us by the socket.
  enum class Anonymous { kNo, kYes } anonymous = Anonymous::kNo;
  std::string token_file;  // read anew for each request, so that a replaced one takes effect
  Secret token;            // where there is no token file
  // Asked for each request, before all of these; null: there is none.
  std::shared_ptr<TokenSource> token_source = {};
  http::ClientOptions connection;
  std::chrono::milliseconds request_timeout{30'000};

  const std::string& ShownName() const { return name.empty() ? url : name; }
};

// The token. kInvalidArgument when it is none: empty, with spaces, or longer than 16 KiB; else the
// token source's errors.
Result<Secret> ReadToken(const ServiceOptions& options, std::stop_token stop = {});

struct ServiceRequest {
  std::string method = "GET";
  std::string path;  // below the URL, percent-encoded: "/api/v1/tokens"
  std::optional<Value> body = {};
  std::vector<http::Header> headers = {};
  std::stop_token stop = {};
};

struct ServiceAnswer {
  Value body;        // null: there is none
  std::string etag;  // empty: there is none
};

class ServiceClient {
 public:
  // Starts nothing before the first request.
  explicit ServiceClient(std::shared_ptr<const ServiceOptions> options);

  // Tries again while the service is unavailable, until the policy's deadline: kDeadlineExceeded.
  // Other errors are the service's refusals, in its words, by the code that CheckStatus() gives
  // them, and those of http::Client::Send(); kDataLoss for an answer that is no JSON. Blocking.
  Result<ServiceAnswer> Send(const ServiceRequest& request, const http::RetryPolicy& policy);

  // Of the last answer; 0 when the last request has got none.
  int last_status() const { return last_status_; }
  // How long that answer asked to be left alone; zero when it said nothing.
  std::chrono::milliseconds last_retry_after() const { return last_retry_after_; }

  const ServiceOptions& options() const { return *options_; }

 private:
  Result<http::ClientRequest> MakeRequest(const ServiceRequest& request) const;
  // `error`: why there is no answer.
  Error Unsent(Error error) const;
  Error RefusalOf(const http::ClientResponse& response, const http::ClientRequest& sent) const;

  std::shared_ptr<const ServiceOptions> options_;
  std::optional<http::Client> client_;
  int last_status_ = 0;
  std::chrono::milliseconds last_retry_after_{0};
};

// A key under which the service does a request once, however often it is sent.
Result<http::Header> MakeIdempotencyKey();

}  // namespace injector
