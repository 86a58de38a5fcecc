#pragma once
// Which repos' jobs may use which connections. A repo is there from its first attachment on.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/service/attachment_scope.h"
#include "injector/service/connection_view.h"
#include "injector/service/desk.h"
#include "injector/service/once.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"
#include "injector/service/repo_name.h"
#include "injector/service/unix_time.h"

namespace injector {

struct AttachmentView {
  std::string repo;  // "*": the whole org
  std::string connection_id;
  ConnectionName name;
  AttachmentScope scope;
  std::string created_by;
  TimePoint created_at;
};

// What can be attached.
struct Attachable {
  RecordKind kind = RecordKind::kConnection;
  std::string id = {};  // of a connection; of a variable its key
};

class Attachments {
 public:
  explicit Attachments(Desk& desk) : desk_(desk) {}

  // Attaches to a repo, or to the whole org (kWholeOrg); what is attached already gets the new
  // scope. kNotFound when the org has no such thing; kInvalidArgument for names. `once` as
  // Connections::Create().
  Result<AttachmentView> Attach(const Principal& principal, const std::string& repo,
                                const Attachable& thing, const AttachmentScope& scope,
                                const std::optional<OnceKey>& once = {});
  // kNotFound when it is not attached.
  Status Detach(const Principal& principal, const std::string& repo, const Attachable& thing);

  // What of a kind is attached to the repo itself, by name; with kWholeOrg, to the org. kNotFound
  // when there is no such repo.
  Result<Page<AttachmentView>> OfRepo(const Principal& principal, const std::string& repo,
                                      RecordKind kind, const PageRequest& page);
  // Where a connection is attached, by repo. kNotFound when the org has no such connection.
  Result<Page<AttachmentView>> OfConnection(const Principal& principal,
                                            const std::string& connection_id,
                                            const PageRequest& page);
  // The names of the org's repos.
  Result<Page<std::string>> Repos(const Principal& principal, const PageRequest& page);

 private:
  Desk& desk_;
};

}  // namespace injector
