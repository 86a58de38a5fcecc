#pragma once
// Who may do what. Pure decisions over what authentication has verified; nothing here looks at the
// database, so that a refusal says nothing about what exists.
//
// The refusals of the service: kUnauthenticated (401), nobody knows the caller. kPermissionDenied
// (403), the caller's role or repos forbid it, whatever exists. kNotFound (404), it does not exist
// in the caller's org: what other orgs have cannot be told from what nobody has.

#include <string_view>

#include "injector/base/result.h"
#include "injector/service/attachment_scope.h"
#include "injector/service/principal.h"

namespace injector {

enum class Operation {
  kReadConnections,
  kCreateConnection,
  kChangeConnection,
  kDeleteConnection,
  kReadVariables,
  kCreateVariable,
  kChangeVariable,
  kDeleteVariable,
  kReadAttachments,
  kAttach,
  kDetach,
  kReadTokens,
  kCreateToken,
  kRevokeToken,
  kReadAudit,
  kCreateGrant,
  kRenewGrant,
  kWatchGrant,
  kReportUse,
  kReleaseGrant,
};
inline constexpr Operation kLastOperation = Operation::kReleaseGrant;

// As the audit log names it: "connection.create".
std::string_view OperationName(Operation operation);

// kPermissionDenied when the caller's role forbids `operation`.
Status Authorise(const Principal& principal, Operation operation);

// kPermissionDenied when a runner is not bound to `repo`. Requires: the role has been authorised.
Status AuthoriseRepo(const Principal& principal, std::string_view repo);

// Whether what is attached with `scope` is there for this caller's jobs.
bool IsInScope(const Principal& principal, const AttachmentScope& scope);

}  // namespace injector
