// injector service keys --db URL

#include <memory>

#include "injector/base/clock.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/cli/text.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "keys", "List every master key that the database has known",
    "Fingerprints, when each became the active one and was retired, and how many data keys it\n"
    "still wraps. A previous key that wraps none is retired by the next `rotate-key`; a retired\n"
    "one is needed for backups from before that day alone. No key is needed to ask.\n",
    "  injector service keys --db sqlite:service.db\n"};

std::string TimeText(const std::optional<TimePoint>& time) {
  return time ? FormatRfc3339(*time) : "";
}

std::string TableOf(const std::vector<KeyHistory>& keys, const Emphasis& emphasis) {
  Table table({"KEY", "STATE", "SINCE", "RETIRED", "WRAPS"});
  for (const KeyHistory& key : keys) {
    table.AddRow({key.id, key.state, FormatRfc3339(key.created_at), TimeText(key.retired_at),
                  std::to_string(key.wrapped)});
  }
  return table.Render(emphasis);
}

Value JsonOf(const KeyHistory& key) {
  std::vector<Value::Member> members;
  members.push_back({"key", Value::String(key.id)});
  members.push_back({"state", Value::String(key.state)});
  members.push_back({"createdAt", Value::String(FormatRfc3339(key.created_at))});
  if (key.retired_at) members.push_back({"retiredAt", Value::String(TimeText(key.retired_at))});
  members.push_back({"wraps", Value::Number(key.wrapped)});
  return Value::Map(std::move(members));
}

Status Run(Session& session, const ServiceDatabaseOptions& options) {
  ASSIGN_OR_RETURN(const std::string url, DatabaseUrl(options));
  ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(url, options.pool));
  ASSIGN_OR_RETURN(const std::vector<KeyHistory> keys,
                   database->Read<std::vector<KeyHistory>>(ReadKeyHistory));
  if (session.options().output == OutputFormat::kText) {
    return session.Print(TableOf(keys, session.emphasis()));
  }
  std::vector<Value> items;
  for (const KeyHistory& key : keys) items.push_back(JsonOf(key));
  return session.PrintJson(Value::List(std::move(items)));
}

}  // namespace

void DefineServiceKeys(Command service, Invocation& invocation) {
  auto options = std::make_shared<ServiceDatabaseOptions>();
  Command command = service.AddCommand(kText);
  DefineServiceDatabase(command, *options);
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
