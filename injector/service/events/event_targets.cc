#include "injector/service/events/event_targets.h"

#include <utility>

#include "injector/base/file.h"
#include "injector/service/events/syslog.h"
#include "injector/service/events/webhook.h"

namespace injector {
namespace {

constexpr std::size_t kLongestKey = 4096;

Result<Secret> ReadKey(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret text, ReadFile(path, kLongestKey));
  std::string_view key = text.Reveal();
  while (key.ends_with('\n') || key.ends_with('\r')) key.remove_suffix(1);
  return Secret::CopyOf(key);
}

}  // namespace

Result<std::vector<NamedReceiver>> OpenReceivers(const EventTargets& targets, const Clock& clock) {
  std::vector<NamedReceiver> receivers;
  if (!targets.webhook_url.empty()) {
    ASSIGN_OR_RETURN(Secret key, ReadKey(targets.webhook_key_file));
    ASSIGN_OR_RETURN(auto webhook, MakeWebhook({.url = targets.webhook_url,
                                                .key = std::move(key),
                                                .ca_file = targets.webhook_ca_file},
                                               clock));
    receivers.push_back({.kind = "webhook", .receiver = std::move(webhook)});
  }
  if (!targets.syslog_path.empty()) {
    receivers.push_back({.kind = "syslog", .receiver = MakeSyslog(targets.syslog_path)});
  }
  return receivers;
}

}  // namespace injector
