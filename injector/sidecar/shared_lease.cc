#include "injector/sidecar/shared_lease.h"

#include <algorithm>
#include <set>
#include <utility>

namespace injector::sidecar {
namespace {

using std::chrono::milliseconds;

milliseconds Scaled(milliseconds time, double factor) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(time.count()) * factor));
}

milliseconds LeftOf(std::chrono::sys_seconds end, const Clock& clock) {
  return std::chrono::duration_cast<milliseconds>(end - clock.Now());
}

// Moves up to `room` uses from `count` to `list`.
template <typename Name>
void Move(const Name& name, std::size_t& count, std::size_t& room, std::vector<Name>& list) {
  const std::size_t moved = std::min(count, room);
  list.insert(list.end(), moved, name);
  count -= moved;
  room -= moved;
}

}  // namespace

bool SharedLease::IsFresh(const Clock& clock) const {
  return contents_ != nullptr && confirmed_at_ && !is_doubtful_ && Lives(clock) &&
         clock.Monotonic() - *confirmed_at_ <= limits_.freshness;
}

bool SharedLease::Lives(const Clock& clock) const {
  return ticket_ != nullptr && clock.Now() < expires_at_;
}

void SharedLease::SetContents(std::shared_ptr<const Contents> contents) {
  contents_ = std::move(contents);
  ++generation_;
}

void SharedLease::SetEnd(std::chrono::sys_seconds expires_at, const Clock& clock, double random) {
  constexpr double kEarliest = 0.4;
  constexpr double kSpread = 0.2;
  expires_at_ = expires_at;
  const Time left = LeftOf(expires_at, clock);
  const Time pause = std::max(Scaled(left, kEarliest + kSpread * random), limits_.shortest_renewal);
  renew_at_ = clock.Monotonic() + pause;
}

void SharedLease::Succeed() {
  pause_ = Time(0);
  not_before_ = {};
}

void SharedLease::Take(LeaseTicket ticket, std::int64_t revision,
                       std::shared_ptr<const Contents> contents, Moment asked, const Clock& clock,
                       double random) {
  SetEnd(ticket.expires_at, clock, random);
  full_life_ = LeftOf(ticket.expires_at, clock);
  ticket_ = std::make_shared<const LeaseTicket>(std::move(ticket));
  is_ending_ = false;
  is_doubtful_ = false;
  reports_singly_ = false;
  SetContents(std::move(contents));
  Confirm(revision, asked);
  grant_pause_ = std::clamp(grant_pause_ * 2, limits_.shortest_renewal, limits_.refused_pause);
  next_grant_ = asked + grant_pause_;
}

void SharedLease::TakeRenewal(std::chrono::sys_seconds expires_at, std::int64_t revision,
                              std::shared_ptr<const Contents> contents, Moment asked,
                              const Clock& clock, double random) {
  SetEnd(expires_at, clock, random);
  // The longest life of a lease, with all its renewals, comes near.
  is_ending_ = LeftOf(expires_at, clock) < full_life_ / 2;
  grant_pause_ = Time(0);
  if (contents != nullptr) SetContents(std::move(contents));
  Confirm(revision, asked);
}

void SharedLease::Confirm(std::int64_t revision, Moment asked) {
  revision_ = revision;
  confirmed_at_ = std::max(confirmed_at_.value_or(asked), asked);
  Succeed();
}

void SharedLease::Empty() {
  ticket_ = nullptr;
  confirmed_at_.reset();
  if (contents_ != nullptr) SetContents(nullptr);
  poll.request_stop();
}

void SharedLease::BackOff(Failure failure, Moment now, double random) {
  const bool lasts = failure == Failure::kUnauthorised || failure == Failure::kRefused;
  pause_ = lasts ? limits_.refused_pause
                 : std::clamp(pause_ * 2, limits_.first_pause, limits_.longest_pause);
  not_before_ = now + Scaled(pause_, 1.0 - random / 2);
}

void SharedLease::DropHolder(Moment now) {
  --holders_;
  if (holders_ > 0) return;
  idle_since_ = now;
  poll.request_stop();
}

void SharedLease::NoteUse(const ThingNames& names) {
  for (const ConnectionName& name : names.connections) {
    auto& [kept, count] = uses_.connections[name.Full()];
    kept = name;
    ++count;
  }
  for (const std::string& key : names.variables) ++uses_.variables[key];
}

std::size_t SharedLease::use_count() const {
  std::size_t count = 0;
  for (const auto& [full, use] : uses_.connections) count += use.second;
  for (const auto& [key, uses] : uses_.variables) count += uses;
  if (report_) count += report_->names.connections.size() + report_->names.variables.size();
  return count;
}

const UseReport& SharedLease::Report(std::string new_key) {
  if (report_) return *report_;
  report_ = UseReport{.names = {}, .key = std::move(new_key)};
  std::size_t room = kReportSize;
  const auto takes_more = [&] { return room == kReportSize || !reports_singly_; };
  for (auto& [full, use] : uses_.connections) {
    if (takes_more()) Move(use.first, use.second, room, report_->names.connections);
  }
  for (auto& [key, count] : uses_.variables) {
    if (takes_more()) Move(key, count, room, report_->names.variables);
  }
  std::erase_if(uses_.connections, [](const auto& use) { return use.second.second == 0; });
  std::erase_if(uses_.variables, [](const auto& use) { return use.second == 0; });
  return *report_;
}

std::size_t SharedLease::EndReport() {
  if (!report_) return 0;
  const std::size_t count = report_->names.connections.size() + report_->names.variables.size();
  report_.reset();
  if (uses_.empty()) reports_singly_ = false;
  return count;
}

bool SharedLease::SplitReport() {
  if (reports_singly_ || !report_) return false;
  const std::set<std::string> keys(report_->names.variables.begin(),
                                   report_->names.variables.end());
  std::set<std::string> names;
  for (const ConnectionName& name : report_->names.connections) names.insert(name.Full());
  if (names.size() + keys.size() < 2) return false;
  ReturnReport();
  reports_singly_ = true;
  return true;
}

void SharedLease::ReturnReport() {
  if (!report_) return;
  NoteUse(report_->names);
  report_.reset();
}

SharedLease::Step SharedLease::NextStep(const Clock& clock) const {
  const Moment now = clock.Monotonic();
  const bool is_done = IsIdle() && now >= LingerEnd();
  if (is_done && !HasUses()) return Step::kClose;
  if (now < not_before_) return Step::kPause;
  const Step replace = now < next_grant_ ? Step::kPause : Step::kReplace;
  if (!Lives(clock)) return replace;
  if (is_done) return Step::kPause;  // until the uses are reported
  if (is_doubtful_) return replace;
  if (now >= renew_at_) return is_ending_ ? replace : Step::kRenew;
  return Step::kPoll;
}

SharedLease::Time SharedLease::NextWait(const Clock& clock) const {
  const Moment now = clock.Monotonic();
  if (now < not_before_) return std::chrono::ceil<Time>(not_before_ - now);
  const bool needs_grant = !Lives(clock) || is_doubtful_ || (now >= renew_at_ && is_ending_);
  if (needs_grant && now < next_grant_) return std::chrono::ceil<Time>(next_grant_ - now);
  if (IsIdle() && now >= LingerEnd()) return limits_.use_delay;
  Time wait = std::min(limits_.poll_wait, std::chrono::ceil<Time>(renew_at_ - now));
  if (IsIdle()) wait = std::min(wait, std::chrono::ceil<Time>(LingerEnd() - now));
  return wait;
}

}  // namespace injector::sidecar
