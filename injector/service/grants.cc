#include "injector/service/grants.h"

#include <algorithm>
#include <utility>

#include "injector/service/connection_acts.h"
#include "injector/service/grant_selection.h"
#include "injector/service/ids.h"
#include "injector/service/lease_rows.h"
#include "injector/service/org_revision.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

std::int64_t LeaseEnd(std::int64_t created_at, TimePoint now, const ServiceLimits& limits) {
  const TimePoint last = FromUnixSeconds(created_at) + limits.max_lease_life;
  return ToUnixSeconds(std::min(now + limits.lease_life, last));
}

AuditEvent ItemEvent(Operation operation, const LeaseRow& lease, const std::string& connection_id,
                     const ConnectionName& name, std::int64_t version) {
  AuditEvent event = EventOf(
      {.operation = operation, .connection = connection_id, .repo = lease.repo, .grant = lease.id});
  event.name = ShownName(name);
  event.version = version;
  if (!lease.job.empty()) event.details = {{"job", lease.job}};
  return event;
}

// What is handed out of the records that are kept.
Result<GrantedThings> ThingsOf(std::vector<Connection> records) {
  GrantedThings things;
  for (Connection& record : records) {
    if (!IsVariable(record.name)) {
      things.connections.push_back(std::move(record));
      continue;
    }
    ASSIGN_OR_RETURN(Variable variable, VariableOfRecord(record));
    things.variables.push_back(std::move(variable));
  }
  return things;
}

// A lease that is not the caller's, for the log; the caller is told the same as of one that is not
// there.
constexpr std::string_view kNotHeld = "not_held";

Error NotFound() { return {ErrorCode::kNotFound, "grant: not found"}; }

// Whether the caller holds the lease, which lasts.
Result<bool> Holds(const Secret& lease_key, const Principal& principal, const LeaseProof& proof,
                   const LeaseRow& lease) {
  ASSIGN_OR_RETURN(const Secret hash, HashLease(lease_key, lease, proof.secret));
  return Secret::ConstantTimeEquals(hash.Reveal(), lease.secret_hash) &&
         lease.holder == principal.id && AuthoriseRepo(principal, lease.repo).ok();
}

// The lease, if the caller holds it. One answer to everything that is not so; recorded when it is
// somebody else's.
Result<LeaseRow> HeldLease(Act& act, const Principal& principal, const LeaseProof& proof,
                           const Intent& intent) {
  ASSIGN_OR_RETURN(LeaseRow lease,
                   ReadLease(act.session(), principal.org_id, proof.id, ToUnixSeconds(act.now())));
  ASSIGN_OR_RETURN(const bool held, Holds(act.keys().lease, principal, proof, lease));
  if (held) return lease;
  AuditEvent event = EventOf(intent);
  event.repo = lease.repo;
  event.reason = kNotHeld;
  act.RecordRefusal(std::move(event));
  return NotFound();
}

// One thing on a lease, as it is now.
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

// One grant or renewal under way.
class Granting {
 public:
  Granting(Act& act, const Principal& principal, const ServiceLimits& limits, const Intent& intent)
      : act_(act), principal_(principal), limits_(limits), intent_(intent) {}

  // `earlier`: the lease that the same request has made before; nullptr: none.
  Result<Grant> Create(const GrantRequest& request, const LeaseRow* earlier);
  Result<Renewal> Renew(LeaseRow lease);

 private:
  // `usable` must outlive it.
  Result<Selection> Select(const GrantRequest& request, const std::vector<AttachmentRow>& usable);
  // `error`, recorded.
  Error Refuse(Error error, const std::string& wish);
  Result<Connection> Open(const AttachmentRow& row);
  Result<LeaseRow> MakeLease(const GrantRequest& request);
  void PutItem(const LeaseRow& lease, const AttachmentRow& row, const Connection& record);

  Act& act_;
  const Principal& principal_;
  const ServiceLimits& limits_;
  const Intent& intent_;
};

Error Granting::Refuse(Error error, const std::string& wish) {
  AuditEvent event = EventOf(intent_);
  event.reason = IsNotGranted(error) ? "not_granted" : std::string(ErrorCodeName(error.code()));
  event.details = {{"reference", wish}};
  act_.RecordRefusal(std::move(event));
  return error;
}

Result<Selection> Granting::Select(const GrantRequest& request,
                                   const std::vector<AttachmentRow>& usable) {
  Selection selection(usable);
  for (const ConnectionRequest& connection : request.connections) {
    const Status added = selection.Add(connection);
    if (!added.ok()) return Refuse(added.error(), connection.reference.ToString());
  }
  for (const VariableRequest& variable : request.variables) {
    const Status added = selection.Add(variable);
    if (!added.ok()) return Refuse(added.error(), "var." + variable.key);
  }
  if (request.attached == GrantRequest::Attached::kAll) selection.AddAll();
  const std::size_t connections = selection.connection_count();
  const std::size_t most = limits_.grant_connections;
  if (connections <= most && selection.rows().size() - connections <= most) return selection;
  return Error(ErrorCode::kInvalidArgument,
               "grant: more than " + std::to_string(most) + " connections, or as many variables");
}

// The current version, decrypted; a refusal is recorded when that cannot be.
Result<Connection> Granting::Open(const AttachmentRow& row) {
  Intent intent = intent_;
  intent.connection = row.connection_id;
  const Status genuine = CheckGenuine(act_.keys().attachment, row);
  if (!genuine.ok()) {
    AuditEvent event = EventOf(intent);
    event.reason = ErrorCodeName(genuine.error().code());
    act_.RecordRefusal(std::move(event));
    return genuine.error();
  }
  ASSIGN_OR_RETURN(const StoredConnection stored,
                   ReadCurrentVersion(act_.session(), act_.org_id(), row.connection_id));
  return OpenRecorded(act_, stored, intent);
}

Result<LeaseRow> Granting::MakeLease(const GrantRequest& request) {
  const std::int64_t now = ToUnixSeconds(act_.now());
  ASSIGN_OR_RETURN(std::string id, NewUuid());
  LeaseRow lease{.id = std::move(id),
                 .org_id = act_.org_id(),
                 .repo = request.repo,
                 .holder = act_.actor(),
                 .secret_hash = {},
                 .job = request.job,
                 .created_at = now,
                 .expires_at = LeaseEnd(now, act_.now(), limits_)};
  ASSIGN_OR_RETURN(const Secret secret, LeaseSecret(act_.keys().lease, lease));
  ASSIGN_OR_RETURN(const Secret hash, HashLease(act_.keys().lease, lease, secret));
  lease.secret_hash = hash.Reveal();
  InsertLease(act_.session(), lease);
  return lease;
}

void Granting::PutItem(const LeaseRow& lease, const AttachmentRow& row, const Connection& record) {
  const auto version = static_cast<std::int64_t>(record.version);
  AddItem(act_.session(), lease.id, row.connection_id, version);
  act_.Record(ItemEvent(intent_.operation, lease, row.connection_id, record.name, version));
}

Result<Grant> Granting::Create(const GrantRequest& request, const LeaseRow* earlier) {
  ASSIGN_OR_RETURN(const std::vector<AttachmentRow> usable,
                   UsableBy(act_.session(), principal_, request.repo));
  ASSIGN_OR_RETURN(Selection selection, Select(request, usable));
  // All are opened before anything is written: an act that has written nothing fails cheaply.
  std::vector<Connection> records;
  for (const AttachmentRow* row : selection.rows()) {
    ASSIGN_OR_RETURN(Connection record, Open(*row));
    records.push_back(std::move(record));
  }
  LeaseRow lease;
  if (earlier != nullptr) {
    lease = *earlier;
    RETURN_IF_ERROR(RemoveItems(act_.session(), lease.id));
  } else {
    ASSIGN_OR_RETURN(lease, MakeLease(request));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    PutItem(lease, *selection.rows()[i], records[i]);
  }
  if (records.empty()) {
    act_.Record(EventOf({.operation = intent_.operation, .repo = request.repo, .grant = lease.id}));
  }
  Grant grant{.id = lease.id,
              .expires_at = FromUnixSeconds(lease.expires_at),
              .absent = selection.TakeAbsent(),
              .absent_variables = selection.TakeAbsentVariables()};
  ASSIGN_OR_RETURN(grant.things, ThingsOf(std::move(records)));
  ASSIGN_OR_RETURN(grant.secret, LeaseSecret(act_.keys().lease, lease));
  ASSIGN_OR_RETURN(grant.revision, ReadRevision(act_.session(), act_.org_id()));
  return grant;
}

Result<Renewal> Granting::Renew(LeaseRow lease) {
  ASSIGN_OR_RETURN(const std::vector<AttachmentRow> usable,
                   UsableBy(act_.session(), principal_, lease.repo));
  ASSIGN_OR_RETURN(const std::vector<ItemState> states,
                   CompareItems(act_.session(), lease, usable));
  Renewal renewal;
  std::vector<Connection> changed;
  for (const ItemState& state : states) {
    if (state.attachment == nullptr) {
      renewal.removed.push_back(state.item.name);
      RETURN_IF_ERROR(RemoveItem(act_.session(), lease.id, state.item.connection_id));
    } else if (state.current_version != state.item.version) {
      ASSIGN_OR_RETURN(Connection record, Open(*state.attachment));
      RETURN_IF_ERROR(RemoveItem(act_.session(), lease.id, state.item.connection_id));
      PutItem(lease, *state.attachment, record);
      changed.push_back(std::move(record));
    }
  }
  ASSIGN_OR_RETURN(renewal.changed, ThingsOf(std::move(changed)));
  lease.expires_at = LeaseEnd(lease.created_at, act_.now(), limits_);
  RETURN_IF_ERROR(ExtendLease(act_.session(), lease));
  act_.Record(EventOf({.operation = intent_.operation, .repo = lease.repo, .grant = lease.id}));
  renewal.expires_at = FromUnixSeconds(lease.expires_at);
  ASSIGN_OR_RETURN(renewal.revision, ReadRevision(act_.session(), act_.org_id()));
  return renewal;
}

// The lease that the same request has made before, if it still lasts.
Result<std::optional<LeaseRow>> EarlierLease(Act& act, const std::optional<OnceKey>& once) {
  if (!once) return std::optional<LeaseRow>();
  ASSIGN_OR_RETURN(const std::optional<std::string> id, FindMade(act, *once));
  if (!id) return std::optional<LeaseRow>();
  Result<LeaseRow> lease = ReadLease(act.session(), act.org_id(), *id, ToUnixSeconds(act.now()));
  if (lease.ok()) return std::optional<LeaseRow>(*std::move(lease));
  if (lease.error().code() == ErrorCode::kNotFound) return MadeIsGone();
  return std::move(lease).error();
}

}  // namespace

Result<Grant> Grants::Create(const Principal& principal, const GrantRequest& request,
                             const std::optional<OnceKey>& once) {
  const Intent intent{.operation = Operation::kCreateGrant, .repo = request.repo};
  return desk_.Change<Grant>(principal, intent, [&](Act& act) -> Result<Grant> {
    ASSIGN_OR_RETURN(const std::optional<LeaseRow> earlier, EarlierLease(act, once));
    Granting granting(act, principal, desk_.limits(), intent);
    ASSIGN_OR_RETURN(Grant grant, granting.Create(request, earlier ? &*earlier : nullptr));
    if (once && !earlier) RETURN_IF_ERROR(RememberMade(act, *once, grant.id));
    return grant;
  });
}

Result<Renewal> Grants::Renew(const Principal& principal, const LeaseProof& proof) {
  const Intent intent{.operation = Operation::kRenewGrant, .grant = proof.id};
  return desk_.Change<Renewal>(principal, intent, [&](Act& act) -> Result<Renewal> {
    ASSIGN_OR_RETURN(LeaseRow lease, HeldLease(act, principal, proof, intent));
    return Granting(act, principal, desk_.limits(), intent).Renew(std::move(lease));
  });
}

Result<GrantChanges> Grants::ChangesAfter(const Principal& principal, const LeaseProof& proof,
                                          std::int64_t after) {
  const Intent intent{.operation = Operation::kWatchGrant, .grant = proof.id};
  using Changes = std::optional<GrantChanges>;  // nullopt: the lease is somebody else's
  ASSIGN_OR_RETURN(
      Changes changes,
      desk_.Read<Changes>(principal, intent, [&](SqlSession& session) -> Result<Changes> {
        ASSIGN_OR_RETURN(const auto keys, desk_.keys().Of(session, principal.org_id));
        ASSIGN_OR_RETURN(const LeaseRow lease, ReadLease(session, principal.org_id, proof.id,
                                                         ToUnixSeconds(desk_.clock().Now())));
        ASSIGN_OR_RETURN(const bool held, Holds(keys->lease, principal, proof, lease));
        if (!held) return Changes();
        ASSIGN_OR_RETURN(const std::int64_t revision, ReadRevision(session, principal.org_id));
        GrantChanges found;
        if (revision != after) {
          ASSIGN_OR_RETURN(found, Compare(session, principal, lease));
        }
        found.revision = revision;
        return Changes(std::move(found));
      }));
  if (changes) return *std::move(changes);
  return desk_.Refuse(principal, intent, NotFound(), kNotHeld).error();
}

Status Grants::ReportUses(const Principal& principal, const LeaseProof& proof,
                          const std::vector<ConnectionName>& names,
                          const std::optional<OnceKey>& once) {
  const Intent intent{.operation = Operation::kReportUse, .grant = proof.id};
  const std::size_t most = desk_.limits().uses;
  if (names.size() > most) {
    return Error(ErrorCode::kInvalidArgument,
                 "uses: more than " + std::to_string(most) + " in one request");
  }
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const LeaseRow lease, HeldLease(act, principal, proof, intent));
    const auto record = [&]() -> Result<std::string> {
      ASSIGN_OR_RETURN(const std::vector<LeaseItem> items, ReadItems(act.session(), lease.id));
      for (const ConnectionName& name : names) {
        const auto item = std::find_if(items.begin(), items.end(), [&](const LeaseItem& candidate) {
          return candidate.name == name;
        });
        if (item == items.end()) {
          return Error(ErrorCode::kInvalidArgument, "uses: something is not on the lease");
        }
        act.Record(
            ItemEvent(intent.operation, lease, item->connection_id, item->name, item->version));
      }
      return lease.id;
    };
    RETURN_IF_ERROR(IdOnce(act, once, record));
    return {};
  });
}

Status Grants::Release(const Principal& principal, const LeaseProof& proof) {
  const Intent intent{.operation = Operation::kReleaseGrant, .grant = proof.id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const LeaseRow lease, HeldLease(act, principal, proof, intent));
    RETURN_IF_ERROR(EndLease(act, lease.id));
    act.Record(EventOf({.operation = intent.operation, .repo = lease.repo, .grant = lease.id}));
    return {};
  });
}

}  // namespace injector
