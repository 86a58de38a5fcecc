#include "injector/service/lockout.h"

namespace injector {
namespace {

constexpr std::chrono::minutes kReportInterval{1};

// Makes room in a full map: what `expired` says is over, or, under a flood, everything.
template <typename Entries, typename Expired>
void MakeRoom(Entries& entries, Expired expired) {
  if (entries.size() < kLockoutEntries) return;
  std::erase_if(entries, [&](const auto& entry) { return expired(entry.second); });
  if (entries.size() >= kLockoutEntries) entries.clear();
}

}  // namespace

std::chrono::seconds Lockout::CountFailure(const std::string& source, const std::string& prefix) {
  const auto now = clock_.Monotonic();
  const auto is_over = [&](const Window& window) { return now - window.start >= window_; };
  const std::lock_guard lock(mutex_);
  MakeRoom(windows_, is_over);
  Window& window = windows_[source + ' ' + prefix];
  if (window.failures == 0 || is_over(window)) window = {.start = now, .failures = 0};
  ++window.failures;
  if (window.failures <= failures_) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(window.start + window_ - now);
}

std::optional<int> FailureReport::CountFailure(const FailureKind& kind) {
  const auto now = clock_.Monotonic();
  const std::lock_guard lock(mutex_);
  MakeRoom(entries_, [&](const Entry& entry) { return now - entry.reported >= kReportInterval; });
  const auto [found, is_new] = entries_.try_emplace(kind, Entry{.reported = now});
  Entry& entry = found->second;
  if (!is_new && now - entry.reported < kReportInterval) {
    ++entry.unreported;
    return std::nullopt;
  }
  const int count = 1 + entry.unreported;
  entry.reported = now;
  entry.unreported = 0;
  return count;
}

std::vector<FailureReport::Unreported> FailureReport::TakeUnreported(Which which) {
  const auto now = clock_.Monotonic();
  const std::lock_guard lock(mutex_);
  std::vector<Unreported> taken;
  for (auto& [kind, entry] : entries_) {
    const bool is_due = which == Which::kAll || now - entry.reported >= kReportInterval;
    if (!is_due || entry.unreported == 0) continue;
    taken.push_back({.kind = kind, .failures = entry.unreported});
    entry.reported = now;
    entry.unreported = 0;
  }
  return taken;
}

}  // namespace injector
