#include "runner_shim/job/event_log.h"

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/file.h"
#include "injector/model/json.h"

namespace runner_shim {
namespace {

using injector::Value;
using Members = std::vector<Value::Member>;

std::int64_t MillisecondsSince(std::chrono::steady_clock::time_point start) {
  const auto passed = std::chrono::steady_clock::now() - start;
  return std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
}

Members Event(std::string_view name) {
  Members members;
  members.push_back({"event", Value::String(name)});
  return members;
}

std::string LineOf(Members members) {
  std::string line(injector::WriteJson(Value::Map(std::move(members))).Reveal());
  return line + '\n';
}

void Write(const std::string& line) {
  // Nobody is left to be told when stderr is gone.
  (void)injector::WriteAll(STDERR_FILENO, line, "stderr").ok();
}

Members Describe(const std::string& reference,
                 const injector::Fetched<injector::Connection>& fetched) {
  const injector::Connection& connection = fetched.item;
  std::vector<Value> fields;
  for (const injector::Field& field : connection.fields) {
    fields.push_back(Value::String(field.name));
  }
  Members members = Event("connection.resolved");
  members.push_back({"ref", Value::String(reference)});
  members.push_back({"type", Value::String(connection.name.type)});
  members.push_back({"alias", Value::String(connection.name.alias)});
  members.push_back({"source", Value::String(fetched.source)});
  if (connection.version > 0) {
    const auto version = static_cast<std::int64_t>(connection.version);
    members.push_back({"version", Value::Number(version)});
  }
  members.push_back({"fields", Value::List(std::move(fields))});
  return members;
}

}  // namespace

EventLog::EventLog(JobOptions::LogFormat format)
    : on_(format == JobOptions::LogFormat::kJson), made_(Clock::now()), started_(made_) {}

void EventLog::ConnectionsResolved(const JobOptions& options,
                                   const injector::FetchedItems& fetched) const {
  if (!on_) return;
  const std::int64_t milliseconds = MillisecondsSince(made_);
  for (std::size_t i = 0; i < fetched.connections.size(); ++i) {
    if (!fetched.connections[i]) continue;
    Members members = Describe(options.connections[i].reference, *fetched.connections[i]);
    members.push_back({"ms", Value::Number(milliseconds)});
    Write(LineOf(std::move(members)));
  }
}

std::string EventLog::JobStarted(pid_t pid) {
  if (!on_) return {};
  started_ = Clock::now();
  Members members = Event("job.started");
  members.push_back({"pid", Value::Number(std::int64_t{pid})});
  return LineOf(std::move(members));
}

void EventLog::JobEnded(int exit_status) const {
  if (!on_) return;
  Members members = Event("job.ended");
  members.push_back({"exit_status", Value::Number(std::int64_t{exit_status})});
  members.push_back({"ms", Value::Number(MillisecondsSince(started_))});
  Write(LineOf(std::move(members)));
}

}  // namespace runner_shim
