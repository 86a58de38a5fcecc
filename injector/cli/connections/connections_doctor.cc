// injector connections doctor [REF…] [--offline] [--timeout DURATION]

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "injector/base/duration.h"
#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_check.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/doctor/examine.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "doctor", "Find out which connections work, by using them",
    "Checks fields and variables: what is required and missing, what is of the wrong kind, names\n"
    "that nobody knows, ${VAR} that is not set, credentials that have expired. Connections that\n"
    "pass are then used, all at the same time: logged in to, or asked who we are, never written\n"
    "to. What cannot be tried is said. Fails when one connection does.\n"
    "TLS is verified, by the authorities of the connection, else of --ca-file, else of the "
    "system.\n"
    "A credential service shows nobody its secrets, so of its connections --offline checks alone,\n"
    "and of secrets only their being there.\n",
    "  injector connections doctor\n"
    "  injector connections doctor movies @aws --timeout 10s\n"
    "  injector connections doctor --offline --source yaml:connections.yaml --output json\n"};

struct Options {
  std::vector<std::string> references;
  bool offline = false;
  std::string timeout = "2s";
};

// What is asked of the command.
struct Wish {
  std::vector<Reference> references;
  std::optional<std::chrono::milliseconds> time_limit;  // nullopt: nothing is reached out for
};

// One connection on its way through the checks.
struct Patient {
  Diagnosis diagnosis;
  Connection connection = {};  // only of use while the diagnosis is fine
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

Patient DiagnoseOne(SourceAccess& sources, const ListedConnection& listed, const Clock& clock) {
  const auto failed = [&listed](const char* category, const std::string& message) {
    return Patient{
        .diagnosis = {.name = listed.name, .ok = false, .category = category, .message = message}};
  };
  const std::string unset = UnsetVariables(listed);
  if (!unset.empty()) return failed("missing", unset);
  auto fetched = sources.FetchOne({listed.name.type, listed.name.alias});
  if (!fetched.ok()) return failed("unknown", fetched.error().message());
  Diagnosis diagnosis = Diagnose(fetched->item, clock.Now());
  return {std::move(diagnosis), std::move(fetched->item)};
}

// Uses those whose fields are fine: the others have been explained.
void UseThem(std::vector<Patient>& patients, const doctor::ExamineOptions& options) {
  std::vector<Patient*> fine;
  std::vector<const Connection*> connections;
  for (Patient& patient : patients) {
    if (!patient.diagnosis.ok) continue;
    fine.push_back(&patient);
    connections.push_back(&patient.connection);
  }
  const std::vector<doctor::TimedResult> outcomes = doctor::Examine(connections, options);
  for (std::size_t i = 0; i < fine.size(); ++i) {
    fine[i]->diagnosis = WithOutcome(std::move(fine[i]->diagnosis), outcomes[i]);
  }
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

Result<std::vector<Diagnosis>> DiagnoseSources(Session& session, const Wish& wish) {
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session, CaFile::kForServers));
  ASSIGN_OR_RETURN(const ManagerListing listing, sources.List());
  ASSIGN_OR_RETURN(const std::vector<const ListedConnection*> chosen,
                   Choose(listing, wish.references));
  std::vector<Patient> patients;
  for (const ListedConnection* listed : chosen) {
    patients.push_back(DiagnoseOne(sources, *listed, session.clock()));
  }
  if (wish.time_limit) {
    UseThem(patients, {*wish.time_limit, session.options().service.ca_file});
  }
  std::vector<Diagnosis> diagnoses;
  for (Patient& patient : patients) diagnoses.push_back(std::move(patient.diagnosis));
  return diagnoses;
}

Result<std::vector<Diagnosis>> DiagnoseAll(Session& session, const Wish& wish) {
  if (!NamesService(session)) return DiagnoseSources(session, wish);
  if (!wish.time_limit) return DiagnoseAtService(session, wish.references);
  return Error(ErrorCode::kFailedPrecondition,
               "a credential service shows nobody its secrets, so there is nothing to log in with")
      .WithHint("add --offline");
}

Status Run(Session& session, const Wish& wish) {
  ASSIGN_OR_RETURN(const std::vector<Diagnosis> diagnoses, DiagnoseAll(session, wish));
  RETURN_IF_ERROR(Print(session, diagnoses));
  const auto failed = std::count_if(diagnoses.begin(), diagnoses.end(),
                                    [](const Diagnosis& diagnosis) { return !diagnosis.ok; });
  if (failed == 0) return {};
  return Error(ErrorCode::kFailedPrecondition,
               std::to_string(failed) + " of " + std::to_string(diagnoses.size()) +
                   (diagnoses.size() == 1 ? " connection" : " connections") + " would not work");
}

Result<Action> Prepare(const Options& options) {
  Wish wish;
  ASSIGN_OR_RETURN(const std::chrono::milliseconds timeout, ParseDuration(options.timeout));
  if (timeout.count() == 0) {
    return Error(ErrorCode::kInvalidArgument, "--timeout: must be more than 0");
  }
  if (!options.offline) wish.time_limit = timeout;
  for (const std::string& text : options.references) {
    ASSIGN_OR_RETURN(Reference reference, Reference::Parse(text));
    wish.references.push_back(std::move(reference));
  }
  return Action([wish](Session& session) { return Run(session, wish); });
}

}  // namespace

void DefineConnectionsDoctor(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArguments("REF", options->references, "Only these: NAME, @TYPE.NAME or @TYPE");
  command.AddFlag("--offline", options->offline, "Check fields and variables alone");
  command.AddOption("--timeout", "DURATION", options->timeout,
                    "For each connection: 500ms, 2s, 1m; 2s by default");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
