#pragma once
// Who asks: what authentication has verified of a caller, and nothing that a request claims.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace injector {

enum class Role {
  kAdmin,      // creates, changes, deletes, attaches; no values
  kDeveloper,  // sees names, types and fields that are not secret
  kRunner,     // gets values for the jobs of its repos, and nothing else
};

// "admin", "developer", "runner".
std::string_view RoleName(Role role);
// The other way round; nullopt for any other text.
std::optional<Role> ParseRole(std::string_view name);

struct Principal {
  std::string id;  // as the audit log shows it: "token:<id>", "oidc:<issuer>:<subject>"
  std::string org_id;
  Role role = Role::kRunner;
  std::vector<std::string> repos;         // of a runner: all that it may ask for
  std::vector<std::string> environments;  // of a runner: where its jobs run
  bool is_protected = false;              // its jobs run on protected branches only
};

}  // namespace injector
