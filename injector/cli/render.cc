// injector render TEMPLATE|-

#include <memory>
#include <optional>

#include "injector/base/file.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/cli/value_input.h"
#include "injector/model/redaction.h"
#include "injector/templates/scope.h"
#include "injector/templates/template.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "render", "Fill connections and variables into a template",
    "{{ conn.NAME.FIELD }} and {{ conn.TYPE.NAME.FIELD }} stand for a field of a connection,\n"
    "{{ var.KEY }} for a variable, {{ \"{{\" }} for two braces. The result goes into the file\n"
    "that --out names, with mode 0600. Without it, it is printed with *** in the place of every\n"
    "secret, for a look at it; --reveal prints it whole: mind who looks on, and where it goes.\n",
    "  injector render app.tmpl.ini\n"
    "  injector render app.tmpl.ini --out app.ini\n"
    "  injector render - --source yaml:connections.yaml --reveal < app.tmpl.ini | app --config "
    "-\n"};

struct Options {
  std::string file;
  std::string out;
  bool reveal = false;
};

// What a template needs, found or not: Render says what is missing, and where.
Result<FetchedItems> FetchFor(Session& session, const Template& source) {
  FetchRequest request;
  for (const TemplateReference& reference : source.references()) {
    const std::string where = reference.In(source.name());
    if (reference.kind == TemplateReference::Kind::kVariable) {
      request.variables.push_back({reference.path.front(), Presence::kOptional, where});
      continue;
    }
    for (Reference& possible : PossibleConnections(reference)) {
      request.connections.push_back({std::move(possible), Presence::kOptional, where});
    }
  }
  if (request.connections.empty() && request.variables.empty()) return FetchedItems();
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  return sources.Fetch(request);
}

Connection Masked(const Connection& connection) {
  Connection masked = connection.Clone();
  masked.fields = RedactedFields(connection);
  return masked;
}

Variable Masked(const Variable& variable) {
  Variable masked;
  masked.key = variable.key;
  masked.is_secret = variable.is_secret;
  masked.value = Secret::TakeFrom(VisibleText(variable));
  return masked;
}

void MaskAll(FetchedItems& items) {
  for (auto& fetched : items.connections) {
    if (fetched) fetched->item = Masked(fetched->item);
  }
  for (auto& fetched : items.variables) {
    if (fetched) fetched->item = Masked(fetched->item);
  }
}

Result<Secret> Fill(const Template& source, const FetchedItems& items) {
  TemplateScope scope;
  for (const auto& fetched : items.connections) {
    if (fetched) scope.Add(fetched->item);
  }
  for (const auto& fetched : items.variables) {
    if (fetched) scope.Add(fetched->item);
  }
  scope.AddHeld(items.held_connections, items.held_variables);
  ASSIGN_OR_RETURN(RenderedText rendered, Render(source, scope));
  return std::move(rendered.text);
}

Result<Template> ReadTemplate(const std::string& file) {
  const std::string name = file == "-" ? "stdin" : file;
  const ValueOrigin origin = file == "-" ? ValueOrigin{ValueOrigin::Kind::kStdin, {}}
                                         : ValueOrigin{ValueOrigin::Kind::kFile, file};
  ASSIGN_OR_RETURN(const Secret text, ReadDocument(origin, name));
  return Template::Parse(text.Reveal(), name);
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Template source, ReadTemplate(options.file));
  ASSIGN_OR_RETURN(FetchedItems items, FetchFor(session, source));
  const bool whole = options.reveal || !options.out.empty();
  if (!whole) MaskAll(items);
  const Result<Secret> text = Fill(source, items);
  if (!text.ok()) return WithSourcesAsked(Error(text.error()), items);
  if (options.out.empty()) return session.Print(text->Reveal());
  ASSIGN_OR_RETURN(const std::string path, ResolveLinks(options.out));
  RETURN_IF_ERROR(ReplaceFile(path, text->Reveal(), 0600));
  session.Tell("wrote " + options.out);
  return {};
}

}  // namespace

void DefineRender(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  command.AddArgument("TEMPLATE", options->file, "The template; - reads stdin");
  command.AddOption("--out", "FILE", options->out, "Write the result there, mode 0600");
  command.AddFlag("--reveal", options->reveal, "Print it with all secret values");
  command.MakeExclusive("--out", "--reveal");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
