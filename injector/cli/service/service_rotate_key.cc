// injector service rotate-key --db URL --key-file OLD --new-key-file NEW

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "injector/base/duration.h"
#include "injector/cli/service/key_command.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/service/key_rotation.h"
#include "injector/service/serving_programs.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "rotate-key", "Change the master key while the service serves",
    "First give the new key to every program that serves, by --more-key-file: they take it\n"
    "into use as soon as it is the active one. Then run this: the new key becomes that, and\n"
    "what the old one has wrapped is wrapped again; secrets are not decrypted. Once it says\n"
    "that it is done, nobody needs the old key. Should a program that serves lack the new key,\n"
    "nothing is wrapped again: that one goes on with what nobody changes, and can be given it.\n"
    "Interrupted or refused, it goes on where it was when it is run again, with the new key as\n"
    "--key-file and the old one as --more-key-file.\n",
    "  injector key new --out new.key\n"
    "  injector service rotate-key --db sqlite:service.db --key-file old.key --new-key-file "
    "new.key\n"
    "  injector service rotate-key --key-file new.key --more-key-file old.key\n"};

constexpr std::size_t kStep = 100;
constexpr const char* kFinish =
    "start them with --more-key-file, or stop them; then run this again, with the new key as "
    "--key-file and the old one as --more-key-file";

struct Options {
  ServiceDatabaseOptions service;
  std::string new_key_file;
  std::optional<std::string> new_key_command;
  // Longer than one that was killed counts as serving.
  std::chrono::milliseconds settle{40'000};
};

Result<std::optional<KeyText>> FindNewKey(Session& session, const Options& options) {
  if (options.new_key_command) {
    ASSIGN_OR_RETURN(KeyText key, ReadKeyCommand(*options.new_key_command, "--new-key-command",
                                                 options.service.key_command_time));
    return std::optional<KeyText>(std::move(key));
  }
  if (options.new_key_file.empty()) return std::optional<KeyText>();
  ASSIGN_OR_RETURN(KeyText key, ReadKeyFile(session, options.new_key_file, "--new-key-file"));
  return std::optional<KeyText>(std::move(key));
}

Status Activate(Session& session, Desk& desk, const Options& options) {
  ASSIGN_OR_RETURN(const std::optional<KeyText> key, FindNewKey(session, options));
  if (!key) return {};
  Status activated = ActivateMasterKey(desk, *key);
  if (!activated.ok() && activated.error().code() == ErrorCode::kAlreadyExists) {
    return std::move(activated).error().WithHint(
        "a change that was begun is finished with the new key as --key-file and the old one as "
        "--more-key-file");
  }
  RETURN_IF_ERROR(std::move(activated));
  session.Tell("the new key is active: " + desk.keys().ring()->active().id());
  return {};
}

Error NotAllHaveIt(const ServingCount& serving, const std::string& key_id) {
  constexpr std::size_t kNamed = 5;
  const std::vector<std::string>& hosts = serving.hosts_without_key;
  std::string names;
  for (std::size_t i = 0; i < std::min(hosts.size(), kNamed); ++i) {
    names.append(i == 0 ? "" : ", ").append(hosts[i]);
  }
  if (hosts.size() > kNamed) names.append(", …");
  return Error(ErrorCode::kFailedPrecondition,
               std::to_string(hosts.size()) + " of " + std::to_string(serving.all) +
                   " programs that serve do not use the key " + key_id + " (on " + names +
                   "): nothing was wrapped again")
      .WithHint(kFinish);
}

// Until something is wrapped again, one that lacks the new key can still be helped without anybody
// noticing.
Status AwaitAllHaveIt(Session& session, Desk& desk, std::chrono::milliseconds longest) {
  constexpr std::chrono::milliseconds kPause{200};
  const std::string key_id = desk.keys().ring()->active().id();
  const auto deadline = std::chrono::steady_clock::now() + longest;
  ServingWatch watch(desk, key_id);
  Result<ServingCount> serving = watch.Look();
  const auto is_settled = [&serving] {
    // A database that is away for a moment knows later.
    if (!serving.ok()) return serving.error().code() != ErrorCode::kUnavailable;
    return serving->hosts_without_key.empty();
  };
  if (!is_settled()) session.Tell("waiting until all programs that serve use it, or are gone");
  while (!is_settled() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kPause);
    serving = watch.Look();
  }
  if (!serving.ok()) return std::move(serving).error();
  return serving->hosts_without_key.empty() ? Status() : NotAllHaveIt(*serving, key_id);
}

// A database that is away for a moment, or an act that wanted the same rows, is no reason to leave
// the work half done.
Result<Rewrapper::Progress> StepPatiently(Rewrapper& rewrapper) {
  constexpr int kTries = 30;
  constexpr std::chrono::seconds kPause{1};
  Result<Rewrapper::Progress> step = rewrapper.Step(kStep);
  for (int i = 1; i < kTries && !step.ok(); ++i) {
    if (step.error().code() != ErrorCode::kUnavailable) break;
    std::this_thread::sleep_for(kPause);
    step = rewrapper.Step(kStep);
  }
  return step;
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  RETURN_IF_ERROR(Activate(session, service.desk(), options));
  RETURN_IF_ERROR(AwaitAllHaveIt(session, service.desk(), options.settle));
  Rewrapper rewrapper(service.desk());
  Rewrapper::Progress total;
  while (!total.done) {
    ASSIGN_OR_RETURN(const Rewrapper::Progress step, StepPatiently(rewrapper));
    total.rewrapped += step.rewrapped;
    total.damaged += step.damaged;
    total.done = step.done;
  }
  session.Tell("done: " + std::to_string(total.rewrapped) + " keys wrapped again");
  if (total.damaged == 0) return {};
  return Error(ErrorCode::kDataLoss, std::to_string(total.damaged) +
                                         " rows do not open: the old key is still needed for them");
}

}  // namespace

void DefineServiceRotateKey(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineServiceOptions(command, options->service);
  command.AddOption("--new-key-file", "FILE", options->new_key_file,
                    "The key to change to; without it a change is finished that was interrupted");
  command.AddOption("--new-key-command", "COMMAND", options->new_key_command,
                    "Prints it, as --key-command does the old one");
  command.MakeExclusive("--new-key-file", "--new-key-command");
  const auto take = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options->settle, ParseDuration(text));
    return {};
  };
  command.AddOption("--settle", "DURATION", take,
                    "How long programs that serve may take to say that they use the new key (40s)");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
