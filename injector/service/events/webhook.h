#pragma once
// Events as signed requests: README.md beside this file says how a receiver verifies them.

#include <memory>
#include <string>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/events/event_receiver.h"

namespace injector {

struct WebhookOptions {
  std::string url;      // https://…, or http:// on loopback
  Secret key;           // of the signatures, at least 16 bytes
  std::string ca_file;  // PEM; empty: the system's authorities
};

// kInvalidArgument for a URL or key that is neither. `clock` must outlive it.
Result<std::unique_ptr<EventReceiver>> MakeWebhook(WebhookOptions options, const Clock& clock);

// "v1=" and the HMAC-SHA256 of "TIMESTAMP.BODY" in hex.
Result<std::string> WebhookSignature(const Secret& key, const std::string& timestamp,
                                     const std::string& body);

}  // namespace injector
