#pragma once
// Which receivers a serving program has, as its options say.

#include <memory>
#include <string>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/events/event_receiver.h"

namespace injector {

struct EventTargets {
  std::string webhook_url;  // empty, as the next: no webhook
  // A file that has it, for one that is a secret; line ends after it do not count.
  std::string webhook_url_file = {};
  std::string webhook_key_file;  // the key of its signatures; line ends after it do not count
  std::string webhook_ca_file;   // empty: the system's authorities
  std::string syslog_path;       // empty: no syslog
};

struct NamedReceiver {
  std::string kind;  // "webhook", "syslog": for metrics
  std::unique_ptr<EventReceiver> receiver;
};

// Errors of MakeWebhook(), and of reading its files. `clock` must outlive them.
Result<std::vector<NamedReceiver>> OpenReceivers(const EventTargets& targets, const Clock& clock);

}  // namespace injector
