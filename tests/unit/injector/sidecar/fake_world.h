#pragma once
// A world without a service, threads or real time: tests say what is answered and how late it is.

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/model/reference.h"
#include "injector/sidecar/broker.h"
#include "injector/sidecar/lease_cache.h"
#include "injector/sidecar/upstream.h"

namespace injector::sidecar {

class FakeClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::time_point(std::chrono::hours(500'000)) + passed();
  }
  std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed();
  }
  void Pass(std::chrono::milliseconds time) { passed_ += time.count(); }
  std::chrono::milliseconds passed() const { return std::chrono::milliseconds(passed_); }

 private:
  std::atomic<std::chrono::milliseconds::rep> passed_ = 0;
};

inline Connection AwsConnection(const std::string& alias, std::string_view key,
                                std::uint64_t version) {
  Connection connection;
  connection.name = {.type = "aws", .alias = alias};
  connection.fields.push_back({"access_key_id", Value::String(std::string_view("AKIAEXAMPLE"))});
  connection.fields.push_back({"secret_access_key", Value::String(key)});
  connection.version = version;
  return connection;
}

// A service with AWS connections, one lease life, and a mood. Its time is the clock's: waiting for
// changes makes it pass.
class FakeService final : public Upstream {
 public:
  explicit FakeService(FakeClock& clock) : clock_(clock) {}

  // What it holds: alias -> {key, version}.
  void Set(const std::string& alias, const std::string& key) {
    Item& item = items_[alias];
    item.key = key;
    ++item.version;
    ++revision_;
  }
  void Remove(const std::string& alias) {
    items_.erase(alias);
    ++revision_;
  }
  // What it says to everything from now on, instead of an answer.
  void Fail(ErrorCode code) { mood_ = Error(code, "so it is"); }
  void Recover() { mood_.reset(); }
  // Renews, and nobody hears of it.
  void LoseRenewals(bool lose) { loses_renewals_ = lose; }
  // Ends all leases, as an operator can.
  void EndLeases() { leases_.clear(); }

  bool waits = true;            // until there are changes
  bool always_changed = false;  // or so it says
  std::chrono::seconds life{900};
  std::chrono::seconds longest_life{86'400};
  std::vector<std::string> calls;  // "create", "renew", "check", "poll", "uses", "release"
  std::vector<UseReport> reports;
  std::function<void()> during_create = {};
  std::function<void()> during_check = {};
  Patience last_patience;  // of a request for a grant, or for changes
  std::size_t lease_count() const { return leases_.size(); }
  std::size_t CallsOf(std::string_view name) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), name));
  }
  std::size_t uses() const {
    std::size_t count = 0;
    for (const UseReport& report : reports) {
      count += report.names.connections.size() + report.names.variables.size();
    }
    return count;
  }

  Result<JobGrant> Create(const FetchRequest& wanted, const Patience& patience) override {
    calls.push_back("create");
    last_patience = patience;
    if (during_create) during_create();
    if (mood_) return *mood_;
    JobGrant grant;
    Lease lease{.created = clock_.Now(), .end = {}, .versions = {}};
    for (const ConnectionRequest& request : wanted.connections) {
      const auto item = items_.find(request.reference.alias);
      if (item == items_.end()) return Error(ErrorCode::kPermissionDenied, "not granted");
      grant.connections.push_back(Made(*item));
      lease.versions[item->first] = item->second.version;
    }
    if (wanted.attached == Attached::kAll) {
      for (const auto& item : items_) {
        grant.connections.push_back(Made(item));
        lease.versions[item.first] = item.second.version;
      }
    }
    grant.ticket.id = "lease-" + std::to_string(++made_);
    grant.ticket.secret = Secret::CopyOf("proof");
    grant.ticket.expires_at = Prolong(lease);
    grant.revision = revision_;
    leases_[grant.ticket.id] = lease;
    return grant;
  }
  Result<JobRenewal> Renew(const LeaseTicket& ticket, const Patience&) override {
    calls.push_back("renew");
    if (mood_) return *mood_;
    Lease* lease = Find(ticket);
    if (lease == nullptr) return Error(ErrorCode::kNotFound, "grant: not found");
    JobRenewal renewal{.expires_at = Prolong(*lease), .revision = revision_};
    for (auto held = lease->versions.begin(); held != lease->versions.end();) {
      const auto item = items_.find(held->first);
      if (item == items_.end()) {
        renewal.removed.connections.push_back({.type = "aws", .alias = held->first});
        held = lease->versions.erase(held);
        continue;
      }
      if (item->second.version != held->second) renewal.connections.push_back(Made(*item));
      held->second = item->second.version;
      ++held;
    }
    if (loses_renewals_) return Error(ErrorCode::kDeadlineExceeded, "connection reset");
    return renewal;
  }
  Result<JobChanges> Changes(const LeaseTicket& ticket, std::int64_t, std::chrono::seconds wait,
                             const Patience& patience) override {
    calls.push_back(wait.count() == 0 ? "check" : "poll");
    last_patience = patience;
    if (during_check && wait.count() == 0) during_check();
    if (mood_) return *mood_;
    Lease* lease = Find(ticket);
    if (lease == nullptr) return Error(ErrorCode::kNotFound, "grant: not found");
    JobChanges changes{.revision = revision_};
    for (const auto& [alias, version] : lease->versions) {
      const ConnectionName name{.type = "aws", .alias = alias};
      const auto item = items_.find(alias);
      if (item == items_.end()) {
        changes.removed.connections.push_back(name);
      } else if (item->second.version != version) {
        changes.changed.connections.push_back({.name = name, .version = item->second.version});
      }
    }
    if (always_changed) {
      changes.changed.connections.push_back(
          {.name = {.type = "aws", .alias = "main"}, .version = 1});
    }
    if (changes.empty() && waits) clock_.Pass(wait);
    return changes;
  }
  Status ReportUses(const LeaseTicket& ticket, const UseReport& report, const Patience&) override {
    calls.push_back("uses");
    if (mood_) return *mood_;
    if (Find(ticket) == nullptr) return Error(ErrorCode::kNotFound, "grant: not found");
    for (const ConnectionName& name : report.names.connections) {
      if (items_.contains(name.alias)) continue;
      return Error(ErrorCode::kInvalidArgument, "uses: something is not on the lease");
    }
    reports.push_back(report);
    return {};
  }
  Status Release(const LeaseTicket& ticket, const Patience&) override {
    calls.push_back("release");
    leases_.erase(ticket.id);
    return {};
  }

 private:
  struct Item {
    std::string key;
    std::uint64_t version = 0;
  };
  struct Lease {
    std::chrono::system_clock::time_point created;
    std::chrono::system_clock::time_point end;
    std::map<std::string, std::uint64_t> versions;
  };
  static Connection Made(const std::pair<const std::string, Item>& item) {
    return AwsConnection(item.first, item.second.key, item.second.version);
  }
  std::chrono::sys_seconds Prolong(Lease& lease) {
    lease.end = std::min(clock_.Now() + life, lease.created + longest_life);
    return std::chrono::floor<std::chrono::seconds>(lease.end);
  }
  Lease* Find(const LeaseTicket& ticket) {
    const auto found = leases_.find(ticket.id);
    if (found == leases_.end() || clock_.Now() >= found->second.end) return nullptr;
    return &found->second;
  }

  FakeClock& clock_;
  std::map<std::string, Item> items_;
  std::map<std::string, Lease> leases_;
  std::int64_t revision_ = 1;
  int made_ = 0;
  std::optional<Error> mood_;
  bool loses_renewals_ = false;
};

class CountedEvents final : public CacheEvents {
 public:
  void Failed(std::string_view, const Error&) override { ++failed; }
  void Emptied() override { ++emptied; }
  void Changed() override { ++changed; }
  void UsesReported(std::size_t uses) override { reported += uses; }
  void UsesLost(std::size_t uses) override { lost += uses; }

  int failed = 0;
  int emptied = 0;
  int changed = 0;
  std::size_t reported = 0;
  std::size_t lost = 0;
};

inline FetchRequest Wanting(const std::string& reference) {
  FetchRequest wanted;
  wanted.connections.push_back({.reference = Reference::Parse(reference).value()});
  return wanted;
}

// A cache over all that.
struct FakeWorld {
  explicit FakeWorld(AllowList allow_list = {})
      : cache(LeaseCache::Make({.upstream = service,
                                .clock = clock,
                                .events = events,
                                .random = [] { return 0.5; },
                                .keep =
                                    [this](const LeaseHandle& lease) {
                                      kept.push_back(lease);
                                      return true;
                                    }},
                               limits, std::move(allow_list))
                  .value()) {
    service.Set("main", "first-secret-key");
  }

  Result<LeaseCache::Lent> Acquire(const std::string& reference = "@aws.main") {
    return cache->Acquire(Wanting(reference), {});
  }
  // Takes the lease's steps for so long; whether it goes on after that.
  bool Tend(const LeaseHandle& lease, std::chrono::milliseconds time) {
    const auto end = clock.passed() + time;
    while (clock.passed() < end) {
      const auto pause = cache->Tend(lease, {});
      if (!pause) return false;
      clock.Pass(*pause);
    }
    return true;
  }

  FakeClock clock;
  FakeService service{clock};
  CountedEvents events;
  Limits limits;
  std::vector<LeaseHandle> kept;
  std::unique_ptr<LeaseCache> cache;
};

// The secret key that the contents hold.
inline std::string KeyIn(const Contents& contents) {
  return std::string(
      contents.connections().front().FieldNamed("secret_access_key")->value.string().Reveal());
}

}  // namespace injector::sidecar
