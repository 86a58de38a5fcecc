#include "injector/sidecar/allow_list.h"

#include <algorithm>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/model/catalogue.h"

namespace injector::sidecar {
namespace {

constexpr std::string_view kVariablePrefix = "var.";

}  // namespace

Error NotAllowed() {
  return {ErrorCode::kPermissionDenied, "grant: this sidecar does not hand out what is asked for"};
}

Status AllowList::Add(std::string_view references) {
  for (;;) {
    const std::size_t comma = references.find(',');
    RETURN_IF_ERROR(AddOne(StripAsciiSpace(references.substr(0, comma))));
    if (comma == std::string_view::npos) return {};
    references.remove_prefix(comma + 1);
  }
}

Status AllowList::AddOne(std::string_view text) {
  if (text.starts_with(kVariablePrefix)) {
    const std::string_view key = text.substr(kVariablePrefix.size());
    if (!IsValidVariableKey(key)) {
      return Error(ErrorCode::kInvalidArgument, "expected the key of a variable after var.");
    }
    keys_.emplace_back(key);
  } else {
    ASSIGN_OR_RETURN(Reference reference, Reference::Parse(text));
    references_.push_back(std::move(reference));
  }
  allows_all_ = false;
  return {};
}

bool AllowList::Allows(const ConnectionName& name) const {
  return allows_all_ ||
         std::any_of(references_.begin(), references_.end(), [&](const Reference& allowed) {
           return (allowed.type.empty() || IsSameType(allowed.type, name.type)) &&
                  (allowed.alias.empty() || allowed.alias == name.alias);
         });
}

bool AllowList::AllowsKey(std::string_view key) const {
  return allows_all_ || std::find(keys_.begin(), keys_.end(), key) != keys_.end();
}

bool AllowList::MayAsk(const FetchRequest& wanted) const {
  const auto may_ask = [this](const ConnectionRequest& request) {
    const Reference& reference = request.reference;
    // What a bare name or a type means, the service alone knows.
    if (reference.type.empty() || reference.alias.empty()) return true;
    return Allows({.type = reference.type, .alias = reference.alias});
  };
  return std::all_of(wanted.connections.begin(), wanted.connections.end(), may_ask) &&
         std::all_of(wanted.variables.begin(), wanted.variables.end(),
                     [this](const VariableRequest& request) { return AllowsKey(request.key); });
}

template <typename Granted>
void AllowList::Drop(Granted& granted) const {
  std::erase_if(granted.connections,
                [this](const Connection& connection) { return !Allows(connection.name); });
  std::erase_if(granted.variables,
                [this](const Variable& variable) { return !AllowsKey(variable.key); });
}

Status AllowList::Cap(const FetchRequest& wanted, JobGrant& grant) const {
  if (allows_all_) return {};
  std::vector<ConnectionEntry> entries;
  for (const Connection& connection : grant.connections) {
    entries.push_back({connection.name, connection.is_default});
  }
  for (const ConnectionRequest& request : wanted.connections) {
    const Result<std::size_t> place = Resolve(request.reference, entries);
    if (place.ok() && !Allows(entries[*place].name)) return NotAllowed();
  }
  Drop(grant);
  return {};
}

void AllowList::Cap(JobRenewal& renewal) const { Drop(renewal); }

}  // namespace injector::sidecar
