#pragma once
// What a server notes of one request: a line in its log and its numbers, under an id that the
// answer shows too.

#include <chrono>
#include <string>
#include <string_view>

#include "injector/http/server/server.h"
#include "injector/rest/json_object.h"
#include "injector/rest/log.h"
#include "injector/rest/metrics.h"

namespace injector::rest {

class RequestRecord {
 public:
  // Both must outlive it.
  RequestRecord(Metrics& metrics, Log& log);

  // Random, never the caller's own: that would be an echo, and could be anything.
  const std::string& id() const { return id_; }

  // What went wrong inside, which the answer does not say.
  void NoteFailure(const Error& error) const;

  // `response` as it goes out. `operation`: of the route, empty without one; `members`: what else
  // the log says of the request.
  http::ServerResponse Finish(http::ServerResponse response, std::string_view operation,
                              ObjectBuilder members) const;

 private:
  Metrics& metrics_;
  Log& log_;
  const std::chrono::steady_clock::time_point begin_;
  const std::string id_;
};

}  // namespace injector::rest
