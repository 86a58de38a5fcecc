#include "runner_shim/job/scrub_report.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "injector/base/file.h"
#include "injector/model/json.h"
#include "runner_shim/job/messages.h"

namespace runner_shim {
namespace {

using injector::ConnectionName;
using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;
using injector::Status;
using injector::Value;
using Members = std::vector<Value::Member>;

Value Number(std::uint64_t number) { return Value::Number(std::to_string(number)); }

// The connection of which `name` is a field. An alias may hold dots: the longest that fits.
const ConnectionName* ConnectionOf(const std::string& name,
                                   const std::vector<ConnectionName>& connections) {
  const ConnectionName* best = nullptr;
  for (const ConnectionName& connection : connections) {
    const bool fits = name.starts_with(connection.type + "." + connection.alias + ".");
    if (fits && (best == nullptr || best->alias.size() < connection.alias.size())) {
      best = &connection;
    }
  }
  return best;
}

Members Describe(const std::string& name, const std::vector<ConnectionName>& connections) {
  Members members;
  members.push_back({"name", Value::String(name)});
  if (const ConnectionName* connection = ConnectionOf(name, connections)) {
    const std::size_t prefix = connection->type.size() + connection->alias.size() + 2;
    members.push_back({"connection", Value::String(connection->Full())});
    members.push_back({"field", Value::String(name.substr(prefix))});
  }
  return members;
}

enum class Completion { kUnderWay, kComplete };

Value ReportOf(const std::vector<ScrubCount>& counts,
               const std::vector<ConnectionName>& connections, Completion completion) {
  std::uint64_t all_runs = 0;
  std::vector<Value> secrets;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string& name = counts[i].name;
    const auto same = [&](const ScrubCount& count) { return count.name == name; };
    const auto end_of_known = counts.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(counts.begin(), end_of_known, same)) continue;
    std::uint64_t runs = 0;
    Members forms;
    for (const ScrubCount& count : counts) {
      if (!same(count)) continue;
      runs += count.runs;
      forms.push_back({std::string(FormName(count.form)), Number(count.runs)});
    }
    Members members = Describe(name, connections);
    members.push_back({"runs", Number(runs)});
    members.push_back({"forms", Value::Map(std::move(forms))});
    secrets.push_back(Value::Map(std::move(members)));
    all_runs += runs;
  }
  Members report;
  report.push_back({"format", Value::String("runner-shim.report")});
  report.push_back({"version", Value::Number(1)});
  report.push_back({"complete", Value::Bool(completion == Completion::kComplete)});
  report.push_back({"runs", Number(all_runs)});
  report.push_back({"secrets", Value::List(std::move(secrets))});
  return Value::Map(std::move(report));
}

}  // namespace

Result<ScrubReport> ScrubReport::Start(const std::string& path) {
  if (path.empty()) return ScrubReport("");
  ASSIGN_OR_RETURN(std::string target, injector::ResolveLinks(path));
  struct stat info {};
  // Not even for root: /dev/null is to stay what it is.
  if (::stat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return Error(ErrorCode::kInvalidArgument, path + ": not a regular file");
  }
  ScrubReport report(std::move(target));
  RETURN_IF_ERROR(report.Replace(ReportOf({}, {}, Completion::kUnderWay)));
  return report;
}

int ScrubReport::Finish(const std::vector<ScrubCount>& counts,
                        const std::vector<ConnectionName>& connections, int status) const {
  if (path_.empty()) return status;
  const Status written = Replace(ReportOf(counts, connections, Completion::kComplete));
  if (written.ok()) return status;
  SayError(written.error());
  return status == 0 ? injector::ExitStatus(ErrorCode::kInternal) : status;
}

Status ScrubReport::Replace(const Value& report) const {
  constexpr mode_t kReadableByAll = 0644;
  const Secret text = injector::WriteJson(report, injector::JsonStyle::kIndented);
  return injector::ReplaceFile(path_, std::string(text.Reveal()) + "\n", kReadableByAll);
}

}  // namespace runner_shim
