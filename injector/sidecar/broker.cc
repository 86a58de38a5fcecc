#include "injector/sidecar/broker.h"

#include <algorithm>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/rest/answer.h"

namespace injector::sidecar {
namespace {

Error NoLease() { return {ErrorCode::kNotFound, "grant: not found"}; }

Error NothingToGive() {
  return {ErrorCode::kUnavailable, "the service vouches for nothing just now: ask again"};
}

// What `changes` names, with the values it has in `contents`.
JobRenewal RenewalOf(JobChanges changes, const Contents& contents) {
  JobRenewal renewal;
  for (const ThingVersions::OfConnection& item : changes.changed.connections) {
    const auto found =
        std::find_if(contents.connections().begin(), contents.connections().end(),
                     [&](const Connection& connection) { return connection.name == item.name; });
    renewal.connections.push_back(found->Clone());
  }
  for (const ThingVersions::OfVariable& item : changes.changed.variables) {
    const auto found =
        std::find_if(contents.variables().begin(), contents.variables().end(),
                     [&](const Variable& variable) { return variable.key == item.key; });
    renewal.variables.push_back({.key = found->key,
                                 .value = found->value.Clone(),
                                 .description = found->description,
                                 .is_secret = found->is_secret,
                                 .version = found->version});
  }
  renewal.removed = std::move(changes.removed);
  return renewal;
}

ThingNames NamesOf(const JobRenewal& renewal) {
  ThingNames names;
  for (const Connection& connection : renewal.connections) {
    names.connections.push_back(connection.name);
  }
  for (const Variable& variable : renewal.variables) names.variables.push_back(variable.key);
  return names;
}

// The AWS connection of that alias; nullptr when there is none.
const Connection* FindAws(const Contents& contents, std::string_view alias) {
  const auto found = std::find_if(contents.connections().begin(), contents.connections().end(),
                                  [alias](const Connection& connection) {
                                    return connection.name.alias == alias &&
                                           IsSameType(connection.name.type, "aws");
                                  });
  return found == contents.connections().end() ? nullptr : &*found;
}

}  // namespace

Result<Broker::Grant> Broker::Open(const FetchRequest& wanted, const Holder& holder,
                                   const std::stop_token& stop) {
  ASSIGN_OR_RETURN(LeaseCache::Lent lent, cache_.Acquire(wanted, stop));
  const std::lock_guard lock(mutex_);
  Result<JobLease*> opened = jobs_.Open(holder, lent.lease);
  if (!opened.ok()) {
    cache_.Return(lent.lease);
    return std::move(opened).error();
  }
  JobLease& lease = **opened;
  lease.handed.Update(*lent.contents);
  ++opened_;
  cache_.NoteUse(lent.lease, lent.contents->Names());
  return Grant{.ticket = {.id = lease.id,
                          .secret = lease.secret.Clone(),
                          .expires_at = jobs_.ExpiresAt(lease)},
               .endpoint_token = lease.endpoint_token.Clone(),
               .revision = lease.handed.revision(),
               .contents = std::move(lent.contents),
               .origin = lent.origin};
}

Result<JobLease*> Broker::Held(const Proof& proof) {
  JobLease* lease = jobs_.Use(proof.id, proof.secret, proof.holder);
  if (lease == nullptr) return NoLease();
  return lease;
}

Result<JobRenewal> Broker::Renew(const Proof& proof) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(JobLease * lease, Held(proof));
  const LeaseCache::View view = cache_.Look(lease->shared);
  JobChanges changes = lease->handed.Compare(view.contents.get());
  JobRenewal renewal;
  renewal.revision = changes.revision;
  if (!changes.empty()) {
    renewal = RenewalOf(std::move(changes), *view.contents);
    lease->handed.Update(*view.contents);
    renewal.revision = lease->handed.revision();
    const ThingNames names = NamesOf(renewal);
    if (!names.empty()) cache_.NoteUse(lease->shared, names);
  }
  renewal.expires_at = jobs_.ExpiresAt(*lease);
  return renewal;
}

Result<LeaseHandle> Broker::Acknowledge(const Proof& proof, std::int64_t after) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(JobLease * lease, Held(proof));
  if (after > lease->handed.revision()) {
    return Error(ErrorCode::kInvalidArgument, "after: expected a revision that there has been");
  }
  lease->handed.Acknowledge(after);
  acknowledged_.notify_all();
  return lease->shared;
}

Result<JobChanges> Broker::ChangesNow(const Proof& proof, std::int64_t after,
                                      const LeaseCache::View& view) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(JobLease * lease, Held(proof));
  JobChanges changes = lease->handed.Compare(view.contents.get());
  if (changes.empty()) return changes;
  // It has been told, and has not fetched them yet.
  const bool knows = after == lease->told_revision && lease->told_generation == view.generation;
  if (knows) return JobChanges{.revision = after};
  lease->handed.Tell();
  changes.revision = lease->handed.revision();
  lease->told_revision = changes.revision;
  lease->told_generation = view.generation;
  return changes;
}

Result<JobChanges> Broker::Changes(const Proof& proof, std::int64_t after, Limits::Time wait,
                                   const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + wait;
  // Once, and not again when the wait is over: by then there may be answers that the job had not
  // seen when it asked.
  ASSIGN_OR_RETURN(const LeaseHandle shared, Acknowledge(proof, after));
  LeaseCache::View view = cache_.Look(shared);
  ASSIGN_OR_RETURN(JobChanges changes, ChangesNow(proof, after, view));
  if (!changes.empty() || wait.count() == 0) return changes;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= limits_.waits) return rest::TooManyWaiting();
    ++waiting_;
  }
  Result<JobChanges> outcome = std::move(changes);
  while (outcome.ok() && outcome->empty() && !stop.stop_requested()) {
    const auto left = std::chrono::ceil<Limits::Time>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    view = cache_.AwaitChange(shared, view.generation, left, stop);
    outcome = ChangesNow(proof, after, view);
  }
  const std::lock_guard lock(mutex_);
  --waiting_;
  return outcome;
}

Status Broker::Close(const Proof& proof) {
  LeaseHandle shared;
  {
    const std::lock_guard lock(mutex_);
    ASSIGN_OR_RETURN(const JobLease* lease, Held(proof));
    shared = jobs_.End(lease->id);
  }
  Return({shared});
  return {};
}

Result<Connection> Broker::AwsConnection(std::string_view endpoint_token, std::string_view alias,
                                         const std::stop_token& stop) {
  const std::string id(endpoint_token.substr(0, endpoint_token.find('.')));
  std::unique_lock lock(mutex_);
  const JobLease* lease = jobs_.FindByEndpointToken(endpoint_token);
  if (lease == nullptr) return Error(ErrorCode::kUnauthenticated, "a valid token is needed");
  const LeaseHandle shared = lease->shared;
  LeaseCache::View view = cache_.Look(shared);
  if (view.contents == nullptr) return NothingToGive();
  const Connection* connection = FindAws(*view.contents, alias);
  if (connection == nullptr) {
    return Error(ErrorCode::kNotFound, "credentials: no AWS connection of that name was granted");
  }
  const auto is_masked = [&] {
    // The lease may have ended meanwhile, and its contents may be others.
    const JobLease* held = jobs_.Find(id);
    view = cache_.Look(shared);
    connection = view.contents == nullptr ? nullptr : FindAws(*view.contents, alias);
    return held != nullptr && connection != nullptr &&
           held->handed.IsMasked(connection->name, *view.contents);
  };
  const bool waits = unmasked_ == Unmasked::kRefused;
  if (waits && !acknowledged_.wait_for(lock, stop, limits_.mask_wait, is_masked)) {
    return Error(ErrorCode::kUnavailable, "credentials: the job's shim has not masked them yet");
  }
  cache_.NoteUse(shared, {.connections = {connection->name}, .variables = {}});
  return connection->Clone();
}

void Broker::Return(const std::vector<LeaseHandle>& shared) {
  for (const LeaseHandle& lease : shared) {
    if (lease != nullptr) cache_.Return(lease);
  }
}

void Broker::EndExpired() {
  std::vector<LeaseHandle> ended;
  {
    const std::lock_guard lock(mutex_);
    ended = jobs_.EndExpired();
  }
  Return(ended);
}

void Broker::EndAll() {
  std::vector<LeaseHandle> ended;
  {
    const std::lock_guard lock(mutex_);
    ended = jobs_.EndAll();
  }
  Return(ended);
}

std::size_t Broker::job_count() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

std::size_t Broker::opened() const {
  const std::lock_guard lock(mutex_);
  return opened_;
}

std::size_t Broker::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace injector::sidecar
