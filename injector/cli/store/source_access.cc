#include "injector/cli/store/source_access.h"

#include <utility>
#include <vector>

#include "injector/cli/served/service_access.h"
#include "injector/cli/store/store_access.h"
#include "injector/sources/connections_file/yaml_source.h"

namespace injector {
namespace {

constexpr std::string_view kFileScheme = "file:";
constexpr std::string_view kYamlScheme = "yaml:";

Result<std::unique_ptr<Source>> OpenSource(Session& session, std::string_view spelled) {
  if (spelled.starts_with(kYamlScheme) && spelled.size() > kYamlScheme.size()) {
    return std::unique_ptr<Source>(std::make_unique<YamlSource>(
        std::string(spelled.substr(kYamlScheme.size())), session.settings().environment,
        YamlSource::LiteralSecrets::kWarn));
  }
  if (spelled.starts_with(kFileScheme) && spelled.size() > kFileScheme.size()) {
    ASSIGN_OR_RETURN(
        const StoreAccess store,
        StoreAccess::PrepareAt(session, std::string(spelled.substr(kFileScheme.size())),
                               NewStoreMode::kNone));
    return store.AsSource();
  }
  return Error(ErrorCode::kInvalidArgument, "--source: expected file:PATH, yaml:PATH or env");
}

// The sources that were named; "env" needs none, for the environment is always asked beside them.
Result<std::vector<std::unique_ptr<Source>>> OpenSources(Session& session) {
  std::vector<std::unique_ptr<Source>> sources;
  for (const std::string& spelled : session.options().sources) {
    if (spelled == "env") continue;
    ASSIGN_OR_RETURN(std::unique_ptr<Source> source, OpenSource(session, spelled));
    sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace

Result<SourceAccess> SourceAccess::Prepare(Session& session, CaFile ca_file) {
  RETURN_IF_ERROR(RefuseService(session, ca_file));
  if (!session.options().sources.empty()) {
    ASSIGN_OR_RETURN(std::vector<std::unique_ptr<Source>> sources, OpenSources(session));
    return SourceAccess(session, std::make_unique<ConnectionManager>(
                                     std::move(sources), std::make_unique<EnvironmentSource>(
                                                             session.settings().environment)));
  }
  ASSIGN_OR_RETURN(const StoreAccess store,
                   StoreAccess::Prepare(session, NewStoreMode::kNone, ca_file));
  return Over(session, store);
}

SourceAccess SourceAccess::Over(Session& session, const StoreAccess& store) {
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(store.AsSource());
  return SourceAccess(session, std::make_unique<ConnectionManager>(std::move(sources)));
}

Result<ManagerListing> SourceAccess::List() {
  ASSIGN_OR_RETURN(ManagerListing listing, manager_->List());
  for (const std::string& warning : listing.warnings) session_->Warn(warning);
  return listing;
}

Result<FetchedItems> SourceAccess::Fetch(const FetchRequest& request) {
  ASSIGN_OR_RETURN(FetchedItems items, manager_->Fetch(request));
  for (const std::string& warning : items.warnings) session_->Warn(warning);
  return items;
}

Result<Fetched<Connection>> SourceAccess::FetchOne(const Reference& reference) {
  FetchRequest request;
  request.connections.push_back({.reference = reference});
  ASSIGN_OR_RETURN(FetchedItems items, Fetch(request));
  return *std::move(items.connections.front());
}

}  // namespace injector
