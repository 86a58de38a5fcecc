#include "injector/sidecar/contents.h"

#include <algorithm>
#include <utility>

#include "injector/crypto/hmac.h"
#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/model/reference.h"
#include "injector/model/variable_json.h"
#include "injector/rest/grant_json.h"

namespace injector::sidecar {
namespace {

Result<Fingerprint> PrintOf(const Connection& connection, const Secret& key) {
  Connection bare = connection.Clone();
  bare.description.clear();
  const Secret json = WriteJson(ConnectionContent(bare));
  const std::string_view is_default = bare.is_default ? "default" : "";
  ASSIGN_OR_RETURN(const Secret digest,
                   HmacSha256(key, Secret::Concat({is_default, json.Reveal()}).Reveal()));
  return Fingerprint{.digest = std::string(digest.Reveal()), .version = connection.version};
}

Result<Fingerprint> PrintOf(const Variable& variable, const Secret& key) {
  const std::string_view kind = variable.is_secret ? "secret:" : "plain:";
  ASSIGN_OR_RETURN(const Secret digest,
                   HmacSha256(key, Secret::Concat({kind, variable.value.Reveal()}).Reveal()));
  return Fingerprint{.digest = std::string(digest.Reveal()), .version = variable.version};
}

Variable Copy(const Variable& variable) {
  return {.key = variable.key,
          .value = variable.value.Clone(),
          .description = variable.description,
          .is_secret = variable.is_secret,
          .version = variable.version};
}

template <typename T>
bool Contains(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

ConnectionName NameOf(const std::string& full) {
  // A full name of ours always parses.
  Reference reference = Reference::Parse(full).value();
  return {.type = std::move(reference.type), .alias = std::move(reference.alias)};
}

}  // namespace

Result<std::shared_ptr<const Contents>> Contents::Of(JobGrant grant, const Secret& key) {
  const std::shared_ptr<Contents> made(new Contents);
  made->connections_ = std::move(grant.connections);
  made->variables_ = std::move(grant.variables);
  made->absent_ = std::move(grant.absent);
  made->absent_variables_ = std::move(grant.absent_variables);
  RETURN_IF_ERROR(made->Complete(key));
  return std::shared_ptr<const Contents>(made);
}

Result<std::shared_ptr<const Contents>> Contents::Renewed(const Contents& before,
                                                          JobRenewal renewal, const Secret& key) {
  const std::shared_ptr<Contents> made(new Contents);
  made->connections_ = std::move(renewal.connections);
  made->variables_ = std::move(renewal.variables);
  made->absent_ = before.absent_;
  made->absent_variables_ = before.absent_variables_;
  std::vector<ConnectionName> names = std::move(renewal.removed.connections);
  for (const Connection& connection : made->connections_) names.push_back(connection.name);
  for (const Connection& connection : before.connections_) {
    if (!Contains(names, connection.name)) made->connections_.push_back(connection.Clone());
  }
  std::vector<std::string> keys = std::move(renewal.removed.variables);
  for (const Variable& variable : made->variables_) keys.push_back(variable.key);
  for (const Variable& variable : before.variables_) {
    if (!Contains(keys, variable.key)) made->variables_.push_back(Copy(variable));
  }
  RETURN_IF_ERROR(made->Complete(key));
  return std::shared_ptr<const Contents>(made);
}

Status Contents::Complete(const Secret& key) {
  for (const Connection& connection : connections_) {
    ASSIGN_OR_RETURN(connection_prints_[connection.name.Full()], PrintOf(connection, key));
  }
  for (const Variable& variable : variables_) {
    ASSIGN_OR_RETURN(variable_prints_[variable.key], PrintOf(variable, key));
  }
  rest::ObjectBuilder json;
  rest::AddThings(json, connections_, variables_);
  json.Add("absent", absent_).Add("absentVariables", absent_variables_);
  json_ = WriteJson(std::move(json).Build());
  return {};
}

ThingNames Contents::Names() const {
  ThingNames names;
  for (const Connection& connection : connections_) names.connections.push_back(connection.name);
  for (const Variable& variable : variables_) names.variables.push_back(variable.key);
  return names;
}

bool HandedOut::Lacks(const Items& items, const std::string& name,
                      const std::string& digest) const {
  const auto item = items.find(name);
  return item == items.end() || item->second.digest != digest ||
         item->second.revision > acknowledged_;
}

// What the job has, and `prints` has not.
std::vector<std::string> HandedOut::Gone(const Items& items, const Contents::Fingerprints& prints) {
  std::vector<std::string> gone;
  for (const auto& [name, item] : items) {
    if (!prints.contains(name)) gone.push_back(name);
  }
  return gone;
}

JobChanges HandedOut::Compare(const Contents* contents) const {
  JobChanges changes{.revision = acknowledged_};
  if (contents == nullptr) return changes;
  for (const auto& [name, print] : contents->connection_prints()) {
    if (!Lacks(connections_, name, print.digest)) continue;
    changes.changed.connections.push_back({.name = NameOf(name), .version = print.version});
  }
  for (const auto& [key, print] : contents->variable_prints()) {
    if (!Lacks(variables_, key, print.digest)) continue;
    changes.changed.variables.push_back({.key = key, .version = print.version});
  }
  for (const std::string& name : Gone(connections_, contents->connection_prints())) {
    changes.removed.connections.push_back(NameOf(name));
  }
  changes.removed.variables = Gone(variables_, contents->variable_prints());
  return changes;
}

void HandedOut::Tell() {
  ++revision_;
  // What it is told that it lacks it does not have: to acknowledge this answer masks nothing.
  const auto lacks = [this](const auto& item) {
    return !item.second.digest.empty() && item.second.revision > acknowledged_;
  };
  std::erase_if(connections_, lacks);
  std::erase_if(variables_, lacks);
}

void HandedOut::Update(Items& items, const Contents::Fingerprints& prints) const {
  for (auto& [name, item] : items) {
    const bool goes = !prints.contains(name) && !item.digest.empty();
    if (goes) item = {.digest = {}, .revision = revision_};
  }
  for (const auto& [name, print] : prints) {
    Item& item = items[name];
    if (item.digest != print.digest) item = {.digest = print.digest, .revision = revision_};
  }
}

void HandedOut::Update(const Contents& contents) {
  ++revision_;
  Update(connections_, contents.connection_prints());
  Update(variables_, contents.variable_prints());
}

void HandedOut::Acknowledge(std::int64_t revision) {
  acknowledged_ = std::max(acknowledged_, revision);
  const auto is_settled = [this](const auto& item) {
    return item.second.digest.empty() && item.second.revision <= acknowledged_;
  };
  std::erase_if(connections_, is_settled);
  std::erase_if(variables_, is_settled);
}

bool HandedOut::IsMasked(const ConnectionName& name, const Contents& contents) const {
  const auto print = contents.connection_prints().find(name.Full());
  const auto item = connections_.find(name.Full());
  return print != contents.connection_prints().end() && item != connections_.end() &&
         item->second.digest == print->second.digest && item->second.revision <= acknowledged_;
}

}  // namespace injector::sidecar
