#include "tests/integration/service/service_load.h"

#include <chrono>
#include <utility>

#include "tests/integration/service/service_program.h"

namespace injector::testing {
namespace {

// Between one attempt and the next, and for others to get on.
void Breathe() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

bool Says(const http::ClientResponse& response, std::string_view header, std::string_view value) {
  return response.FindHeader(header).value_or("").find(value) != std::string_view::npos;
}

// As every client may expect it of a service whose database is away.
bool IsProperRefusal(const http::ClientResponse& response) {
  return Says(response, "Content-Type", "application/problem+json") &&
         Says(response, "Retry-After", "1") &&
         response.body.Reveal().find(R"("code":"unavailable")") != std::string_view::npos;
}

}  // namespace

ServiceLoad::ServiceLoad(Options options) : options_(std::move(options)) {
  for (int i = 0; i < options_.admins; ++i) {
    threads_.emplace_back([this, i](const std::stop_token& stopping) { Write(stopping, i); });
  }
  for (int i = 0; i < options_.runners; ++i) {
    threads_.emplace_back([this, i](const std::stop_token& stopping) { Fetch(stopping, i); });
  }
}

void ServiceLoad::Finish() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void ServiceLoad::AwaitMore(int count) const {
  const int written = written_ + (options_.admins > 0 ? count : 0);
  const int granted = granted_ + (options_.runners > 0 ? count : 0);
  while (written_ < written || granted_ < granted) Breathe();
}

void ServiceLoad::AwaitRefusals(int count) const {
  const int wanted = refused_ + count;
  while (refused_ < wanted) Breathe();
}

void ServiceLoad::Write(const std::stop_token& stopping, int writer) {
  http::Client client({});
  for (int i = 0; !stopping.stop_requested(); ++i) {
    const std::string name = "w" + std::to_string(writer) + "-" + std::to_string(i);
    const http::ClientResponse made =
        Insist(client, RequestFor("/api/v1/service-connections", options_.admin,
                                  AwsBody(name, "s3cret-of-" + name), name));
    if (made.status != 201) return Complain(name, made);
    ++written_;
    const std::lock_guard lock(mutex_);
    names_.push_back(name);
  }
}

void ServiceLoad::Fetch(const std::stop_token& stopping, int runner) {
  http::Client client({});
  for (int i = 0; !stopping.stop_requested(); ++i) {
    const std::string key = "r" + std::to_string(runner) + "-" + std::to_string(i);
    const http::ClientResponse grant =
        Insist(client, RequestFor("/api/v1/repos/web/grants", options_.runner,
                                  R"({"connections":["main"]})", key));
    const bool is_right =
        grant.status == 201 && grant.body.Reveal().find(kSecret) != std::string_view::npos;
    if (!is_right) return Complain(key, grant);
    ++granted_;
  }
}

http::ClientResponse ServiceLoad::Insist(http::Client& client, const http::ClientRequest& request) {
  while (true) {
    Result<http::ClientResponse> response = client.Send(request);
    if (response.ok() && response->status != 503) return *std::move(response);
    if (response.ok() && !IsProperRefusal(*response)) return *std::move(response);
    ++refused_;
    Breathe();
  }
}

http::ClientRequest ServiceLoad::RequestFor(const std::string& target, const std::string& token,
                                            const std::string& body, const std::string& key) const {
  http::ClientRequest request;
  request.method = "POST";
  request.url = options_.url + target;
  request.headers.push_back({"Authorization", Secret::CopyOf("Bearer " + token)});
  request.headers.push_back({"Content-Type", Secret::CopyOf("application/json")});
  request.headers.push_back({"Idempotency-Key", Secret::CopyOf(key)});
  request.body = Secret::CopyOf(body);
  return request;
}

// What a grant answers is a secret, but that of a test.
void ServiceLoad::Complain(const std::string& what, const http::ClientResponse& response) {
  const std::lock_guard lock(mutex_);
  wrong_.push_back(what + ": " + std::to_string(response.status) + " " +
                   std::string(response.body.Reveal()));
  // Nobody shall wait for what does not come any more.
  written_ += 1'000'000;
  granted_ += 1'000'000;
}

}  // namespace injector::testing
