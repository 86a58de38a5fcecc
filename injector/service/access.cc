#include "injector/service/access.h"

#include <algorithm>
#include <string>

namespace injector {
namespace {

// The least that a role must be for an action.
enum class Needs { kMember, kAdmin, kRunner };

Needs NeedsOf(Operation operation) {
  switch (operation) {
    case Operation::kReadConnections:
    case Operation::kReadVariables:
    case Operation::kReadAttachments:
      return Needs::kMember;
    case Operation::kCreateConnection:
    case Operation::kChangeConnection:
    case Operation::kDeleteConnection:
    case Operation::kCreateVariable:
    case Operation::kChangeVariable:
    case Operation::kDeleteVariable:
    case Operation::kAttach:
    case Operation::kDetach:
    case Operation::kReadTokens:
    case Operation::kCreateToken:
    case Operation::kRevokeToken:
    case Operation::kReadAudit:
      return Needs::kAdmin;
    case Operation::kCreateGrant:
    case Operation::kRenewGrant:
    case Operation::kWatchGrant:
    case Operation::kReportUse:
    case Operation::kReleaseGrant:
      return Needs::kRunner;
  }
  return Needs::kAdmin;
}

bool Satisfies(Role role, Needs needs) {
  switch (needs) {
    case Needs::kMember:
      return role == Role::kAdmin || role == Role::kDeveloper;
    case Needs::kAdmin:
      return role == Role::kAdmin;
    case Needs::kRunner:
      return role == Role::kRunner;
  }
  return false;
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kAdmin:
      return "admin";
    case Role::kDeveloper:
      return "developer";
    case Role::kRunner:
      return "runner";
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (const Role role : {Role::kAdmin, Role::kDeveloper, Role::kRunner}) {
    if (RoleName(role) == name) return role;
  }
  return std::nullopt;
}

std::string_view OperationName(Operation operation) {
  switch (operation) {
    case Operation::kReadConnections:
      return "connection.read";
    case Operation::kCreateConnection:
      return "connection.create";
    case Operation::kChangeConnection:
      return "connection.change";
    case Operation::kDeleteConnection:
      return "connection.delete";
    case Operation::kReadVariables:
      return "variable.read";
    case Operation::kCreateVariable:
      return "variable.create";
    case Operation::kChangeVariable:
      return "variable.change";
    case Operation::kDeleteVariable:
      return "variable.delete";
    case Operation::kReadAttachments:
      return "attachment.read";
    case Operation::kAttach:
      return "attachment.create";
    case Operation::kDetach:
      return "attachment.delete";
    case Operation::kReadTokens:
      return "token.read";
    case Operation::kCreateToken:
      return "token.create";
    case Operation::kRevokeToken:
      return "token.revoke";
    case Operation::kReadAudit:
      return "audit.read";
    case Operation::kCreateGrant:
      return "grant.create";
    case Operation::kRenewGrant:
      return "grant.renew";
    case Operation::kWatchGrant:
      return "grant.watch";
    case Operation::kReportUse:
      return "grant.use";
    case Operation::kReleaseGrant:
      return "grant.release";
  }
  return "";
}

Status Authorise(const Principal& principal, Operation operation) {
  if (Satisfies(principal.role, NeedsOf(operation))) return {};
  return Error(ErrorCode::kPermissionDenied, "role " + std::string(RoleName(principal.role)) +
                                                 ": may not do " +
                                                 std::string(OperationName(operation)));
}

Status AuthoriseRepo(const Principal& principal, std::string_view repo) {
  if (principal.role != Role::kRunner || Contains(principal.repos, repo)) return {};
  return Error(ErrorCode::kPermissionDenied, "the caller is not bound to this repo");
}

bool IsInScope(const Principal& principal, const AttachmentScope& scope) {
  if (scope.protected_only && !principal.is_protected) return false;
  return scope.environments.empty() ||
         std::any_of(
             scope.environments.begin(), scope.environments.end(),
             [&](const std::string& name) { return Contains(principal.environments, name); });
}

}  // namespace injector
