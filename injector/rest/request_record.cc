#include "injector/rest/request_record.h"

#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/random.h"

namespace injector::rest {
namespace {

constexpr std::size_t kRequestIdBytes = 8;
constexpr std::string_view kNoOperation = "none";

std::string NewRequestId() {
  const Result<Secret> random = RandomBytes(kRequestIdBytes);
  return random.ok() ? HexEncode(random->Reveal()) : "unknown";
}

}  // namespace

RequestRecord::RequestRecord(Metrics& metrics, Log& log)
    : metrics_(metrics), log_(log), begin_(std::chrono::steady_clock::now()), id_(NewRequestId()) {
  metrics_.RequestBegins();
}

void RequestRecord::NoteFailure(const Error& error) const {
  ObjectBuilder members;
  members.Add("requestId", id_).Add("code", ErrorCodeName(error.code()));
  members.Add("message", error.message());
  log_.Write(Log::Level::kError, "request.failed", std::move(members));
}

http::ServerResponse RequestRecord::Finish(http::ServerResponse response,
                                           std::string_view operation,
                                           ObjectBuilder members) const {
  if (operation.empty()) operation = kNoOperation;
  response.headers.emplace_back("X-Request-Id", id_);
  response.headers.emplace_back("Cache-Control", "no-store");
  const auto time = std::chrono::steady_clock::now() - begin_;
  metrics_.RequestEnds(operation, response.status, time);
  if (!log_.Writes(Log::Level::kInfo)) return response;
  ObjectBuilder line;
  line.Add("requestId", id_).Add("operation", operation);
  line.Add("status", std::int64_t{response.status});
  line.Add("microseconds", std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  Value others = std::move(members).Build();
  for (Value::Member& member : others.members()) {
    line.Add(std::move(member.name), std::move(member.value));
  }
  log_.Write(Log::Level::kInfo, "request", std::move(line));
  return response;
}

}  // namespace injector::rest
