#include "injector/service/rest/change_waits.h"

#include <algorithm>

#include "injector/service/org_revision.h"
#include "injector/service/rest/answer.h"

namespace injector::rest {

Result<ChangeWaits::Outcome> ChangeWaits::Await(const std::string& org_id, const std::string& lease,
                                                std::int64_t revision, Moment deadline,
                                                const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  Org& org = orgs_[org_id];
  ++org.threads;
  Result<Outcome> outcome = TooManyWaiting();
  if (MakeRoom(org)) {
    Wait wait{.lease = lease,
              .revision = revision,
              .deadline = deadline,
              .recheck = std::chrono::steady_clock::now() + options_.recheck};
    org.waits.push_back(&wait);
    ++waiting_;
    outcome = AwaitIn(org, org_id, wait, stopping, lock);
    Leave(org, wait);
  }
  if (--org.threads == 0) orgs_.erase(org_id);
  return outcome;
}

bool ChangeWaits::MakeRoom(const Org& org) {
  if (waiting_ < options_.most) return true;
  const auto greediest = std::max_element(
      orgs_.begin(), orgs_.end(),
      [](const auto& a, const auto& b) { return a.second.waits.size() < b.second.waits.size(); });
  std::vector<Wait*>& waits = greediest->second.waits;
  // One more than the other has afterwards, or the two would take it from each other for ever.
  if (waits.size() < org.waits.size() + 2) return false;
  waits.front()->has_lost_its_room = true;
  waits.erase(waits.begin());
  --waiting_;
  Tell();
  return true;
}

void ChangeWaits::Leave(Org& org, const Wait& wait) {
  if (wait.has_lost_its_room) return;
  std::erase(org.waits, &wait);
  --waiting_;
}

Result<ChangeWaits::Outcome> ChangeWaits::AwaitIn(Org& org, const std::string& org_id,
                                                  const Wait& wait, const std::stop_token& stopping,
                                                  std::unique_lock<std::mutex>& lock) {
  while (org.revision <= wait.revision) {
    const Moment now = std::chrono::steady_clock::now();
    if (now >= wait.deadline || stopping.stop_requested() || wait.has_lost_its_room) {
      return Outcome::kOver;
    }
    if (wait.is_disturbed || now >= wait.recheck) return Outcome::kRecheck;
    const Moment next_look = org.looked + options_.interval;
    if (!org.looking && now >= next_look) {
      RETURN_IF_ERROR(Look(org, org_id, lock));
      continue;
    }
    // While somebody looks there is nothing to do before that is done.
    Moment until = std::min(wait.deadline, wait.recheck);
    if (!org.looking) until = std::min(until, next_look);
    changed_.wait_until(lock, stopping, until, [this, before = news_] { return news_ != before; });
  }
  return Outcome::kChanged;
}

// Lets go of the lock while it asks.
Status ChangeWaits::Look(Org& org, const std::string& org_id, std::unique_lock<std::mutex>& lock) {
  org.looking = true;
  org.looked = std::chrono::steady_clock::now();
  lock.unlock();
  Result<std::int64_t> revision = desk_.database().Read<std::int64_t>(
      [&](SqlSession& session) { return ReadRevision(session, org_id); });
  lock.lock();
  org.looking = false;
  if (revision.ok()) org.revision = *revision;
  Tell();
  if (!revision.ok()) return std::move(revision).error();
  return {};
}

void ChangeWaits::Notify(const std::string& org_id) {
  const std::lock_guard lock(mutex_);
  const auto org = orgs_.find(org_id);
  if (org == orgs_.end()) return;
  org->second.looked = Moment();
  Tell();
}

void ChangeWaits::NotifyOver(const std::string& org_id, const std::string& lease) {
  const std::lock_guard lock(mutex_);
  const auto org = orgs_.find(org_id);
  if (org == orgs_.end()) return;
  for (Wait* wait : org->second.waits) {
    if (lease.empty() || wait->lease == lease) wait->is_disturbed = true;
  }
  org->second.looked = Moment();
  Tell();
}

void ChangeWaits::Tell() {
  ++news_;
  changed_.notify_all();
}

std::size_t ChangeWaits::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace injector::rest
