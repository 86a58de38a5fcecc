// injector service backup --db sqlite:FILE --out FILE

#include <memory>

#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/service/store/backup.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "backup", "Copy an SQLite database, also while it is served",
    "The copy is one file, mode 0600, as the database was at one moment. No key is needed:\n"
    "the copy is as encrypted as the database, and needs the same key to be served; keep that\n"
    "elsewhere. `restore` makes a database of it again. PostgreSQL has pg_dump.\n",
    "  injector service backup --db sqlite:service.db --out service-2026-11-22.db\n"};

struct Options {
  ServiceDatabaseOptions service;
  std::string out;
};

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const std::string url, DatabaseUrl(options.service));
  RETURN_IF_ERROR(BackUp(url, options.out));
  session.Tell("copied to " + options.out);
  return {};
}

Result<Action> Prepare(const Options& options) {
  if (options.out.empty()) return Error(ErrorCode::kInvalidArgument, "--out: to which file?");
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineServiceBackup(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineServiceDatabase(command, options->service);
  command.AddOption("--out", "FILE", options->out, "The copy; must not be there yet");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
