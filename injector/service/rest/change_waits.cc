#include "injector/service/rest/change_waits.h"

#include <algorithm>

#include "injector/service/org_revision.h"
#include "injector/service/rest/answer.h"

namespace injector::rest {

Result<bool> ChangeWaits::Await(const std::string& org_id, std::int64_t revision, Moment deadline,
                                const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  if (waiting_ >= options_.most) return TooManyWaiting();
  Org& org = orgs_[org_id];
  ++waiting_;
  ++org.waiting;
  lock.unlock();
  Result<bool> changed = AwaitIn(org, org_id, revision, deadline, stopping);
  lock.lock();
  --waiting_;
  if (--org.waiting == 0) orgs_.erase(org_id);
  return changed;
}

Result<bool> ChangeWaits::AwaitIn(Org& org, const std::string& org_id, std::int64_t revision,
                                  Moment deadline, const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (org.revision <= revision) {
    const Moment now = std::chrono::steady_clock::now();
    if (now >= deadline || stopping.stop_requested()) return false;
    const Moment next_look = org.looked + options_.interval;
    if (!org.looking && now >= next_look) {
      RETURN_IF_ERROR(Look(org, org_id, lock));
      continue;
    }
    // While somebody looks there is nothing to do before that is done.
    const Moment until = org.looking ? deadline : std::min(deadline, next_look);
    changed_.wait_until(lock, stopping, until, [this, before = news_] { return news_ != before; });
  }
  return true;
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

void ChangeWaits::Tell() {
  ++news_;
  changed_.notify_all();
}

std::size_t ChangeWaits::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace injector::rest
