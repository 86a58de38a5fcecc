#include "injector/doctor/dial.h"

namespace injector::doctor {

Result<std::unique_ptr<Stream>> Dial(CheckContext& context, const HostAndPort& address) {
  context.say("connect to " + address.host + ":" + std::to_string(address.port));
  return context.network.Connect(address.host, address.port);
}

Status Encrypt(CheckContext& context, Stream& stream, const std::string& host,
               const std::string& ca_file) {
  context.say("start TLS with " + host);
  return stream.StartTls({host, ca_file.empty() ? context.ca_file : ca_file});
}

}  // namespace injector::doctor
