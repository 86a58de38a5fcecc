// Type mongodb: the first question that every driver asks (MongoDB Handshake specification), in the
// message format OP_MSG (MongoDB Wire Protocol). The login is not tried.

#include <algorithm>
#include <optional>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/dial.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

constexpr std::uint16_t kDefaultPort = 27017;
constexpr std::uint32_t kOpMsg = 2013;
constexpr std::uint32_t kRequestId = 1;
constexpr std::size_t kHeaderSize = 16;
constexpr std::uint32_t kMostBytes = 48'000'000;  // MongoDB's own limit of a message

std::string LittleEndian32(std::uint32_t number) {
  std::string bytes = BigEndian32(number);
  return {bytes.rbegin(), bytes.rend()};
}

std::uint32_t ReadLittleEndian32(std::string_view bytes) {
  const std::string_view four = bytes.substr(0, 4);
  return ReadBigEndian32(std::string(four.rbegin(), four.rend()));
}

// {hello: 1, $db: "admin"} in BSON (bsonspec.org), as the one section of an OP_MSG.
std::string Hello() {
  using namespace std::string_literals;
  const std::string elements =
      "\x10hello\0"s + LittleEndian32(1) + "\x02$db\0"s + LittleEndian32(6) + "admin\0"s + "\0"s;
  const std::string document =
      LittleEndian32(static_cast<std::uint32_t>(elements.size() + 4)) + elements;
  const std::string body = LittleEndian32(0) + "\0"s + document;
  return LittleEndian32(static_cast<std::uint32_t>(kHeaderSize + body.size())) +
         LittleEndian32(kRequestId) + LittleEndian32(0) + LittleEndian32(kOpMsg) + body;
}

struct Target {
  std::vector<HostAndPort> addresses;
  bool tls = false;
  bool verify = true;
  std::string ca_file;
};

// Of options "a=1&b=2"; names know no case (Connection String specification, "Keys").
Secret OptionIn(std::string_view options, std::string_view name) {
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const std::size_t equals = std::min(option.find('='), option.size());
    if (ToAsciiLower(option.substr(0, equals)) != name) continue;
    std::optional<Secret> value = PercentDecode(option.substr(std::min(equals + 1, option.size())));
    if (value) return *std::move(value);
  }
  return {};
}

bool IsOn(std::string_view options, std::string_view name) {
  return OptionIn(options, name).Reveal() == "true";
}

// "mongodb://user:password@a:1,b:2/db?tls=true" (Connection String specification).
Result<Target> ReadTarget(std::string_view uri) {
  uri.remove_prefix(uri.find("://") + 3);
  const std::size_t query = std::min(uri.find('?'), uri.size());
  const std::string_view options = uri.substr(std::min(query + 1, uri.size()));
  std::string_view hosts = uri.substr(0, uri.find_first_of("/?"));
  const std::size_t at = hosts.rfind('@');
  if (at != hosts.npos) hosts.remove_prefix(at + 1);
  Target target{.addresses = {},
                .tls = IsOn(options, "tls") || IsOn(options, "ssl"),
                .verify = !IsOn(options, "tlsinsecure") &&
                          !IsOn(options, "tlsallowinvalidcertificates") &&
                          !IsOn(options, "tlsallowinvalidhostnames"),
                .ca_file = std::string(OptionIn(options, "tlscafile").Reveal())};
  while (!hosts.empty()) {
    const std::string_view host = hosts.substr(0, hosts.find(','));
    hosts.remove_prefix(std::min(host.size() + 1, hosts.size()));
    ASSIGN_OR_RETURN(HostAndPort address, ParseHostAndPort(host, kDefaultPort));
    target.addresses.push_back(std::move(address));
  }
  return target;
}

Status CheckHello(StreamReader& reader) {
  const Error strange(ErrorCode::kDataLoss, "the server does not speak MongoDB's protocol");
  ASSIGN_OR_RETURN(const std::string header, reader.Exactly(kHeaderSize));
  const std::uint32_t size = ReadLittleEndian32(header);
  const std::uint32_t answered = ReadLittleEndian32(std::string_view(header).substr(8));
  const std::uint32_t kind = ReadLittleEndian32(std::string_view(header).substr(12));
  if (size <= kHeaderSize || size > kMostBytes || answered != kRequestId || kind != kOpMsg) {
    return strange;
  }
  return {};
}

Status AskHost(CheckContext& context, const Target& target, const HostAndPort& address) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, address));
  if (target.tls) RETURN_IF_ERROR(Encrypt(context, *stream, address.host, target.ca_file));
  context.say("hello");
  RETURN_IF_ERROR(stream->Send(Hello()));
  StreamReader reader(*stream);
  return CheckHello(reader);
}

// Why it cannot be tried; empty: it can.
std::string_view WhyNotTried(std::string_view uri, const Target& target) {
  if (uri.starts_with("mongodb+srv://")) return "its servers stand in the DNS (mongodb+srv)";
  if (target.tls && !target.verify) return "it has no certificate verified";
  const bool socket = std::ranges::any_of(target.addresses, [](const HostAndPort& address) {
    return address.host.find('%') != std::string::npos;  // "%2Ftmp%2Fmongodb-27017.sock"
  });
  return socket ? "its server is reached by a socket" : "";
}

}  // namespace

// As the URI that a job gets has it. One host is enough: it tells drivers of the others.
Result<std::string> CheckMongodb(CheckContext& context) {
  const Secret uri = VariableIn(context.injection, "MONGODB_URI");
  ASSIGN_OR_RETURN(const Target target, ReadTarget(uri.Reveal()));
  const std::string_view why = WhyNotTried(uri.Reveal(), target);
  if (!why.empty()) return "not tried: " + std::string(why);
  Status last = Error(ErrorCode::kNotFound, "uri: names no host");
  for (const HostAndPort& address : target.addresses) {
    last = AskHost(context, target, address);
    if (last.ok()) return std::string("reached; the login was not tried");
  }
  return last.error();
}

}  // namespace injector::doctor
