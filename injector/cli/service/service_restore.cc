// injector service restore --from FILE --db sqlite:FILE

#include <memory>

#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/service/store/backup.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "restore", "Make an SQLite database out of a copy of one",
    "The copy is what `backup` has made; it stays as it is. The database must not be there yet.\n"
    "Says which master key it needs. What happened after the copy was made has not happened\n"
    "any more: tokens that were deleted since are valid again, and must be deleted again.\n"
    "PostgreSQL has pg_restore.\n",
    "  injector service restore --from service-2026-11-22.db --db sqlite:service.db\n"};

struct Options {
  ServiceDatabaseOptions service;
  std::string from;
};

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const std::string url, DatabaseUrl(options.service));
  RETURN_IF_ERROR(Restore(options.from, url));
  session.Tell("restored from " + options.from);
  ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                   Database::Open(url, options.service.pool));
  ASSIGN_OR_RETURN(const std::vector<KeyHistory> keys,
                   database->Read<std::vector<KeyHistory>>(ReadKeyHistory));
  for (const KeyHistory& key : keys) {
    if (key.state != "retired") session.Tell("it needs the key with fingerprint " + key.id);
  }
  return {};
}

Result<Action> Prepare(const Options& options) {
  if (options.from.empty()) return Error(ErrorCode::kInvalidArgument, "--from: out of which file?");
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineServiceRestore(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineServiceDatabase(command, options->service);
  command.AddOption("--from", "FILE", options->from, "The copy");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
