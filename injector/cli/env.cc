// injector env -c REF

#include <chrono>
#include <memory>

#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/inject/inject.h"
#include "injector/model/connection_json.h"
#include "injector/sources/github/app_token.h"

namespace injector {
namespace {

constexpr std::chrono::seconds kTimeForToken{30};

constexpr CommandText kText = {
    "env", "Show the environment variables that a job would get",
    "Of secret ones the name alone, with *** as the value, unless --reveal shows them. --export\n"
    "prints lines that a shell can read, and leaves out what it cannot show: secrets without\n"
    "--reveal, and variables that name a file, which only runner-shim makes. Mind that every\n"
    "program of the shell gets what you export, and that nothing scrubs its output:\n"
    "`runner-shim -c REF -- COMMAND` does both for one command.\n",
    "  injector env -c movies\n"
    "  injector env -c @mysql.a=A_ -c @mysql.b=B_\n"
    "  eval \"$(injector env -c movies --reveal --export)\"\n"};

struct Options {
  std::vector<std::string> connections;
  bool reveal = false;
  bool export_lines = false;
};

struct Wanted {
  Reference reference;
  std::string prefix;
};

enum class Form { kAssignments, kExport };

struct Request {
  std::vector<Wanted> connections;
  SecretView view;
  Form form;
};

bool IsFile(const InjectedVariable& variable) {
  return variable.kind != InjectedVariable::Kind::kText;
}

bool IsHidden(const InjectedVariable& variable, SecretView view) {
  return variable.secret && view == SecretView::kHidden;
}

// As ShellQuoted() (shell_quote.h), wiped.
Secret SecretQuoted(std::string_view text) {
  SecretBuilder quoted;
  quoted.Append('\'');
  for (const char c : text) {
    if (c == '\'') {
      quoted.Append("'\\''");
    } else {
      quoted.Append(c);
    }
  }
  quoted.Append('\'');
  return std::move(quoted).Build();
}

Secret AsAssignments(const Injection& injection, SecretView view) {
  SecretBuilder text;
  for (const InjectedVariable& variable : injection.variables) {
    text.Append(variable.name);
    text.Append('=');
    if (IsFile(variable)) {
      text.Append("(the file " + injection.files[variable.file].name + ")");
    } else if (IsHidden(variable, view)) {
      text.Append("***");
    } else {
      const Secret shown = Secret::TakeFrom(Printable(variable.text.Reveal()));
      text.Append(shown.Reveal());
    }
    text.Append('\n');
  }
  return std::move(text).Build();
}

Secret AsExportLines(Session& session, const Injection& injection, SecretView view) {
  SecretBuilder text;
  for (const InjectedVariable& variable : injection.variables) {
    if (IsFile(variable)) {
      session.Warn(variable.name + " is left out: it names a file, which only runner-shim makes");
    } else if (IsHidden(variable, view)) {
      session.Warn(variable.name + " is left out: it is secret; --reveal shows it");
    } else {
      text.Append("export " + variable.name + "=");
      text.Append(SecretQuoted(variable.text.Reveal()).Reveal());
      text.Append('\n');
    }
  }
  return std::move(text).Build();
}

Value AsJson(const Injection& injection, SecretView view) {
  std::vector<Value> items;
  for (const InjectedVariable& variable : injection.variables) {
    std::vector<Value::Member> members;
    members.push_back({"name", Value::String(variable.name)});
    if (IsFile(variable)) {
      members.push_back({"file", Value::String(injection.files[variable.file].name)});
    } else if (!IsHidden(variable, view)) {
      members.push_back({"value", Value::String(variable.text.Reveal())});
    }
    members.push_back({"secret", Value::Bool(variable.secret)});
    members.push_back({"origin", Value::String(variable.origin)});
    items.push_back(Value::Map(std::move(members)));
  }
  return Value::List(std::move(items));
}

// As runner-shim makes a token of an App's key; only who sees it needs one.
Result<Connection> WithToken(const Session& session, Connection connection, SecretView view) {
  if (view == SecretView::kHidden) return github::WithPretendedToken(std::move(connection));
  http::ClientOptions way;
  way.ca_file = session.options().service.ca_file;
  return github::WithInstallationToken(std::move(connection), way,
                                       std::chrono::steady_clock::now() + kTimeForToken);
}

Result<Injection> Inject(Session& session, const Request& wanted) {
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  FetchRequest request;
  for (const Wanted& one : wanted.connections) {
    request.connections.push_back({.reference = one.reference});
  }
  ASSIGN_OR_RETURN(FetchedItems items, sources.Fetch(request));
  InjectionRequest injection;
  for (std::size_t i = 0; i < wanted.connections.size(); ++i) {
    Connection& connection = items.connections[i]->item;
    ASSIGN_OR_RETURN(connection, WithToken(session, std::move(connection), wanted.view));
    injection.connections.push_back({&connection, wanted.connections[i].prefix});
  }
  return BuildInjection(injection);
}

Status Run(Session& session, const Request& request) {
  ASSIGN_OR_RETURN(const Injection injection, Inject(session, request));
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(AsJson(injection, request.view));
  }
  return session.Print((request.form == Form::kExport
                            ? AsExportLines(session, injection, request.view)
                            : AsAssignments(injection, request.view))
                           .Reveal());
}

Result<Action> Prepare(const Options& options) {
  Request request{{},
                  options.reveal ? SecretView::kRevealed : SecretView::kHidden,
                  options.export_lines ? Form::kExport : Form::kAssignments};
  if (options.connections.empty()) {
    return Error(ErrorCode::kInvalidArgument, "no connection given")
        .WithHint("-c REF names one: NAME, @TYPE.NAME or @TYPE");
  }
  for (const std::string& text : options.connections) {
    const std::size_t equals = text.find('=');
    ASSIGN_OR_RETURN(Reference reference, Reference::Parse(text.substr(0, equals)));
    std::string prefix = equals == std::string::npos ? "" : text.substr(equals + 1);
    request.connections.push_back({std::move(reference), std::move(prefix)});
  }
  return Action([request](Session& session) { return Run(session, request); });
}

}  // namespace

void DefineEnv(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  command.AddRepeatedOption("-c,--connection", "REF", options->connections,
                            "A connection, as runner-shim takes it: REF or\n"
                            "REF=PREFIX; may be repeated");
  command.AddFlag("--reveal", options->reveal, "Show secret values too");
  command.AddFlag("--export", options->export_lines, "Lines that a shell can read");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
