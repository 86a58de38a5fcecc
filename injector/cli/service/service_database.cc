#include "injector/cli/service/service_database.h"

#include "injector/cli/store/store_access.h"
#include "injector/cli/variables/secret_variable.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

Result<KeyText> FindKey(Session& session) {
  const std::string& file = session.options().key_file;
  if (!file.empty()) return ReadKeyFile(session, file, "--key-file");
  const std::optional<Secret> text = TakeSecretVariable("SERVICE_CONN_KEY");
  if (!text) {
    return Error(ErrorCode::kUnauthenticated, "service: no master key")
        .WithHint(
            "set SERVICE_CONN_KEY, or give --key-file FILE (`injector key new --out FILE` makes "
            "one)");
  }
  Result<KeyText> key = KeyText::Parse(text->Reveal());
  if (!key.ok()) return std::move(key).error().WithContext("SERVICE_CONN_KEY");
  for (const std::string& warning : key->warnings()) session.Warn(warning);
  return key;
}

}  // namespace

void DefineServiceDatabase(Command command, ServiceDatabaseOptions& options) {
  command.AddOption("--db", "URL", options.database,
                    "sqlite:FILE or postgresql://…; else $INJECTOR_SERVICE_DB, which keeps a\n"
                    "password off the command line");
}

void DefineServiceOptions(Command command, ServiceDatabaseOptions& options) {
  DefineServiceDatabase(command, options);
  command.AddRepeatedOption(
      "--more-key-file", "FILE", options.more_key_files,
      "Another master key: the previous one while keys are being changed, or\n"
      "the next one; may be repeated");
}

Result<std::string> DatabaseUrl(const ServiceDatabaseOptions& options) {
  if (!options.database.empty()) return options.database;
  const std::optional<Secret> url = TakeSecretVariable("INJECTOR_SERVICE_DB");
  if (url) return std::string(url->Reveal());
  return Error(ErrorCode::kInvalidArgument, "service: which database?")
      .WithHint("give --db sqlite:FILE or --db postgresql://…, or set INJECTOR_SERVICE_DB");
}

Result<ServiceDatabase> ServiceDatabase::Open(Session& session,
                                              const ServiceDatabaseOptions& options,
                                              const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(const std::string url, DatabaseUrl(options));
  ASSIGN_OR_RETURN(const KeyText key, FindKey(session));
  std::vector<KeyText> more;
  for (const std::string& file : options.more_key_files) {
    ASSIGN_OR_RETURN(KeyText another, ReadKeyFile(session, file, "--more-key-file"));
    more.push_back(std::move(another));
  }
  ServiceDatabase access;
  ASSIGN_OR_RETURN(access.database_, Database::Open(url, options.pool));
  ASSIGN_OR_RETURN(access.keys_, Keys::Open(*access.database_, key, more, session.clock()));
  access.desk_ = std::make_unique<Desk>(*access.database_, *access.keys_, session.clock(), limits);
  RETURN_IF_ERROR(EnsureServiceOrg(*access.desk_));
  return access;
}

}  // namespace injector
