// injector service rotate-key --db URL --key-file OLD --new-key-file NEW

#include <memory>
#include <thread>

#include "injector/base/duration.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/service/key_rotation.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "rotate-key", "Change the master key while the service serves",
    "First give the new key to every program that serves, by --more-key-file: they take it\n"
    "into use as soon as it is the active one. Then run this: the new key becomes that, and\n"
    "what the old one has wrapped is wrapped again; secrets are not decrypted. Once it says\n"
    "that it is done, nobody needs the old key. Interrupted, it goes on where it was when it\n"
    "is run again, with the new key as --key-file and the old one as --more-key-file.\n",
    "  injector key new --out new.key\n"
    "  injector service rotate-key --db sqlite:service.db --key-file old.key --new-key-file "
    "new.key\n"
    "  injector service rotate-key --key-file new.key --more-key-file old.key\n"};

constexpr std::size_t kStep = 100;

struct Options {
  ServiceDatabaseOptions service;
  std::string new_key_file;
  std::chrono::milliseconds settle{3000};
};

Status Activate(Session& session, Desk& desk, const Options& options) {
  if (options.new_key_file.empty()) return {};
  ASSIGN_OR_RETURN(const KeyText key, ReadKeyFile(session, options.new_key_file, "--new-key-file"));
  RETURN_IF_ERROR(ActivateMasterKey(desk, key));
  session.Tell("the new key is active: " + desk.keys().ring()->active().id());
  // Programs that serve look for a new key every second (Keys::Refresh). What is wrapped with it
  // before they have it, they could not open.
  std::this_thread::sleep_for(options.settle);
  return {};
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  RETURN_IF_ERROR(Activate(session, service.desk(), options));
  Rewrapper rewrapper(service.desk());
  Rewrapper::Progress total;
  while (!total.done) {
    ASSIGN_OR_RETURN(const Rewrapper::Progress step, rewrapper.Step(kStep));
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
  const auto take = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options->settle, ParseDuration(text));
    return {};
  };
  command.AddOption("--settle", "DURATION", take,
                    "How long to wait for the programs that serve to see the new key (3s)");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
