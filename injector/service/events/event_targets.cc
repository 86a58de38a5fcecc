#include "injector/service/events/event_targets.h"

#include <utility>

#include "injector/base/file.h"
#include "injector/service/events/syslog.h"
#include "injector/service/events/webhook.h"

namespace injector {
namespace {

constexpr std::size_t kLongest = 4096;

Result<Secret> ReadText(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret bytes, ReadFile(path, kLongest));
  std::string_view text = bytes.Reveal();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return Secret::CopyOf(text);
}

Result<std::string> WebhookUrl(const EventTargets& targets) {
  if (targets.webhook_url_file.empty()) return targets.webhook_url;
  ASSIGN_OR_RETURN(const Secret url, ReadText(targets.webhook_url_file));
  return std::string(url.Reveal());
}

}  // namespace

Result<std::vector<NamedReceiver>> OpenReceivers(const EventTargets& targets, const Clock& clock) {
  std::vector<NamedReceiver> receivers;
  if (!targets.webhook_url.empty() || !targets.webhook_url_file.empty()) {
    ASSIGN_OR_RETURN(std::string url, WebhookUrl(targets));
    ASSIGN_OR_RETURN(Secret key, ReadText(targets.webhook_key_file));
    auto webhook = MakeWebhook(
        {.url = std::move(url), .key = std::move(key), .ca_file = targets.webhook_ca_file}, clock);
    if (!webhook.ok()) return std::move(webhook).error().WithContext("the webhook of events");
    receivers.push_back({.kind = "webhook", .receiver = *std::move(webhook)});
  }
  if (!targets.syslog_path.empty()) {
    receivers.push_back({.kind = "syslog", .receiver = MakeSyslog(targets.syslog_path)});
  }
  return receivers;
}

}  // namespace injector
