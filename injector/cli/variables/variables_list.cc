// injector variables list

#include "injector/cli/commands.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/cli/store/store_access.h"
#include "injector/model/redaction.h"
#include "injector/model/variable_json.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "List the variables",
    "Secret values are never shown. Without a key the store is shown unverified. With several\n"
    "sources also where each comes from, and what hides it from a job.\n",
    "  injector variables list\n"
    "  injector variables list --source file:store.json --source env\n"
    "  injector variables list --output json | jq -r '.[].key'\n"};

std::vector<DatedVariable> VariablesOf(const StoreListing& listing) {
  std::vector<DatedVariable> rows;
  for (const VariableSummary& summary : listing.variables) {
    Variable variable;
    variable.key = summary.key;
    variable.value = Secret::CopyOf(summary.value);
    variable.description = summary.description;
    variable.is_secret = summary.is_secret;
    variable.version = summary.version;
    rows.push_back({std::move(variable), summary.updated_at});
  }
  return rows;
}

std::string AsText(const std::vector<DatedVariable>& rows, const Emphasis& emphasis) {
  Table table({"KEY", "VALUE", "VERSION", "CHANGED", "DESCRIPTION"});
  for (const auto& [variable, changed_at] : rows) {
    table.AddRow({variable.key, VisibleText(variable), std::to_string(variable.version), changed_at,
                  variable.description});
  }
  return table.Render(emphasis);
}

Value AsJson(const std::vector<DatedVariable>& rows) {
  std::vector<Value> items;
  for (const auto& [variable, changed_at] : rows) {
    Value item = VariableToJson(variable, SecretView::kHidden);
    item.members().push_back({"updatedAt", Value::String(changed_at)});
    items.push_back(std::move(item));
  }
  return Value::List(std::move(items));
}

Status Print(Session& session, const std::vector<DatedVariable>& rows) {
  if (session.options().output == OutputFormat::kJson) return session.PrintJson(AsJson(rows));
  if (rows.empty()) {
    session.Tell("no variables yet; `injector variables set KEY` adds one");
    return {};
  }
  return session.Print(AsText(rows, session.emphasis()));
}

Variable WithoutSecret(const ListedVariable& listed) {
  Variable variable;
  variable.key = listed.key;
  variable.value = Secret::CopyOf(listed.value);
  variable.description = listed.description;
  variable.is_secret = listed.is_secret;
  variable.version = listed.version;
  return variable;
}

Value AsJson(const ManagerListing& listing) {
  std::vector<Value> items;
  for (const auto& [variable, source, shadowed_by] : listing.variables) {
    Value item = VariableToJson(WithoutSecret(variable), SecretView::kHidden);
    item.members().push_back({"source", Value::String(source)});
    if (!shadowed_by.empty()) item.members().push_back({"shadowedBy", Value::String(shadowed_by)});
    items.push_back(std::move(item));
  }
  return Value::List(std::move(items));
}

std::string AsText(const ManagerListing& listing, const Emphasis& emphasis) {
  Table table({"KEY", "VALUE", "SOURCE", "SHADOWED BY", "DESCRIPTION"});
  for (const auto& [variable, source, shadowed_by] : listing.variables) {
    table.AddRow({variable.key, VisibleText(WithoutSecret(variable)), source, shadowed_by,
                  variable.description});
  }
  return table.Render(emphasis);
}

Status PrintSources(Session& session) {
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ManagerListing listing, sources.List());
  if (session.options().output == OutputFormat::kJson) return session.PrintJson(AsJson(listing));
  if (listing.variables.empty()) {
    session.Tell("none of the sources holds a variable");
    return {};
  }
  return session.Print(AsText(listing, session.emphasis()));
}

Status Run(Session& session) {
  if (NamesService(session)) {
    ASSIGN_OR_RETURN(const std::vector<DatedVariable> served, VariablesAtService(session));
    return Print(session, served);
  }
  if (!session.options().sources.empty()) return PrintSources(session);
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(const std::optional<Store> store, access.OpenIfKeyGiven());
  if (store) return Print(session, VariablesOf(store->listing()));
  ASSIGN_OR_RETURN(const StoreListing listing, access.List());
  session.Warn("no key was given: the store is shown as it is, unverified");
  return Print(session, VariablesOf(listing));
}

}  // namespace

void DefineVariablesList(Command variables, Invocation& invocation) {
  variables.AddCommand(kText).OnChosen([&invocation] { invocation.action = Action(Run); });
}

}  // namespace injector
