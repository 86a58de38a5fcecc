// injector connections doctor [REF…] --offline

#include <algorithm>
#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_check.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "doctor", "Look for what is wrong with connections",
    "Checks fields and variables: what is required and missing, what is of the wrong kind, names\n"
    "that nobody knows, ${VAR} that is not set, credentials that have expired. Reaches out for\n"
    "nothing, which --offline has to say: this version cannot log in anywhere. Fails when one\n"
    "connection does. Of secrets that a credential service keeps only their being there is\n"
    "checked.\n",
    "  injector connections doctor --offline\n"
    "  injector connections doctor movies @aws --offline\n"
    "  injector connections doctor --offline --source yaml:connections.yaml --output json\n"};

struct Options {
  std::vector<std::string> references;
  bool offline = false;
};

// Unset variables are told as the listing has them; a source would stop at the first.
std::string UnsetVariables(const ListedConnection& listed) {
  std::string unset;
  for (const ListedReference& reference : listed.references) {
    if (reference.is_set) continue;
    unset += (unset.empty() ? "" : "; ") + reference.field + ": ${" + reference.name +
             "} is not set or empty";
  }
  return unset;
}

Diagnosis DiagnoseOne(SourceAccess& sources, const ListedConnection& listed, const Clock& clock) {
  const std::string unset = UnsetVariables(listed);
  if (!unset.empty()) {
    return {.name = listed.name, .ok = false, .category = "missing", .message = unset};
  }
  const auto fetched = sources.FetchOne({listed.name.type, listed.name.alias});
  if (fetched.ok()) return Diagnose(fetched->item, clock.Now());
  return {.name = listed.name,
          .ok = false,
          .category = "unknown",
          .message = fetched.error().message()};
}

Result<std::vector<const ListedConnection*>> Choose(const ManagerListing& listing,
                                                    const std::vector<Reference>& references) {
  std::vector<const ListedConnection*> visible;  // shadowed ones reach no job
  std::vector<ConnectionEntry> entries;
  for (const auto& listed : listing.connections) {
    if (!listed.shadowed_by.empty()) continue;
    visible.push_back(&listed.item);
    entries.push_back({listed.item.name, listed.item.is_default});
  }
  if (references.empty()) return visible;
  std::vector<const ListedConnection*> chosen;
  for (const Reference& reference : references) {
    ASSIGN_OR_RETURN(const std::size_t index, Resolve(reference, entries));
    chosen.push_back(visible[index]);
  }
  return chosen;
}

std::string AsText(const std::vector<Diagnosis>& diagnoses, const Emphasis& emphasis) {
  std::string text;
  for (const Diagnosis& diagnosis : diagnoses) {
    text += diagnosis.ok ? emphasis.Success("✓") : emphasis.Failure("✗");
    text += " " + Printable(diagnosis.name.Full());
    if (!diagnosis.message.empty()) text += ": " + Printable(diagnosis.message);
    text += "\n";
  }
  return text;
}

Status Print(Session& session, const std::vector<Diagnosis>& diagnoses) {
  if (session.options().output == OutputFormat::kText) {
    return session.Print(AsText(diagnoses, session.emphasis()));
  }
  std::vector<Value> items;
  for (const Diagnosis& diagnosis : diagnoses) items.push_back(DiagnosisAsJson(diagnosis));
  return session.PrintJson(Value::List(std::move(items)));
}

Result<std::vector<Diagnosis>> DiagnoseSources(Session& session,
                                               const std::vector<Reference>& references) {
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ManagerListing listing, sources.List());
  ASSIGN_OR_RETURN(const std::vector<const ListedConnection*> chosen, Choose(listing, references));
  std::vector<Diagnosis> diagnoses;
  for (const ListedConnection* listed : chosen) {
    diagnoses.push_back(DiagnoseOne(sources, *listed, session.clock()));
  }
  return diagnoses;
}

Status Run(Session& session, const std::vector<Reference>& references) {
  ASSIGN_OR_RETURN(const std::vector<Diagnosis> diagnoses,
                   NamesService(session) ? DiagnoseAtService(session, references)
                                         : DiagnoseSources(session, references));
  RETURN_IF_ERROR(Print(session, diagnoses));
  const auto failed = std::count_if(diagnoses.begin(), diagnoses.end(),
                                    [](const Diagnosis& diagnosis) { return !diagnosis.ok; });
  if (failed == 0) return {};
  return Error(ErrorCode::kFailedPrecondition,
               std::to_string(failed) + " of " + std::to_string(diagnoses.size()) +
                   (diagnoses.size() == 1 ? " connection" : " connections") + " would not work");
}

Result<Action> Prepare(const Options& options) {
  if (!options.offline) {
    return Error(ErrorCode::kInvalidArgument, "doctor: this version checks --offline only")
        .WithHint("add --offline; nothing is logged in to");
  }
  std::vector<Reference> references;
  for (const std::string& text : options.references) {
    ASSIGN_OR_RETURN(Reference reference, Reference::Parse(text));
    references.push_back(std::move(reference));
  }
  return Action([references](Session& session) { return Run(session, references); });
}

}  // namespace

void DefineConnectionsDoctor(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArguments("REF", options->references, "Only these: NAME, @TYPE.NAME or @TYPE");
  command.AddFlag("--offline", options->offline, "Check fields and variables alone");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
