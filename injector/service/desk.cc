#include "injector/service/desk.h"

namespace injector {
namespace {

Status Authorise(const Principal& principal, const Intent& intent) {
  RETURN_IF_ERROR(Authorise(principal, intent.operation));
  return intent.repo.empty() ? Status() : AuthoriseRepo(principal, intent.repo);
}

}  // namespace

AuditEvent EventOf(const Intent& intent) {
  AuditEvent event;
  event.action = OperationName(intent.operation);
  event.connection = intent.connection;
  event.repo = intent.repo;
  event.token = intent.token;
  event.grant = intent.grant;
  return event;
}

Status Desk::Admit(const Principal& principal, const Intent& intent) {
  Status allowed = Authorise(principal, intent);
  if (allowed.ok()) return {};
  return Refuse(principal, intent, allowed.error(), ErrorCodeName(allowed.error().code()));
}

Status Desk::Refuse(const Principal& principal, const Intent& intent, const Error& error,
                    std::string_view reason) {
  return ledger_.Run(principal.org_id, principal.id, [&](Act& act) -> Status {
    AuditEvent event = EventOf(intent);
    event.reason = reason;
    act.RecordRefusal(std::move(event));
    return error;
  });
}

}  // namespace injector
