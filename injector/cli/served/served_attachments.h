#pragma once
// Attachments at a credential service: which repos' jobs may use which connections and variables.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/served/service_access.h"
#include "injector/service/repo_name.h"

namespace injector {

// What an attachment is of.
enum class AttachedKind { kConnection, kVariable };

struct ServedAttachment {
  AttachedKind kind = AttachedKind::kConnection;
  std::string repo;                       // kWholeOrg: every repo of the org
  std::string id;                         // of a connection: its id; of a variable: its key
  std::string name;                       // "@type.alias", "var.KEY"
  std::vector<std::string> environments;  // of jobs; empty: all
  bool protected_only = false;            // jobs on protected branches alone
};

// Whether both are of the same thing to the same repo, whatever the scope.
bool IsSameAttachment(const ServedAttachment& a, const ServedAttachment& b);

// What is attached to the repo itself; with kWholeOrg to the org. kDataLoss for what a service does
// not answer.
Result<std::vector<ServedAttachment>> AttachmentsOf(ServiceAccess& service,
                                                    const std::string& repo);
// The names of all repos.
Result<std::vector<std::string>> RepoNames(ServiceAccess& service);

// Attaches, or gives what is attached already this scope.
Status Attach(ServiceAccess& service, const ServedAttachment& attachment);
Status Detach(ServiceAccess& service, const ServedAttachment& attachment);

// {"repo","connection"|"variable","environments","protectedOnly"}
Value AttachmentAsJson(const ServedAttachment& attachment);
// "acme/web", "(org)"
std::string ShownRepo(const std::string& repo);
// "production, staging; protected branches only"; empty: every job.
std::string ShownScope(const ServedAttachment& attachment);

}  // namespace injector
