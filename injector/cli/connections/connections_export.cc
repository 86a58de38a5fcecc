// injector connections export [REF…]

#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/exchange/bundle_text.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "export", "Print connections and variables for another store, or for Apache Airflow",
    "Without --reveal secret fields and secret variables are left out. Mind where the output\n"
    "goes: with --reveal it is every secret in clear; a credential service (--service) shows none\n"
    "to anybody. `injector connections import` takes it back unchanged. yaml is a\n"
    "connections.yaml; env are lines that a shell, runner-shim and other stores read. Airflow has\n"
    "no place for defaults, expiry dates and secretFields, and neither it nor yaml for variables\n"
    "among connections.\n",
    "  injector connections export --reveal > all.json\n"
    "  injector connections export movies @aws --reveal\n"
    "  injector connections export --reveal --format airflow-json > airflow.json\n"
    "  injector connections export --format yaml > connections.yaml\n"};

struct Options {
  std::vector<std::string> references;
  BundleFormat format = BundleFormat::kJson;
  bool reveal = false;
};

struct Request {
  std::vector<Reference> references;  // empty: everything
  BundleFormat format;
  SecretView view;
};

Result<Bundle> ReadEverything(const Store& store) {
  const StoreListing listing = store.listing();
  Bundle bundle;
  for (const ConnectionSummary& summary : listing.connections) {
    ASSIGN_OR_RETURN(Connection connection, store.Get(summary.name));
    bundle.connections.push_back(std::move(connection));
  }
  for (const VariableSummary& summary : listing.variables) {
    ASSIGN_OR_RETURN(Variable variable, store.GetVariable(summary.key));
    bundle.variables.push_back(std::move(variable));
  }
  return bundle;
}

Result<Bundle> ReadBundle(const Store& store, const std::vector<Reference>& references) {
  if (references.empty()) return ReadEverything(store);
  Bundle bundle;
  for (const Reference& reference : references) {
    ASSIGN_OR_RETURN(Connection connection, store.Get(reference));
    bundle.connections.push_back(std::move(connection));
  }
  return bundle;
}

std::string Counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// Who reads the output on a machine would not notice what is missing.
void SayWhatIsLeftOut(Session& session, const Bundle& bundle, const Request& request) {
  std::size_t fields = 0;
  for (const Connection& connection : bundle.connections) {
    fields += HideSecrets(connection).hidden_paths.size();
  }
  std::size_t variables = 0;
  for (const Variable& variable : bundle.variables)
    variables += IsWhollyVisible(variable) ? 0U : 1U;
  if (request.view == SecretView::kHidden && fields + variables > 0) {
    session.Warn(Counted(fields, "secret field") + " and " + Counted(variables, "secret variable") +
                 " left out" + (NamesService(session) ? "" : "; --reveal exports them too"));
  }
  const bool takes_variables =
      request.format == BundleFormat::kJson || request.format == BundleFormat::kEnv;
  if (!takes_variables && !bundle.variables.empty()) {
    session.Warn(Counted(bundle.variables.size(), "variable") +
                 " left out: this format is for connections");
  }
}

Result<Bundle> ReadBundle(Session& session, const Request& request) {
  if (NamesService(session)) {
    if (request.view == SecretView::kHidden) return BundleAtService(session, request.references);
    return Error(ErrorCode::kPermissionDenied,
                 "--reveal: a credential service shows secret values to nobody");
  }
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(const Store store, access.Open());
  return ReadBundle(store, request.references);
}

Status Run(Session& session, const Request& request) {
  ASSIGN_OR_RETURN(const Bundle bundle, ReadBundle(session, request));
  ASSIGN_OR_RETURN(const Secret text, WriteBundle(bundle, request.format, request.view));
  SayWhatIsLeftOut(session, bundle, request);
  return session.Print(text.Reveal());
}

Result<Action> Prepare(const Options& options) {
  Request request{{}, options.format, options.reveal ? SecretView::kRevealed : SecretView::kHidden};
  for (const std::string& text : options.references) {
    ASSIGN_OR_RETURN(Reference reference, Reference::Parse(text));
    request.references.push_back(std::move(reference));
  }
  return Action([request](Session& session) { return Run(session, request); });
}

}  // namespace

void DefineConnectionsExport(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArguments("REF", options->references,
                               "Only these, without variables: NAME, @TYPE.NAME or @TYPE");
  const auto take_format = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options->format, ParseBundleFormat(text));
    return {};
  };
  command.AddOption("--format", "json|yaml|env|airflow-json", take_format, "json is the default");
  command.AddFlag("--reveal", options->reveal, "With all secret values, in clear");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
