#pragma once
// Events as syslog messages (RFC 5424) over a Unix datagram socket, /dev/log where the machine has
// a syslog daemon. The message is the event's JSON; the message id its type. Facility authpriv,
// severity notice, warning for what was refused.

#include <memory>
#include <string>

#include "injector/service/events/event_receiver.h"

namespace injector {

// `path` of the socket; it need not be there yet.
std::unique_ptr<EventReceiver> MakeSyslog(std::string path);

// The datagram for `event`.
std::string SyslogMessage(const FeedEvent& event, const std::string& host, int process_id);

}  // namespace injector
