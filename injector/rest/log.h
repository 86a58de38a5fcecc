#pragma once
// The program's log: one line of JSON for each event, on stderr. The only place that sees spdlog.
// Names of people's things and anything that came with a request stay out of it, but for the
// caller's address and token id.
//
// Thread rule: any thread.

#include <memory>
#include <string_view>

#include "injector/base/error.h"
#include "injector/rest/json_object.h"

namespace injector::rest {

class Log {
 public:
  enum class Level { kDebug, kInfo, kWarning, kError };

  // Writes what is at least `least`.
  explicit Log(Level least);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool Writes(Level level) const;
  // {"time": …, "level": …, "event": `event`, and the members}
  void Write(Level level, std::string_view event, ObjectBuilder members = {});
  void Write(Level level, std::string_view event, const Error& error);

 private:
  class Sink;
  std::unique_ptr<Sink> sink_;
};

// "debug", "info", "warning", "error".
std::optional<Log::Level> ParseLogLevel(std::string_view name);

}  // namespace injector::rest
