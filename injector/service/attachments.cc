#include "injector/service/attachments.h"

#include <utility>

#include "injector/service/attachment_rows.h"
#include "injector/service/org_revision.h"
#include "injector/service/repo_rows.h"
#include "injector/service/text_list.h"
#include "injector/service/variable_record.h"
#include "injector/service/variables.h"

namespace injector {
namespace {

AttachmentView ViewOf(AttachmentRow row) {
  return AttachmentView{.repo = std::move(row.repo),
                        .connection_id = std::move(row.connection_id),
                        .name = std::move(row.name),
                        .scope = std::move(row.scope),
                        .created_by = std::move(row.created_by),
                        .created_at = FromUnixSeconds(row.created_at)};
}

std::vector<AttachmentView> ViewsOf(std::vector<AttachmentRow> rows) {
  std::vector<AttachmentView> views;
  for (AttachmentRow& row : rows) views.push_back(ViewOf(std::move(row)));
  return views;
}

Status CheckNames(const std::string& repo, const AttachmentScope& scope) {
  if (repo != kWholeOrg) RETURN_IF_ERROR(CheckRepoName(repo));
  for (const std::string& name : scope.environments) RETURN_IF_ERROR(CheckEnvironmentName(name));
  return {};
}

struct FoundThing {
  std::string id;
  ConnectionName name;
};

Result<FoundThing> Find(SqlSession& session, const std::string& org_id, const Attachable& thing) {
  std::string id = thing.id;
  if (thing.kind == RecordKind::kVariable) {
    ASSIGN_OR_RETURN(id, FindVariable(session, org_id, thing.id));
  }
  ASSIGN_OR_RETURN(ConnectionView view, CurrentView(session, org_id, thing.kind, id));
  return FoundThing{.id = std::move(view.id), .name = std::move(view.name)};
}

// For the record of a refusal: nobody has looked up a variable then.
Intent IntentOf(Operation operation, const std::string& repo, const Attachable& thing) {
  const bool connection = thing.kind == RecordKind::kConnection;
  return {.operation = operation, .connection = connection ? thing.id : "", .repo = repo};
}

// The whole org is always there.
Status CheckRepoExists(SqlSession& session, const std::string& org_id, const std::string& name) {
  if (name == kWholeOrg) return {};
  RETURN_IF_ERROR(session.QueryOne("SELECT id FROM repos WHERE org_id = :1 AND name = :2",
                                   {org_id, name}, "repo"));
  return {};
}

Status PutRow(Act& act, const std::string& repo_id, const AttachmentRow& row) {
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM repo_service_connections WHERE repo_id = :1 AND connection_id = :2",
      {repo_id, row.connection_id}));
  RETURN_IF_ERROR(act.session().Execute(
      "INSERT INTO repo_service_connections (repo_id, connection_id, environments, "
      "protected_only, created_by, created_at, mac) VALUES (:1, :2, :3, :4, :5, :6, :7)",
      {repo_id, row.connection_id, EncodeTextList(row.scope.environments),
       std::int64_t{row.scope.protected_only}, row.created_by, row.created_at, row.mac}));
  return RaiseRevision(act);
}

AuditEvent EventFor(Operation operation, const std::string& repo, const FoundThing& found) {
  AuditEvent event = EventOf({.operation = operation, .connection = found.id, .repo = repo});
  event.name = ShownName(found.name);
  return event;
}

Result<AttachmentRow> Put(Act& act, const std::string& repo, const FoundThing& found,
                          const AttachmentScope& scope) {
  ASSIGN_OR_RETURN(const std::string repo_id, FindOrMakeRepo(act, repo));
  AttachmentRow row{.org_id = act.org_id(),
                    .repo = repo,
                    .connection_id = found.id,
                    .scope = scope,
                    .created_by = act.actor(),
                    .created_at = ToUnixSeconds(act.now()),
                    .mac = {},
                    .name = found.name};
  ASSIGN_OR_RETURN(row.mac, AttachmentMac(act.keys().attachment, row));
  RETURN_IF_ERROR(PutRow(act, repo_id, row));
  AuditEvent event = EventFor(Operation::kAttach, repo, found);
  event.details = {{"environments", EncodeTextList(scope.environments)},
                   {"protectedOnly", scope.protected_only ? "true" : "false"}};
  act.Record(std::move(event));
  return row;
}

// As it is now, for a repetition of the request that has made it.
Result<AttachmentRow> Existing(Act& act, const std::string& repo, const FoundThing& found) {
  ASSIGN_OR_RETURN(std::vector<AttachmentRow> rows,
                   AttachmentsOf(act.session(), act.org_id(), repo));
  for (AttachmentRow& row : rows) {
    if (row.connection_id == found.id) return std::move(row);
  }
  return MadeIsGone();
}

}  // namespace

Result<AttachmentView> Attachments::Attach(const Principal& principal, const std::string& repo,
                                           const Attachable& thing, const AttachmentScope& scope,
                                           const std::optional<OnceKey>& once) {
  const Intent intent = IntentOf(Operation::kAttach, repo, thing);
  return desk_.Change<AttachmentView>(principal, intent, [&](Act& act) -> Result<AttachmentView> {
    RETURN_IF_ERROR(CheckNames(repo, scope));
    ASSIGN_OR_RETURN(const FoundThing found, Find(act.session(), act.org_id(), thing));
    const auto make = [&]() -> Result<std::string> {
      RETURN_IF_ERROR(Put(act, repo, found, scope));
      return found.id;
    };
    RETURN_IF_ERROR(IdOnce(act, once, make));
    ASSIGN_OR_RETURN(AttachmentRow row, Existing(act, repo, found));
    return ViewOf(std::move(row));
  });
}

Status Attachments::Detach(const Principal& principal, const std::string& repo,
                           const Attachable& thing) {
  const Intent intent = IntentOf(Operation::kDetach, repo, thing);
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const FoundThing found, Find(act.session(), act.org_id(), thing));
    ASSIGN_OR_RETURN(const std::int64_t removed,
                     act.session().Execute(
                         "DELETE FROM repo_service_connections WHERE connection_id = :1 "
                         "AND repo_id IN (SELECT id FROM repos WHERE org_id = :2 AND name = :3)",
                         {found.id, act.org_id(), repo}));
    if (removed == 0) return Error(ErrorCode::kNotFound, "attachment: not found");
    RETURN_IF_ERROR(RaiseRevision(act));
    act.Record(EventFor(Operation::kDetach, repo, found));
    return {};
  });
}

Result<Page<AttachmentView>> Attachments::OfRepo(const Principal& principal,
                                                 const std::string& repo, RecordKind kind,
                                                 const PageRequest& page) {
  using Views = Page<AttachmentView>;
  return desk_.Read<Views>(
      principal, {.operation = Operation::kReadAttachments, .repo = repo},
      [&](SqlSession& session) -> Result<Views> {
        RETURN_IF_ERROR(CheckRepoExists(session, principal.org_id, repo));
        ASSIGN_OR_RETURN(auto rows, AttachmentsOf(session, principal.org_id, repo, kind, page));
        return MakePage(ViewsOf(std::move(rows)), page,
                        [](const AttachmentView& view) { return view.name.alias; });
      });
}

Result<Page<AttachmentView>> Attachments::OfConnection(const Principal& principal,
                                                       const std::string& connection_id,
                                                       const PageRequest& page) {
  using Views = Page<AttachmentView>;
  return desk_.Read<Views>(
      principal, {.operation = Operation::kReadAttachments, .connection = connection_id},
      [&](SqlSession& session) -> Result<Views> {
        RETURN_IF_ERROR(
            CurrentView(session, principal.org_id, RecordKind::kConnection, connection_id));
        ASSIGN_OR_RETURN(auto rows,
                         AttachmentsOfConnection(session, principal.org_id, connection_id, page));
        return MakePage(ViewsOf(std::move(rows)), page,
                        [](const AttachmentView& view) { return view.repo; });
      });
}

Result<Page<std::string>> Attachments::Repos(const Principal& principal, const PageRequest& page) {
  return desk_.Read<Page<std::string>>(
      principal, {.operation = Operation::kReadAttachments},
      [&](SqlSession& session) -> Result<Page<std::string>> {
        ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                         session.Query("SELECT name FROM repos WHERE org_id = :1 AND name > :2 "
                                       "AND name <> :3 ORDER BY name LIMIT :4",
                                       {principal.org_id, page.after, kWholeOrg,
                                        static_cast<std::int64_t>(page.rows())}));
        std::vector<std::string> names;
        for (const SqlRow& row : rows) names.push_back(row.Text(0));
        return MakePage(std::move(names), page, [](const std::string& name) { return name; });
      });
}

}  // namespace injector
