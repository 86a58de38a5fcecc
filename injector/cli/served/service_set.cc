#include "injector/cli/served/service_set.h"

#include <algorithm>
#include <utility>

#include "injector/cli/connections/connection_advice.h"
#include "injector/cli/connections/known_connection.h"
#include "injector/cli/served/service_access.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

void SayAll(Session& session, const Connection& connection,
            const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    session.Warn(connection.name.Full() + ": " + sentence);
  }
}

// What the change brings. What held before is not said again: some of it would be about what stands
// for the secrets that are not known.
std::vector<std::string> NewAdvice(const Connection& former, const Connection& connection,
                                   std::chrono::system_clock::time_point now) {
  const std::vector<std::string> before = AdviceOn(former, now);
  std::vector<std::string> advice = AdviceOn(connection, now);
  std::erase_if(advice, [&](const std::string& sentence) {
    return std::ranges::find(before, sentence) != before.end();
  });
  return advice;
}

Status Create(Session& session, ServiceAccess& service, const SetRequest& request,
              ReadValues values) {
  ASSIGN_OR_RETURN(const std::string type, WantedType(request, values.document));
  ASSIGN_OR_RETURN(const ConnectionBase base, NewBase(type, request));
  ASSIGN_OR_RETURN(const Connection connection,
                   ChangedConnection(base, request, std::move(values), session.clock()));
  RETURN_IF_ERROR(service.Post("/service-connections", CreationOf(connection)));
  SayAll(session, connection, AdviceOnNew(connection, session.clock().Now()));
  session.Tell(DescribeChange(request, connection, 1));
  return {};
}

Status Change(Session& session, ServiceAccess& service, const ServedConnection& served,
              const SetRequest& request, ReadValues values) {
  ASSIGN_OR_RETURN(const std::string type, WantedType(request, values.document));
  if (!type.empty() && !IsSameType(type, served.shown.name.type)) {
    return OfOtherType(served.shown.name, type).WithHint("delete that one first");
  }
  ASSIGN_OR_RETURN(const KnownConnection known, KnownOf(served));
  ASSIGN_OR_RETURN(const ConnectionBase base, BaseOn(known.connection.Clone(), request));
  ASSIGN_OR_RETURN(const Connection connection,
                   ChangedConnection(base, request, std::move(values), session.clock()));
  ASSIGN_OR_RETURN(Value patch, PatchTo(connection, known));
  if (patch.members().empty()) {
    session.Tell("nothing changed: " + connection.name.Full() + " is so already");
    return {};
  }
  ASSIGN_OR_RETURN(const Value answer,
                   service.PatchAt("/service-connections/" + PathSegment(served.id),
                                   std::move(patch), served.shown.version));
  ASSIGN_OR_RETURN(const ServedConnection now, ParseServedConnection(answer));
  SayAll(session, connection, NewAdvice(known.connection, connection, session.clock().Now()));
  session.Tell(DescribeChange(request, connection, now.shown.version));
  return {};
}

}  // namespace

Status SetConnectionAtService(Session& session, const SetRequest& request) {
  RETURN_IF_ERROR(RefuseStoreMode(request.new_store));
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(ReadValues values, ReadAllValues(request));
  ASSIGN_OR_RETURN(const std::optional<ServedConnection> served,
                   service.ConnectionNamed(request.name.alias));
  return served ? Change(session, service, *served, request, std::move(values))
                : Create(session, service, request, std::move(values));
}

}  // namespace injector
