#include "injector/cli/connections/set_connection.h"

#include <utility>

#include "injector/cli/connections/connection_advice.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_set.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

std::optional<ConnectionName> NameWithAlias(const StoreListing& listing, std::string_view alias) {
  for (const ConnectionSummary& summary : listing.connections) {
    if (summary.name.alias == alias) return summary.name;
  }
  return std::nullopt;
}

Result<ConnectionBase> FindBase(StoreEditor& editor, const SetRequest& request,
                                const std::string& type) {
  const auto existing = NameWithAlias(editor.store().listing(), request.name.alias);
  if (!existing) return NewBase(type, request);
  if (type.empty() || IsSameType(type, existing->type)) {
    ASSIGN_OR_RETURN(Connection former, editor.store().Get(*existing));
    return BaseOn(std::move(former), request);
  }
  if (!request.replace) {
    return OfOtherType(*existing, type).WithHint("--replace puts the new one in its place");
  }
  RETURN_IF_ERROR(editor.Delete(*existing));
  return NewBase(type, request);
}

void SayAdvice(Session& session, const Connection& connection, const PutOutcome& outcome) {
  const auto now = session.clock().Now();
  for (const std::string& advice :
       outcome.version == 1 ? AdviceOnNew(connection, now) : AdviceOn(connection, now)) {
    session.Warn(connection.name.Full() + ": " + advice);
  }
}

Status SetInStore(Session& session, const SetRequest& request) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, request.new_store));
  ASSIGN_OR_RETURN(ReadValues values, ReadAllValues(request));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const std::string type, WantedType(request, values.document));
  ASSIGN_OR_RETURN(const ConnectionBase base, FindBase(editor, request, type));
  ASSIGN_OR_RETURN(const Connection connection,
                   ChangedConnection(base, request, std::move(values), session.clock()));
  if (base.former && AreAlike(*base.former, connection)) {
    session.Tell("nothing changed: " + connection.name.Full() + " is so already");
    return {};
  }
  ASSIGN_OR_RETURN(const PutOutcome outcome, editor.Put(connection));
  RETURN_IF_ERROR(access.Save(editor));
  SayAdvice(session, connection, outcome);
  if (outcome.former_default) {
    session.Tell(outcome.former_default->Full() + " is no longer the default");
  }
  session.Tell(DescribeChange(request, connection, outcome.version));
  return {};
}

}  // namespace

Status SetConnection(Session& session, const SetRequest& request) {
  return NamesService(session) ? SetConnectionAtService(session, request)
                               : SetInStore(session, request);
}

}  // namespace injector
