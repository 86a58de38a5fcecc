#pragma once
// The service's database and keys, as the `service` commands open them.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/command.h"
#include "injector/cli/session.h"
#include "injector/crypto/key.h"
#include "injector/service/desk.h"

namespace injector {

struct ServiceDatabaseOptions {
  std::string database;                        // --db
  std::optional<std::string> key_command;      // --key-command
  std::vector<std::string> more_key_files;     // --more-key-file
  std::vector<std::string> more_key_commands;  // --more-key-command
  std::chrono::milliseconds key_command_time{30'000};
  Database::Options pool = {};
};

// Adds --db.
void DefineServiceDatabase(Command command, ServiceDatabaseOptions& options);
// Adds --db and where keys come from.
void DefineServiceOptions(Command command, ServiceDatabaseOptions& options);

// Where the database is and what opens it: enough to open it several times.
struct ServiceLocation {
  std::string url;
  KeyText key;
  std::vector<KeyText> more_keys;
  Database::Options pool = {};

  // Errors of ReadMasterKey() and ReadKeyCommand(). Requires: no other thread runs.
  static Result<ServiceLocation> Read(Session& session, const ServiceDatabaseOptions& options);
};

class ServiceDatabase {
 public:
  // Errors of Database::Open and Keys::Open.
  static Result<ServiceDatabase> Open(Session& session, const ServiceLocation& location,
                                      const ServiceLimits& limits = {});
  // Errors of ServiceLocation::Read() as well, and what that requires.
  static Result<ServiceDatabase> Open(Session& session, const ServiceDatabaseOptions& options,
                                      const ServiceLimits& limits = {});

  Desk& desk() { return *desk_; }

 private:
  ServiceDatabase() = default;

  // In the order in which they lean on each other.
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
};

// The key comes from --key-command, --key-file or SERVICE_CONN_KEY. kUnauthenticated when there is
// none, kInvalidArgument when the first two are both given.
Result<KeyText> ReadMasterKey(Session& session, const ServiceDatabaseOptions& options);

// Those of --more-key-file and --more-key-command.
Result<std::vector<KeyText>> ReadMoreKeys(Session& session, const ServiceDatabaseOptions& options);

// The database URL that the command was given, by option or INJECTOR_SERVICE_DB. kInvalidArgument
// when it was given none.
Result<std::string> DatabaseUrl(const ServiceDatabaseOptions& options);

}  // namespace injector
