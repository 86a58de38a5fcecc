// injector completion bash|zsh|fish

#include <chrono>
#include <memory>

#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/completion/completion_script.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "completion", "Print a script that completes commands, options and names in a shell",
    "The script asks the program for the names in the store, or at the service of\n"
    "$INJECTOR_SERVICE: SHELL may also be connections, variables, types or repos, which prints\n"
    "those, one a line, and needs no key.\n",
    "  injector completion bash > ~/.local/share/bash-completion/completions/injector\n"
    "  injector completion zsh > ~/.zfunc/_injector\n"
    "  injector completion fish > ~/.config/fish/completions/injector.fish\n"};

Status PrintLines(Session& session, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += Printable(line) + "\n";
  return session.Print(text);
}

Result<StoreListing> ReadListing(Session& session) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  return access.List();
}

// Somebody has pressed a key and waits.
constexpr std::chrono::milliseconds kPatience{1'500};

// The members `name` of what a list of the service holds.
Status PrintMembers(Session& session, std::string_view path, std::string_view name) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session, kPatience));
  ASSIGN_OR_RETURN(const std::vector<Value> items, service.List(path));
  std::vector<std::string> names;
  for (const Value& item : items) names.push_back(TextMember(item, name));
  return PrintLines(session, names);
}

Status PrintConnections(Session& session) {
  if (NamesService(session)) return PrintMembers(session, "/service-connections", "name");
  ASSIGN_OR_RETURN(const StoreListing listing, ReadListing(session));
  std::vector<std::string> names;
  for (const ConnectionSummary& connection : listing.connections) {
    names.push_back(connection.name.alias);
  }
  return PrintLines(session, names);
}

Status PrintVariables(Session& session) {
  if (NamesService(session)) return PrintMembers(session, "/variables", "key");
  ASSIGN_OR_RETURN(const StoreListing listing, ReadListing(session));
  std::vector<std::string> keys;
  for (const VariableSummary& variable : listing.variables) keys.push_back(variable.key);
  return PrintLines(session, keys);
}

Status PrintRepos(Session& session) { return PrintMembers(session, "/repos", "name"); }

Status PrintTypes(Session& session) {
  std::vector<std::string> types;
  for (const TypeInfo& type : KnownTypes()) types.emplace_back(type.name);
  return PrintLines(session, types);
}

Result<Action> Prepare(const std::string& what, const CommandOutline& program) {
  if (what == "connections") return Action(PrintConnections);
  if (what == "variables") return Action(PrintVariables);
  if (what == "types") return Action(PrintTypes);
  if (what == "repos") return Action(PrintRepos);
  std::string script;
  if (what == "bash") script = BashCompletion(program);
  if (what == "zsh") script = ZshCompletion(program);
  if (what == "fish") script = FishCompletion(program);
  if (!script.empty()) {
    return Action([script](Session& session) { return session.Print(script); });
  }
  return Error(ErrorCode::kInvalidArgument, "SHELL: expected bash, zsh or fish");
}

}  // namespace

void DefineCompletion(Command program, Invocation& invocation) {
  auto what = std::make_shared<std::string>();
  Command command = program.AddCommand(kText);
  command.AddArgument("SHELL", *what, "bash, zsh or fish");
  // Only now does the program have all its commands.
  command.OnChosen(
      [&invocation, program, what] { invocation.action = Prepare(*what, program.Outline()); });
}

}  // namespace injector
