// injector connections add [TYPE]

#include <algorithm>
#include <memory>
#include <optional>

#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_advice.h"
#include "injector/cli/connections/connection_wizard.h"
#include "injector/cli/connections/connections_file_addition.h"
#include "injector/cli/connections/known_connection.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"
#include "injector/cli/store/new_store_options.h"
#include "injector/cli/store/store_access.h"
#include "injector/cli/terminal.h"
#include "injector/sources/connections_file/yaml_source.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "add", "Add a connection by answering questions",
    "Asks for the fields of the type, the required ones first; an empty answer leaves a field\n"
    "out. Secrets are not shown as you type, and go into the store, encrypted. Needs a terminal;\n"
    "`injector connections set` does the same from a script.\n"
    "With --source yaml:PATH the connection goes into that connections.yaml instead: new lines, "
    "and\n"
    "every byte that was there stays. Secrets stand there as ${MYSQL_MOVIES_PASSWORD}, to be set\n"
    "wherever the job runs; with --dotenv they are asked for, and put into the .env beside the\n"
    "file, which then its owner alone may read (mode 0600).\n",
    "  injector connections add\n"
    "  injector connections add postgres\n"
    "  injector connections add mysql --name movies\n"
    "  injector connections add mysql --source yaml:connections.yaml --dotenv\n"};

struct Options {
  std::string type;
  std::string name;
  NewStoreOptions new_store;
  bool dotenv = false;
};

Result<Terminal> OpenTerminal() {
  Result<Terminal> terminal = Terminal::Open();
  if (terminal.ok()) return terminal;
  return std::move(terminal).error().WithHint("`injector connections set` asks for nothing");
}

std::vector<std::string> TakenNames(const StoreListing& listing) {
  std::vector<std::string> names;
  for (const ConnectionSummary& summary : listing.connections) names.push_back(summary.name.alias);
  return names;
}

Error Taken(const std::string& name) {
  return Error(ErrorCode::kAlreadyExists, name + ": is there already")
      .WithHint("`injector connections set` changes a connection");
}

// The names in the store, as far as it is there: checked again when the connection is put.
Result<std::vector<std::string>> ReadTakenNames(const StoreAccess& access) {
  const Result<StoreListing> listing = access.List();
  if (listing.ok()) return TakenNames(*listing);
  if (listing.error().code() == ErrorCode::kNotFound) return std::vector<std::string>();
  return Error(listing.error());
}

void SayAdded(Session& session, const Connection& connection) {
  for (const std::string& advice : AdviceOnNew(connection, session.clock().Now())) {
    session.Warn(connection.name.Full() + ": " + advice);
  }
  session.Tell("added " + connection.name.Full());
}

Status AddToStore(Session& session, Terminal& terminal, const Options& options) {
  // Before the first question: nobody likes to have answered in vain.
  ASSIGN_OR_RETURN(const StoreAccess access,
                   StoreAccess::Prepare(session, options.new_store.Mode()));
  ASSIGN_OR_RETURN(std::vector<std::string> taken, ReadTakenNames(access));
  for (const std::string& name : taken) {
    if (name == options.name) return Taken(name);
  }
  ASSIGN_OR_RETURN(const Connection connection,
                   AskForConnection(terminal, {.type = options.type,
                                               .alias = options.name,
                                               .is_taken = [&](const ConnectionName& name) {
                                                 return std::ranges::find(taken, name.alias) !=
                                                        taken.end();
                                               }}));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  for (const std::string& name : TakenNames(editor.store().listing())) {
    if (name == connection.name.alias) return Taken(name);  // somebody was quicker
  }
  ASSIGN_OR_RETURN(const PutOutcome outcome, editor.Put(connection));
  RETURN_IF_ERROR(access.Save(editor));
  if (outcome.former_default) {
    session.Tell(outcome.former_default->Full() + " is no longer the default");
  }
  SayAdded(session, connection);
  return {};
}

Status AddToService(Session& session, Terminal& terminal, const Options& options) {
  RETURN_IF_ERROR(RefuseStoreMode(options.new_store.Mode()));
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<ServedConnection> served, service.Connections());
  const auto is_taken = [&](const ConnectionName& name) {
    return std::ranges::any_of(served, [&](const ServedConnection& connection) {
      return connection.shown.name.alias == name.alias;
    });
  };
  ASSIGN_OR_RETURN(const Connection connection, AskForConnection(terminal, {.type = options.type,
                                                                            .alias = options.name,
                                                                            .is_taken = is_taken}));
  RETURN_IF_ERROR(service.Post("/service-connections", CreationOf(connection)));
  SayAdded(session, connection);
  return {};
}

// The connections.yaml that --source names, or that lies here and is chosen; nullopt: the store.
Result<std::optional<std::string>> ChooseFile(const Session& session, Terminal& terminal,
                                              const Options& options) {
  constexpr std::string_view kScheme = "yaml:";
  const std::vector<std::string>& sources = session.options().sources;
  if (sources.size() == 1 && sources.front().starts_with(kScheme)) {
    return std::optional(sources.front().substr(kScheme.size()));
  }
  if (!sources.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--source: expected one yaml:PATH to add to")
        .WithHint("without --source a connection goes into the store, which --store names");
  }
  const std::optional<std::string> here = DefaultConnectionsFile();
  if (!here || !session.options().store_path.empty()) return std::optional<std::string>();
  if (options.dotenv) return here;
  ASSIGN_OR_RETURN(const std::string answer,
                   terminal.AskLine("into " + *here + ", which is here, not the store? [y/N]: "));
  const bool chosen = answer.starts_with('y') || answer.starts_with('Y');
  return chosen ? here : std::nullopt;
}

Status AddSomewhereHere(Session& session, Terminal& terminal, const Options& options) {
  ASSIGN_OR_RETURN(const std::optional<std::string> file, ChooseFile(session, terminal, options));
  if (file) {
    const SecretPlace place = options.dotenv ? SecretPlace::kDotenv : SecretPlace::kElsewhere;
    return AddToConnectionsFile(session, terminal, {*file, options.type, options.name, place});
  }
  if (!options.dotenv) return AddToStore(session, terminal, options);
  return Error(ErrorCode::kInvalidArgument, "--dotenv: goes with a connections.yaml")
      .WithHint("--source yaml:PATH names it; the store keeps secrets itself");
}

Status Run(Session& session, const Options& options) {
  if (NamesService(session) && options.dotenv) {
    return Error(ErrorCode::kInvalidArgument, "--dotenv: goes with a connections.yaml")
        .WithHint("a credential service keeps secrets itself");
  }
  ASSIGN_OR_RETURN(Terminal terminal, OpenTerminal());
  return NamesService(session) ? AddToService(session, terminal, options)
                               : AddSomewhereHere(session, terminal, options);
}

Result<Action> Prepare(const Options& options) {
  if (!options.type.empty() && !IsValidType(options.type)) {
    return Error(ErrorCode::kInvalidArgument, "TYPE: not a valid type")
        .WithHint("`injector types` lists the known ones");
  }
  if (!options.name.empty() && !IsValidAlias(options.name)) {
    return Error(ErrorCode::kInvalidArgument, "--name: not a valid name")
        .WithHint("letters, digits, _ - and ., a letter or digit first");
  }
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineConnectionsAdd(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArgument("TYPE", options->type, "What it connects to; else asked for");
  command.AddOption("--name", "NAME", options->name, "Its name; else asked for");
  command.AddFlag("--dotenv", options->dotenv,
                  "Ask for secrets too, and put them into .env beside\nthe connections.yaml");
  DefineNewStoreOptions(command, options->new_store);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
