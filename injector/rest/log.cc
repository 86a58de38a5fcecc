#include "injector/rest/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>

#include "injector/model/json.h"

namespace injector::rest {
namespace {

spdlog::level::level_enum LevelOf(Log::Level level) {
  switch (level) {
    case Log::Level::kDebug:
      return spdlog::level::debug;
    case Log::Level::kInfo:
      return spdlog::level::info;
    case Log::Level::kWarning:
      return spdlog::level::warn;
    case Log::Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

class Log::Sink {
 public:
  explicit Sink(Level least)
      : logger_("service", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(LevelOf(least));
    // The text is a JSON object without its opening brace.
    logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)", spdlog::pattern_time_type::utc));
  }

  spdlog::logger& logger() { return logger_; }

 private:
  spdlog::logger logger_;
};

Log::Log(Level least) : sink_(std::make_unique<Sink>(least)) {}
Log::~Log() = default;

bool Log::Writes(Level level) const { return sink_->logger().should_log(LevelOf(level)); }

void Log::Write(Level level, std::string_view event, ObjectBuilder members) {
  if (!Writes(level)) return;
  ObjectBuilder line;
  line.Add("event", event);
  Value others = std::move(members).Build();
  for (Value::Member& member : others.members()) {
    line.Add(std::move(member.name), std::move(member.value));
  }
  const Secret text = WriteJson(std::move(line).Build());
  const std::string_view open = text.Reveal().substr(1);
  sink_->logger().log(LevelOf(level), spdlog::string_view_t(open.data(), open.size()));
}

void Log::Write(Level level, std::string_view event, const Error& error) {
  ObjectBuilder members;
  members.Add("code", ErrorCodeName(error.code())).Add("message", error.message());
  Write(level, event, std::move(members));
}

std::optional<Log::Level> ParseLogLevel(std::string_view name) {
  if (name == "debug") return Log::Level::kDebug;
  if (name == "info") return Log::Level::kInfo;
  if (name == "warning") return Log::Level::kWarning;
  if (name == "error") return Log::Level::kError;
  return std::nullopt;
}

}  // namespace injector::rest
