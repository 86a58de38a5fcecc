#include "injector/sidecar/upkeep.h"

#include <algorithm>
#include <system_error>

#include "injector/base/pause.h"

namespace injector::sidecar {

Status Upkeep::Begin(LeaseCache& cache) {
  cache_ = &cache;
  try {
    reporter_ = std::jthread([this](const std::stop_token& stop) { Report(stop); });
  } catch (const std::system_error& error) {
    return Error::FromErrno(error.code().value(), "start a thread");
  }
  return {};
}

bool Upkeep::Keep(const LeaseHandle& lease) {
  keepers_.remove_if([](const Keeper& keeper) { return keeper.is_done.load(); });
  Keeper& keeper = keepers_.emplace_back();
  try {
    keeper.thread = std::jthread([this, lease, &keeper](const std::stop_token& stop) {
      while (const auto pause = cache_->Tend(lease, stop)) {
        if (stop.stop_requested()) break;
        if (pause->count() > 0) cache_->AwaitStep(lease, *pause, stop);
      }
      keeper.is_done = true;
    });
  } catch (const std::system_error&) {
    keepers_.pop_back();
    return false;
  }
  return true;
}

void Upkeep::Report(const std::stop_token& stop) {
  Limits::Time pause(0);
  while (!stop.stop_requested()) {
    cache_->AwaitUses(limits_.use_delay, stop);
    const bool all_well = cache_->ReportUses(stop);
    pause = all_well ? Limits::Time(0)
                     : std::clamp(pause * 2, limits_.first_pause, limits_.longest_pause / 2);
    PauseUnlessStopped(pause, stop);
  }
}

void Upkeep::Stop() {
  for (Keeper& keeper : keepers_) keeper.thread.request_stop();
  keepers_.clear();
  if (reporter_.joinable()) {
    reporter_.request_stop();
    reporter_.join();
  }
}

}  // namespace injector::sidecar
