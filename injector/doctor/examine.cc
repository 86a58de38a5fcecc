#include "injector/doctor/examine.h"

#include "injector/doctor/mask.h"

namespace injector::doctor {
namespace {

CheckResult ExamineOne(const Connection& connection, const ExamineOptions& options,
                       const Progress& say) {
  const Check check = CheckFor(connection.name.type);
  if (check == nullptr) {
    return {Category::kOk, "not tried: the type " + connection.name.type + " has no check"};
  }
  const std::unique_ptr<Network> network = MakeNetwork();
  const SystemClock clock;
  CheckContext context{.connection = connection,
                       .network = *network,
                       .clock = clock,
                       .ca_file = options.ca_file,
                       .say = [&](std::string_view text) { say(MaskSecrets(text, connection)); }};
  return RunCheck(check, context);
}

}  // namespace

std::vector<TimedResult> Examine(std::span<const Connection* const> connections,
                                 const ExamineOptions& options) {
  std::vector<Task> tasks;
  tasks.reserve(connections.size());
  for (const Connection* connection : connections) {
    tasks.push_back([connection, &options](const Progress& say) {
      return ExamineOne(*connection, options, say);
    });
  }
  return RunApart(tasks, options.time_limit);
}

}  // namespace injector::doctor
