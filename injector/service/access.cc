#include "injector/service/access.h"

#include <algorithm>
#include <string>

namespace injector {
namespace {

// The least that a role must be for an action.
enum class Needs { kMember, kAdmin, kRunner };

Needs NeedsOf(Action action) {
  switch (action) {
    case Action::kReadConnections:
    case Action::kReadAttachments:
      return Needs::kMember;
    case Action::kCreateConnection:
    case Action::kChangeConnection:
    case Action::kDeleteConnection:
    case Action::kAttach:
    case Action::kDetach:
    case Action::kReadTokens:
    case Action::kCreateToken:
    case Action::kRevokeToken:
    case Action::kReadAudit:
      return Needs::kAdmin;
    case Action::kCreateGrant:
    case Action::kRenewGrant:
    case Action::kWatchGrant:
    case Action::kReportUse:
    case Action::kReleaseGrant:
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

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kReadConnections:
      return "connection.read";
    case Action::kCreateConnection:
      return "connection.create";
    case Action::kChangeConnection:
      return "connection.change";
    case Action::kDeleteConnection:
      return "connection.delete";
    case Action::kReadAttachments:
      return "attachment.read";
    case Action::kAttach:
      return "attachment.create";
    case Action::kDetach:
      return "attachment.delete";
    case Action::kReadTokens:
      return "token.read";
    case Action::kCreateToken:
      return "token.create";
    case Action::kRevokeToken:
      return "token.revoke";
    case Action::kReadAudit:
      return "audit.read";
    case Action::kCreateGrant:
      return "grant.create";
    case Action::kRenewGrant:
      return "grant.renew";
    case Action::kWatchGrant:
      return "grant.watch";
    case Action::kReportUse:
      return "grant.use";
    case Action::kReleaseGrant:
      return "grant.release";
  }
  return "";
}

Status Authorise(const Principal& principal, Action action) {
  if (Satisfies(principal.role, NeedsOf(action))) return {};
  return Error(ErrorCode::kPermissionDenied, "role " + std::string(RoleName(principal.role)) +
                                                 ": may not do " + std::string(ActionName(action)));
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
