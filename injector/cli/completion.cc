// injector completion bash|zsh|fish

#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/completion_script.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "completion", "Print a script that completes commands, options and names in a shell",
    "The script asks the program for the names in the store: SHELL may also be connections,\n"
    "variables or types, which prints those, one a line, and needs no key.\n",
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

Status PrintConnections(Session& session) {
  ASSIGN_OR_RETURN(const StoreListing listing, ReadListing(session));
  std::vector<std::string> names;
  for (const ConnectionSummary& connection : listing.connections) {
    names.push_back(connection.name.alias);
  }
  return PrintLines(session, names);
}

Status PrintVariables(Session& session) {
  ASSIGN_OR_RETURN(const StoreListing listing, ReadListing(session));
  std::vector<std::string> keys;
  for (const VariableSummary& variable : listing.variables) keys.push_back(variable.key);
  return PrintLines(session, keys);
}

Status PrintTypes(Session& session) {
  std::vector<std::string> types;
  for (const TypeInfo& type : KnownTypes()) types.emplace_back(type.name);
  return PrintLines(session, types);
}

Result<Action> Prepare(const std::string& what, const CommandOutline& program) {
  if (what == "connections") return Action(PrintConnections);
  if (what == "variables") return Action(PrintVariables);
  if (what == "types") return Action(PrintTypes);
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
