#include "injector/cli/service/service_database.h"

#include "injector/base/duration.h"
#include "injector/cli/service/key_command.h"
#include "injector/cli/store/store_access.h"
#include "injector/cli/variables/secret_variable.h"
#include "injector/service/orgs.h"

namespace injector {

Result<KeyText> ReadMasterKey(Session& session, const ServiceDatabaseOptions& options) {
  // In any case, so that no command inherits it.
  const std::optional<Secret> text = TakeSecretVariable("SERVICE_CONN_KEY");
  const std::string& file = session.options().key_file;
  if (options.key_command) {
    if (file.empty()) {
      return ReadKeyCommand(*options.key_command, "--key-command", options.key_command_time);
    }
    return Error(ErrorCode::kInvalidArgument, "--key-command: but there is --key-file");
  }
  if (!file.empty()) return ReadKeyFile(session, file, "--key-file");
  if (!text) {
    return Error(ErrorCode::kUnauthenticated, "service: no master key")
        .WithHint(
            "set SERVICE_CONN_KEY, or give --key-file FILE (`injector key new --out FILE` makes "
            "one) or --key-command COMMAND");
  }
  Result<KeyText> key = KeyText::Parse(text->Reveal());
  if (!key.ok()) return std::move(key).error().WithContext("SERVICE_CONN_KEY");
  for (const std::string& warning : key->warnings()) session.Warn(warning);
  return key;
}

Result<std::vector<KeyText>> ReadMoreKeys(Session& session, const ServiceDatabaseOptions& options) {
  std::vector<KeyText> keys;
  for (const std::string& file : options.more_key_files) {
    ASSIGN_OR_RETURN(KeyText key, ReadKeyFile(session, file, "--more-key-file"));
    keys.push_back(std::move(key));
  }
  for (const std::string& command : options.more_key_commands) {
    ASSIGN_OR_RETURN(KeyText key,
                     ReadKeyCommand(command, "--more-key-command", options.key_command_time));
    keys.push_back(std::move(key));
  }
  return keys;
}

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
  command.AddOption("--key-command", "COMMAND", options.key_command,
                    "Run by /bin/sh, it prints the master key: 64 hex digits or base64 of 32\n"
                    "bytes; for keys that a key management service keeps");
  command.AddRepeatedOption("--more-key-command", "COMMAND", options.more_key_commands,
                            "The same for another one; may be repeated");
  const auto take_time = [&options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options.key_command_time, ParseDuration(text));
    return {};
  };
  command.AddOption("--key-command-time", "DURATION", take_time,
                    "How long each of these may take (30s)");
}

Result<std::string> DatabaseUrl(const ServiceDatabaseOptions& options) {
  if (!options.database.empty()) return options.database;
  const std::optional<Secret> url = TakeSecretVariable("INJECTOR_SERVICE_DB");
  if (url) return std::string(url->Reveal());
  return Error(ErrorCode::kInvalidArgument, "service: which database?")
      .WithHint("give --db sqlite:FILE or --db postgresql://…, or set INJECTOR_SERVICE_DB");
}

Result<ServiceLocation> ServiceLocation::Read(Session& session,
                                              const ServiceDatabaseOptions& options) {
  ASSIGN_OR_RETURN(std::string url, DatabaseUrl(options));
  ASSIGN_OR_RETURN(KeyText key, ReadMasterKey(session, options));
  ASSIGN_OR_RETURN(std::vector<KeyText> more, ReadMoreKeys(session, options));
  return ServiceLocation{.url = std::move(url),
                         .key = std::move(key),
                         .more_keys = std::move(more),
                         .pool = options.pool};
}

Result<ServiceDatabase> ServiceDatabase::Open(Session& session,
                                              const ServiceDatabaseOptions& options,
                                              const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(const ServiceLocation location, ServiceLocation::Read(session, options));
  return Open(session, location, limits);
}

Result<ServiceDatabase> ServiceDatabase::Open(Session& session, const ServiceLocation& location,
                                              const ServiceLimits& limits) {
  ServiceDatabase access;
  ASSIGN_OR_RETURN(access.database_, Database::Open(location.url, location.pool));
  ASSIGN_OR_RETURN(access.keys_, Keys::Open(*access.database_, location.key, location.more_keys,
                                            session.clock()));
  access.desk_ = std::make_unique<Desk>(*access.database_, *access.keys_, session.clock(), limits);
  RETURN_IF_ERROR(EnsureServiceOrg(*access.desk_));
  return access;
}

}  // namespace injector
