#include "injector/service/grants.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/random.h"
#include "injector/model/reference.h"
#include "injector/service/attachment_rows.h"
#include "injector/service/ids.h"
#include "injector/service/lease_rows.h"
#include "injector/service/org_revision.h"
#include "injector/service/repo_name.h"
#include "injector/service/stored_connection.h"

namespace injector {
namespace {

constexpr std::size_t kSecretSize = 32;
constexpr const char* kNotGrantedMessage =
    "not_granted: something that was asked for is not there for this caller";

Error NotGranted() { return {ErrorCode::kPermissionDenied, kNotGrantedMessage}; }

std::int64_t LeaseEnd(std::int64_t created_at, TimePoint now, const ServiceLimits& limits) {
  const TimePoint last = FromUnixSeconds(created_at) + limits.max_lease_life;
  return ToUnixSeconds(std::min(now + limits.lease_life, last));
}

// What is attached for the caller's jobs, to the repo or the whole org, each connection once. What
// was written there by others than us is among it still: see CheckGenuine().
Result<std::vector<AttachmentRow>> UsableBy(SqlSession& session, const Principal& principal,
                                            const std::string& repo) {
  std::map<std::string, AttachmentRow> usable;
  for (std::string_view owner : {std::string_view(repo), kWholeOrg}) {
    ASSIGN_OR_RETURN(std::vector<AttachmentRow> rows,
                     AttachmentsOf(session, principal.org_id, owner));
    for (AttachmentRow& row : rows) {
      if (IsInScope(principal, row.scope)) usable.try_emplace(row.connection_id, std::move(row));
    }
  }
  std::vector<AttachmentRow> rows;
  for (auto& [id, row] : usable) rows.push_back(std::move(row));
  return rows;
}

Status CheckGenuine(const Secret& attachment_key, const AttachmentRow& row) {
  ASSIGN_OR_RETURN(const bool genuine, IsGenuine(attachment_key, row));
  if (genuine) return {};
  return Error(ErrorCode::kDataLoss, "attachment of connection " + row.connection_id +
                                         ": the stored data was damaged or altered");
}

// The references of one request, resolved among what the caller may use.
class Selection {
 public:
  explicit Selection(const std::vector<AttachmentRow>& usable) : usable_(usable) {
    for (const AttachmentRow& row : usable) {
      entries_.push_back({.name = row.name, .is_default = row.is_default});
    }
  }

  Status Add(const ConnectionRequest& request) {
    const Result<std::size_t> index = Resolve(request.reference, entries_);
    if (index.ok()) {
      AddRow(usable_[*index]);
      return {};
    }
    if (index.error().code() != ErrorCode::kNotFound) return index.error();
    // What Resolve() says of the names there are is not for everybody's eyes.
    if (request.presence == Presence::kRequired) return NotGranted();
    absent_.push_back(request.reference.ToString());
    return {};
  }

  void AddAll() {
    for (const AttachmentRow& row : usable_) AddRow(row);
  }

  const std::vector<const AttachmentRow*>& rows() const { return rows_; }
  std::vector<std::string> TakeAbsent() { return std::move(absent_); }

 private:
  void AddRow(const AttachmentRow& row) {
    if (std::find(rows_.begin(), rows_.end(), &row) == rows_.end()) rows_.push_back(&row);
  }

  const std::vector<AttachmentRow>& usable_;
  std::vector<ConnectionEntry> entries_;
  std::vector<const AttachmentRow*> rows_;
  std::vector<std::string> absent_;
};

AuditEvent ItemEvent(Operation action, const LeaseRow& lease, const std::string& connection_id,
                     const ConnectionName& name, std::int64_t version) {
  AuditEvent event = EventOf(
      {.action = action, .connection = connection_id, .repo = lease.repo, .grant = lease.id});
  event.name = name.Full();
  event.version = version;
  if (!lease.job.empty()) event.details = {{"job", lease.job}};
  return event;
}

// The connection's current version, decrypted; a refusal is recorded when that cannot be.
Result<Connection> OpenCurrent(Act& act, const AttachmentRow& row, const Intent& intent) {
  const auto open = [&]() -> Result<Connection> {
    RETURN_IF_ERROR(CheckGenuine(act.keys().attachment, row));
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadCurrentVersion(act.session(), act.org_id(), row.connection_id));
    return OpenConnection(act.ring(), stored);
  };
  Result<Connection> connection = open();
  if (!connection.ok()) {
    AuditEvent event = EventOf(intent);
    event.connection = row.connection_id;
    event.reason = ErrorCodeName(connection.error().code());
    act.RecordRefusal(std::move(event));
  }
  return connection;
}

Status Select(Act& act, const GrantRequest& request, const Intent& intent,
              const ServiceLimits& limits, Selection& selection) {
  for (const ConnectionRequest& connection : request.connections) {
    Status added = selection.Add(connection);
    if (added.ok()) continue;
    AuditEvent event = EventOf(intent);
    event.reason = IsNotGranted(added.error()) ? "not_granted"
                                               : std::string(ErrorCodeName(added.error().code()));
    event.details = {{"reference", connection.reference.ToString()}};
    act.RecordRefusal(std::move(event));
    return added;
  }
  if (request.attached == GrantRequest::Attached::kAll) selection.AddAll();
  if (selection.rows().size() > limits.grant_connections) {
    return Error(ErrorCode::kInvalidArgument,
                 "grant: more than " + std::to_string(limits.grant_connections) + " connections");
  }
  return {};
}

struct NewLease {
  LeaseRow row;
  Secret secret;
};

Result<NewLease> MakeLease(Act& act, const GrantRequest& request, const ServiceLimits& limits) {
  const std::int64_t now = ToUnixSeconds(act.now());
  ASSIGN_OR_RETURN(std::string id, NewUuid());
  ASSIGN_OR_RETURN(const Secret random, RandomBytes(kSecretSize));
  NewLease lease{.row = {.id = std::move(id),
                         .org_id = act.org_id(),
                         .repo = request.repo,
                         .holder = act.actor(),
                         .secret_hash = {},
                         .job = request.job,
                         .created_at = now,
                         .expires_at = LeaseEnd(now, act.now(), limits)},
                 .secret = Secret::TakeFrom(HexEncode(random.Reveal()))};
  ASSIGN_OR_RETURN(const Secret hash, HashLease(act.keys().lease, lease.row, lease.secret));
  lease.row.secret_hash = hash.Reveal();
  RETURN_IF_ERROR(InsertLease(act.session(), lease.row));
  return lease;
}

Result<Grant> CreateGrant(Act& act, const Principal& principal, const GrantRequest& request,
                          const Intent& intent, const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(const std::vector<AttachmentRow> usable,
                   UsableBy(act.session(), principal, request.repo));
  Selection selection(usable);
  RETURN_IF_ERROR(Select(act, request, intent, limits, selection));
  // All are opened before anything is written: an act that has written nothing fails cheaply.
  std::vector<Connection> connections;
  for (const AttachmentRow* row : selection.rows()) {
    ASSIGN_OR_RETURN(Connection connection, OpenCurrent(act, *row, intent));
    connections.push_back(std::move(connection));
  }
  ASSIGN_OR_RETURN(NewLease lease, MakeLease(act, request, limits));
  for (std::size_t i = 0; i < connections.size(); ++i) {
    const std::string& id = selection.rows()[i]->connection_id;
    const auto version = static_cast<std::int64_t>(connections[i].version);
    RETURN_IF_ERROR(AddItem(act.session(), lease.row.id, id, version));
    act.Record(ItemEvent(intent.action, lease.row, id, connections[i].name, version));
  }
  if (connections.empty()) {
    act.Record(EventOf({.action = intent.action, .repo = request.repo, .grant = lease.row.id}));
  }
  ASSIGN_OR_RETURN(const std::int64_t revision, ReadRevision(act.session(), act.org_id()));
  return Grant{.id = lease.row.id,
               .secret = std::move(lease.secret),
               .expires_at = FromUnixSeconds(lease.row.expires_at),
               .revision = revision,
               .connections = std::move(connections),
               .absent = selection.TakeAbsent()};
}

// The lease, if the caller holds it. One answer to everything that is not so.
Result<LeaseRow> HeldLease(SqlSession& session, const Secret& lease_key, const Principal& principal,
                           const LeaseProof& proof, TimePoint now) {
  ASSIGN_OR_RETURN(LeaseRow lease,
                   ReadLease(session, principal.org_id, proof.id, ToUnixSeconds(now)));
  ASSIGN_OR_RETURN(const Secret hash, HashLease(lease_key, lease, proof.secret));
  const bool held = Secret::ConstantTimeEquals(hash.Reveal(), lease.secret_hash) &&
                    lease.holder == principal.id && AuthoriseRepo(principal, lease.repo).ok();
  if (!held) return Error(ErrorCode::kNotFound, "grant: not found");
  return lease;
}

// One connection of a lease, as it is now.
struct ItemState {
  LeaseItem item;
  const AttachmentRow* attachment;  // nullptr: the caller may not use it any more
  std::int64_t current_version;
};

Result<std::int64_t> CurrentVersion(SqlSession& session, const std::string& connection_id) {
  ASSIGN_OR_RETURN(const SqlRow row,
                   session.QueryOne("SELECT version FROM service_connections WHERE id = :1",
                                    {connection_id}, "connection"));
  return row.Integer(0);
}

Result<std::vector<ItemState>> CompareItems(SqlSession& session, const LeaseRow& lease,
                                            const std::vector<AttachmentRow>& usable) {
  ASSIGN_OR_RETURN(std::vector<LeaseItem> items, ReadItems(session, lease.id));
  std::vector<ItemState> states;
  for (LeaseItem& item : items) {
    ItemState state{.item = std::move(item), .attachment = nullptr, .current_version = 0};
    const auto found = std::find_if(usable.begin(), usable.end(), [&](const AttachmentRow& row) {
      return row.connection_id == state.item.connection_id;
    });
    if (found != usable.end()) {
      state.attachment = &*found;
      ASSIGN_OR_RETURN(state.current_version, CurrentVersion(session, state.item.connection_id));
    }
    states.push_back(std::move(state));
  }
  return states;
}

Result<Renewal> RenewLease(Act& act, const Principal& principal, LeaseRow lease,
                           const Intent& intent, const ServiceLimits& limits) {
  ASSIGN_OR_RETURN(const std::vector<AttachmentRow> usable,
                   UsableBy(act.session(), principal, lease.repo));
  ASSIGN_OR_RETURN(const std::vector<ItemState> states, CompareItems(act.session(), lease, usable));
  Renewal renewal;
  for (const ItemState& state : states) {
    if (state.attachment == nullptr) {
      renewal.removed.push_back(state.item.name);
      RETURN_IF_ERROR(RemoveItem(act.session(), lease.id, state.item.connection_id));
    } else if (state.current_version != state.item.version) {
      ASSIGN_OR_RETURN(Connection connection, OpenCurrent(act, *state.attachment, intent));
      const auto version = static_cast<std::int64_t>(connection.version);
      RETURN_IF_ERROR(RemoveItem(act.session(), lease.id, state.item.connection_id));
      RETURN_IF_ERROR(AddItem(act.session(), lease.id, state.item.connection_id, version));
      act.Record(
          ItemEvent(intent.action, lease, state.item.connection_id, connection.name, version));
      renewal.changed.push_back(std::move(connection));
    }
  }
  lease.expires_at = LeaseEnd(lease.created_at, act.now(), limits);
  RETURN_IF_ERROR(ExtendLease(act.session(), lease));
  act.Record(EventOf({.action = intent.action, .repo = lease.repo, .grant = lease.id}));
  renewal.expires_at = FromUnixSeconds(lease.expires_at);
  ASSIGN_OR_RETURN(renewal.revision, ReadRevision(act.session(), act.org_id()));
  return renewal;
}

Result<GrantChanges> Compare(SqlSession& session, const Principal& principal,
                             const LeaseRow& lease) {
  GrantChanges changes;
  ASSIGN_OR_RETURN(const std::vector<AttachmentRow> usable,
                   UsableBy(session, principal, lease.repo));
  ASSIGN_OR_RETURN(std::vector<ItemState> states, CompareItems(session, lease, usable));
  for (ItemState& state : states) {
    if (state.attachment == nullptr) {
      changes.removed.push_back(std::move(state.item.name));
    } else if (state.current_version != state.item.version) {
      changes.changed.push_back(
          {.name = std::move(state.item.name), .version = state.current_version});
    }
  }
  return changes;
}

}  // namespace

bool IsNotGranted(const Error& error) {
  return error.code() == ErrorCode::kPermissionDenied && error.message() == kNotGrantedMessage;
}

Result<Grant> Grants::Create(const Principal& principal, const GrantRequest& request) {
  const Intent intent{.action = Operation::kCreateGrant, .repo = request.repo};
  return desk_.Change<Grant>(principal, intent, [&](Act& act) {
    return CreateGrant(act, principal, request, intent, desk_.limits());
  });
}

Result<Renewal> Grants::Renew(const Principal& principal, const LeaseProof& proof) {
  const Intent intent{.action = Operation::kRenewGrant, .grant = proof.id};
  return desk_.Change<Renewal>(principal, intent, [&](Act& act) -> Result<Renewal> {
    ASSIGN_OR_RETURN(LeaseRow lease,
                     HeldLease(act.session(), act.keys().lease, principal, proof, act.now()));
    return RenewLease(act, principal, std::move(lease), intent, desk_.limits());
  });
}

Result<GrantChanges> Grants::ChangesAfter(const Principal& principal, const LeaseProof& proof,
                                          std::int64_t after) {
  const Intent intent{.action = Operation::kWatchGrant, .grant = proof.id};
  return desk_.Read<GrantChanges>(
      principal, intent, [&](SqlSession& session) -> Result<GrantChanges> {
        ASSIGN_OR_RETURN(const auto keys, desk_.keys().Of(session, principal.org_id));
        ASSIGN_OR_RETURN(const LeaseRow lease,
                         HeldLease(session, keys->lease, principal, proof, desk_.clock().Now()));
        ASSIGN_OR_RETURN(const std::int64_t revision, ReadRevision(session, principal.org_id));
        if (revision == after)
          return GrantChanges{.revision = revision, .changed = {}, .removed = {}};
        ASSIGN_OR_RETURN(GrantChanges changes, Compare(session, principal, lease));
        changes.revision = revision;
        return changes;
      });
}

Status Grants::ReportUses(const Principal& principal, const LeaseProof& proof,
                          const std::vector<std::string>& names) {
  const Intent intent{.action = Operation::kReportUse, .grant = proof.id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const LeaseRow lease,
                     HeldLease(act.session(), act.keys().lease, principal, proof, act.now()));
    ASSIGN_OR_RETURN(const std::vector<LeaseItem> items, ReadItems(act.session(), lease.id));
    for (const std::string& name : names) {
      const auto item = std::find_if(items.begin(), items.end(), [&](const LeaseItem& candidate) {
        return candidate.name.Full() == name;
      });
      if (item == items.end()) {
        return Error(ErrorCode::kInvalidArgument, "uses: a connection is not on the lease");
      }
      act.Record(ItemEvent(intent.action, lease, item->connection_id, item->name, item->version));
    }
    return {};
  });
}

Status Grants::Release(const Principal& principal, const LeaseProof& proof) {
  const Intent intent{.action = Operation::kReleaseGrant, .grant = proof.id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const LeaseRow lease,
                     HeldLease(act.session(), act.keys().lease, principal, proof, act.now()));
    RETURN_IF_ERROR(EndLease(act, lease.id));
    act.Record(EventOf({.action = intent.action, .repo = lease.repo, .grant = lease.id}));
    return {};
  });
}

}  // namespace injector
