#include "injector/sources/connection_manager.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/variable_name.h"
#include "injector/model/nearest_name.h"
#include "injector/sources/item_search.h"
#include "injector/sources/open_field.h"

namespace injector {
namespace {

bool SameName(const Connection& a, const Connection& b) { return a.name == b.name; }
bool SameName(const Variable& a, const Variable& b) { return a.key == b.key; }

std::string Listed(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

// One request on its way.
class ConnectionManager::Run {
 public:
  Run(ConnectionManager& manager, const FetchRequest& request)
      : manager_(manager),
        request_(request),
        connections_(request.connections),
        variables_(request.variables) {}

  Result<FetchedItems> Execute() && {
    RETURN_IF_ERROR(AskAll());
    if (const auto place = connections_.MissingRequired()) return MissingConnection(*place);
    if (const auto place = variables_.MissingRequired()) {
      const VariableRequest& wanted = request_.variables[*place];
      return AskedFor(wanted, MissingVariable(wanted.key, variables_.WhyAbsent(*place)));
    }
    RETURN_IF_ERROR(CompleteFields());
    items_.connections = std::move(connections_.found());
    items_.variables = std::move(variables_.found());
    items_.asked = asked_;
    items_.held_connections = std::move(held_connections_);
    items_.held_variables.assign(held_variables_.begin(), held_variables_.end());
    return std::move(items_);
  }

 private:
  Status AskAll() {
    if (manager_.environment_) RETURN_IF_ERROR(Ask(*manager_.environment_));
    bool knows_attachments = false;
    for (const std::unique_ptr<Source>& source : manager_.sources_) {
      const bool is_for_attached = WantsAttached(*source);
      knows_attachments = knows_attachments || is_for_attached;
      const bool nothing_missing = connections_.Missing().empty() && variables_.Missing().empty();
      if (!nothing_missing || is_for_attached) RETURN_IF_ERROR(Ask(*source));
    }
    if (knows_attachments || request_.attached == Attached::kNone) return {};
    return Error(ErrorCode::kInvalidArgument,
                 "what is attached is asked for, and no source knows that")
        .WithHint("a credential service does: --source https://HOST");
  }

  bool WantsAttached(const Source& source) const {
    return request_.attached == Attached::kAll && source.KnowsAttachments();
  }

  Status Ask(Source& source) {
    const std::vector<std::size_t> connection_places = connections_.Missing();
    const std::vector<std::size_t> variable_places = variables_.Missing();
    const std::string description = source.Description();
    ASSIGN_OR_RETURN(
        SourceAnswer answer,
        source.Fetch({.connections = connections_.RequestFor(connection_places),
                      .variables = variables_.RequestFor(variable_places),
                      .attached = WantsAttached(source) ? Attached::kAll : Attached::kNone}));
    if (answer.lease) items_.leases.push_back(std::move(answer.lease));
    if (answer.endpoint) {
      items_.endpoint =
          Fetched<CredentialEndpoint>{.item = *std::move(answer.endpoint), .source = description};
    }
    RETURN_IF_ERROR(OverrideUnusable(connection_places, answer));
    connections_.Take(std::move(answer.connections), connection_places, description);
    variables_.Take(std::move(answer.variables), variable_places, description);
    for (OpenText& open : answer.open_texts) {
      open.connection = connection_places[open.connection];
      open_texts_.push_back(std::move(open));
    }
    std::ranges::move(answer.ingredients, std::back_inserter(items_.ingredients));
    std::ranges::move(answer.warnings, std::back_inserter(items_.warnings));
    std::ranges::move(answer.held_connections, std::back_inserter(held_connections_));
    held_variables_.insert(answer.held_variables.begin(), answer.held_variables.end());
    for (EnvironmentReference& reference : answer.environment) AddReference(std::move(reference));
    RETURN_IF_ERROR(TakeAttached(std::move(answer), description));
    asked_ += (asked_.empty() ? "" : ", ") + description;
    const bool is_environment = &source == manager_.environment_.get();
    return is_environment ? Status() : Override(connection_places);
  }

  // Beside what is there: named in the request, or attached by an earlier source.
  Status TakeAttached(SourceAnswer answer, const std::string& source) {
    for (Connection& connection : answer.attached_connections) {
      if (IsThere(connections_.found(), items_.attached_connections, connection)) continue;
      Fetched<Connection> taken{.item = std::move(connection), .source = source};
      if (manager_.environment_) {
        ASSIGN_OR_RETURN(std::optional<Connection> override,
                         manager_.environment_->Find(taken.item.name));
        if (override) taken = {*std::move(override), manager_.environment_->Description()};
      }
      items_.attached_connections.push_back(std::move(taken));
    }
    for (Variable& variable : answer.attached_variables) {
      if (IsThere(variables_.found(), items_.attached_variables, variable)) continue;
      ASSIGN_OR_RETURN(Fetched<Variable> taken,
                       OverriddenByEnvironment({std::move(variable), source}));
      items_.attached_variables.push_back(std::move(taken));
    }
    return {};
  }

  Result<Fetched<Variable>> OverriddenByEnvironment(Fetched<Variable> variable) {
    if (!manager_.environment_) return variable;
    FetchRequest request;
    request.variables.push_back({.key = variable.item.key, .presence = Presence::kOptional});
    ASSIGN_OR_RETURN(SourceAnswer answer, manager_.environment_->Fetch(request));
    if (!answer.variables.front().ok()) return variable;
    return Fetched<Variable>{.item = std::move(answer.variables.front()).value(),
                             .source = manager_.environment_->Description()};
  }

  template <typename T>
  static bool IsThere(const std::vector<std::optional<Fetched<T>>>& found,
                      const std::vector<Fetched<T>>& attached, const T& item) {
    const auto is_same = [&item](const T& other) { return SameName(other, item); };
    return std::ranges::any_of(found, [&](const auto& one) { return one && is_same(one->item); }) ||
           std::ranges::any_of(attached, [&](const auto& one) { return is_same(one.item); });
  }

  void AddReference(EnvironmentReference reference) {
    for (EnvironmentReference& known : items_.environment) {
      if (known.name != reference.name) continue;
      known.secret = known.secret || reference.secret;
      return;
    }
    items_.environment.push_back(std::move(reference));
  }

  // What is held and cannot be had matters to nobody whom the environment gives another one.
  Status OverrideUnusable(const std::vector<std::size_t>& places, SourceAnswer& answer) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
      Result<Connection>& item = answer.connections[i];
      if (item.ok() || item.error().code() == ErrorCode::kNotFound) continue;
      const ConnectionRequest& wanted = request_.connections[places[i]];
      const Result<std::size_t> meant = Resolve(wanted.reference, answer.held_connections);
      if (!meant.ok() || !manager_.environment_) return AskedFor(wanted, item.error());
      const ConnectionEntry& held = answer.held_connections[*meant];
      ASSIGN_OR_RETURN(std::optional<Connection> override, manager_.environment_->Find(held.name));
      if (!override) return AskedFor(wanted, item.error());
      override->is_default = held.is_default;
      item = *std::move(override);
    }
    return {};
  }

  template <typename Request>
  static Error AskedFor(const Request& request, Error error) {
    return request.where.empty() ? error : std::move(error).WithContext(request.where);
  }

  // Only now is it known which connection a bare name or "@type" means.
  Status Override(const std::vector<std::size_t>& places) {
    if (!manager_.environment_) return {};
    for (const std::size_t place : places) {
      std::optional<Fetched<Connection>>& found = connections_.found()[place];
      const Reference& asked = request_.connections[place].reference;
      if (!found || (!asked.type.empty() && !asked.alias.empty())) continue;
      ASSIGN_OR_RETURN(std::optional<Connection> override,
                       manager_.environment_->Find(found->item.name));
      if (!override) continue;
      override->is_default = found->item.is_default;
      found = {.item = *std::move(override), .source = manager_.environment_->Description()};
      std::erase_if(open_texts_, [&](const OpenText& open) { return open.connection == place; });
    }
    return {};
  }

  Error MissingConnection(std::size_t place) const {
    const Reference& reference = request_.connections[place].reference;
    const Result<std::size_t> among_all = Resolve(reference, held_connections_);
    const bool nothing_known = held_connections_.empty() || among_all.ok();
    Error error = nothing_known ? connections_.WhyAbsent(place) : Error(among_all.error());
    if (!asked_.empty()) error = std::move(error).WithContext(asked_);
    return AskedFor(request_.connections[place], std::move(error));
  }

  Error MissingVariable(const std::string& key, Error why) const {
    if (held_variables_.empty()) {
      return asked_.empty() ? why : std::move(why).WithContext(asked_);
    }
    Error error(ErrorCode::kNotFound,
                asked_ + ": no variable " + key + "; there is: " + Listed(held_variables_));
    const std::vector<std::string> names(held_variables_.begin(), held_variables_.end());
    const std::string_view nearest = NearestName(key, names);
    if (nearest.empty()) return error;
    return std::move(error).WithHint("did you mean " + std::string(nearest) + "?");
  }

  // Looks up in one go all variables that fields are made of, and completes the fields.
  Status CompleteFields() {
    FetchRequest request;
    std::set<std::string> keys;
    for (const OpenText& open : open_texts_) {
      for (const TemplatePiece& piece : open.pieces) {
        if (!piece.reference || !keys.insert(piece.reference->path.front()).second) continue;
        request.variables.push_back(
            {.key = piece.reference->path.front(), .presence = Presence::kOptional});
      }
    }
    if (keys.empty()) return {};
    Run run(manager_, request);
    RETURN_IF_ERROR(run.AskAll());
    std::ranges::move(run.items_.leases, std::back_inserter(items_.leases));
    for (std::string& warning : run.items_.warnings) {
      const bool known = std::ranges::count(items_.warnings, warning) > 0;
      if (!known) items_.warnings.push_back(std::move(warning));
    }
    for (const OpenText& open : open_texts_) RETURN_IF_ERROR(Complete(open, run));
    return {};
  }

  Status Complete(const OpenText& open, Run& variables) {
    Connection& connection = connections_.found()[open.connection]->item;
    const auto find = [&](const std::string& key) -> Result<const Variable*> {
      if (const Variable* variable = variables.FindVariable(key)) return variable;
      return variables.MissingVariable(key, Error(ErrorCode::kNotFound, "no variable " + key));
    };
    ASSIGN_OR_RETURN(std::vector<Ingredient> ingredients, CompleteField(connection, open, find));
    std::ranges::move(ingredients, std::back_inserter(items_.ingredients));
    return {};
  }

  const Variable* FindVariable(const std::string& key) {
    for (const auto& found : variables_.found()) {
      if (found && found->item.key == key) return &found->item;
    }
    return nullptr;
  }

  ConnectionManager& manager_;
  const FetchRequest& request_;
  ItemSearch<ConnectionRequest, Connection> connections_;
  ItemSearch<VariableRequest, Variable> variables_;
  FetchedItems items_;
  std::vector<OpenText> open_texts_;  // OpenText::connection is a place in the request
  std::vector<ConnectionEntry> held_connections_;
  std::set<std::string> held_variables_;
  std::string asked_;
};

namespace {

// Names as variables of the environment spell them: what overrides what.
std::string Folded(const ListedConnection& connection) {
  return VariableNamePart(connection.name.type + "_" + connection.name.alias);
}
std::string Folded(const ListedVariable& variable) { return ToAsciiUpper(variable.key); }

bool SameItem(const ListedConnection& a, const ListedConnection& b) { return a.name == b.name; }
bool SameItem(const ListedVariable& a, const ListedVariable& b) { return a.key == b.key; }

void TakeName(ListedConnection& from_environment, const ListedConnection& shadowed) {
  from_environment.name = shadowed.name;
}
void TakeName(ListedVariable& from_environment, const ListedVariable& shadowed) {
  from_environment.key = shadowed.key;
}

// Adds the items of one source to `list`, each with the earlier source that shadows it. The first
// `from_environment` of the list take the spelling of what they shadow.
template <typename T>
std::vector<ListedItem<T>> WithItems(std::vector<ListedItem<T>> list, std::vector<T> items,
                                     const std::string& source, std::size_t from_environment) {
  for (T& item : items) {
    std::string shadowed_by;
    for (std::size_t i = 0; i < list.size() && shadowed_by.empty(); ++i) {
      const bool folds = i < from_environment && Folded(list[i].item) == Folded(item);
      if (folds) TakeName(list[i].item, item);
      if (folds || SameItem(list[i].item, item)) shadowed_by = list[i].source;
    }
    list.push_back({std::move(item), source, std::move(shadowed_by)});
  }
  return list;
}

}  // namespace

Error WithMoreHint(Error error, const std::string& sentence) {
  std::string hint = error.hint();
  if (!hint.empty()) hint += hint.ends_with('?') ? " " : "; ";
  return std::move(error).WithHint(hint + sentence);
}

Error WithSourcesAsked(Error error, const FetchedItems& items) {
  return items.asked.empty() ? error
                             : WithMoreHint(std::move(error), "the sources asked: " + items.asked);
}

ConnectionManager::ConnectionManager(std::vector<std::unique_ptr<Source>> sources,
                                     std::unique_ptr<EnvironmentSource> environment)
    : sources_(std::move(sources)), environment_(std::move(environment)) {}

Result<FetchedItems> ConnectionManager::Fetch(const FetchRequest& request) {
  return Run(*this, request).Execute();
}

Result<ManagerListing> ConnectionManager::List() {
  ManagerListing list;
  std::vector<Source*> all;
  if (environment_) all.push_back(environment_.get());
  for (const std::unique_ptr<Source>& source : sources_) all.push_back(source.get());
  std::size_t connections_of_environment = 0;
  std::size_t variables_of_environment = 0;
  for (Source* source : all) {
    ASSIGN_OR_RETURN(SourceListing held, source->List());
    list.connections = WithItems(std::move(list.connections), std::move(held.connections),
                                 source->Description(), connections_of_environment);
    list.variables = WithItems(std::move(list.variables), std::move(held.variables),
                               source->Description(), variables_of_environment);
    std::ranges::move(held.warnings, std::back_inserter(list.warnings));
    if (source != environment_.get()) continue;
    connections_of_environment = list.connections.size();
    variables_of_environment = list.variables.size();
  }
  return list;
}

}  // namespace injector
