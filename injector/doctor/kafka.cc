// Type kafka: what versions a broker speaks, the first question that clients ask (Apache Kafka
// protocol guide, "ApiVersions"). The login is not tried.

#include <vector>

#include "injector/base/ascii.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/dial.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/pem_field.h"
#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

constexpr std::uint16_t kDefaultPort = 9092;
constexpr std::uint16_t kApiVersions = 18;
constexpr std::uint32_t kCorrelation = 0x696E6A65;
constexpr std::uint32_t kMostBytes = 1 << 20;

std::string Request() {
  constexpr std::string_view kClient = "injector";
  const std::string body = BigEndian16(kApiVersions) + BigEndian16(0) + BigEndian32(kCorrelation) +
                           BigEndian16(kClient.size()) + std::string(kClient);
  return BigEndian32(static_cast<std::uint32_t>(body.size())) + body;
}

Status CheckAnswer(StreamReader& reader) {
  ASSIGN_OR_RETURN(const std::string head, reader.Exactly(8));
  const std::uint32_t size = ReadBigEndian32(head);
  const std::uint32_t correlation = ReadBigEndian32(std::string_view(head).substr(4));
  if (size >= 6 && size <= kMostBytes && correlation == kCorrelation) return {};
  return Error(ErrorCode::kDataLoss, "the server does not speak Kafka's protocol");
}

struct Brokers {
  std::vector<HostAndPort> addresses;
  bool tls = false;
  bool login = false;
  PemField ca;
};

// As librdkafka is told, which speaks in clear when it is told nothing (its CONFIGURATION.md).
std::string Protocol(const Injection& injection) {
  constexpr std::string_view kBefore = "\nsecurity.protocol=";
  const Secret settings = FileIn(injection, "KCAT_CONFIG");
  const std::string_view text = settings.Reveal();
  const std::size_t at = text.find(kBefore);
  if (at == text.npos) return "plaintext";
  const std::size_t start = at + kBefore.size();
  return ToAsciiUpper(text.substr(start, text.find('\n', start) - start));
}

Result<Brokers> ReadBrokers(const CheckContext& context) {
  const Connection& connection = context.connection;
  Brokers brokers;
  ASSIGN_OR_RETURN(const Secret servers, RequiredField(connection, "bootstrap_servers"));
  std::string_view left = servers.Reveal();
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(','), left.size());
    ASSIGN_OR_RETURN(HostAndPort address,
                     ParseHostAndPort(StripAsciiSpace(left.substr(0, end)), kDefaultPort));
    brokers.addresses.push_back(std::move(address));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  const std::string protocol = Protocol(context.injection);
  brokers.tls = protocol.ends_with("SSL");
  brokers.login = protocol.starts_with("SASL");
  ASSIGN_OR_RETURN(brokers.ca, ReadPemField(connection, "ssl_ca"));
  return brokers;
}

Status AskBroker(CheckContext& context, const Brokers& brokers, const HostAndPort& address) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, address));
  if (brokers.tls) {
    RETURN_IF_ERROR(Encrypt(context, *stream, address.host, brokers.ca.path));
  }
  context.say("ApiVersions");
  RETURN_IF_ERROR(stream->Send(Request()));
  StreamReader reader(*stream);
  return CheckAnswer(reader);
}

}  // namespace

// One broker is enough: it tells clients of the others.
Result<std::string> CheckKafka(CheckContext& context) {
  ASSIGN_OR_RETURN(const Brokers brokers, ReadBrokers(context));
  Status last = Error(ErrorCode::kNotFound, "bootstrap_servers: names none");
  for (const HostAndPort& address : brokers.addresses) {
    last = AskBroker(context, brokers, address);
    if (last.ok()) {
      return std::string(brokers.login ? "reached; the login was not tried" : "");
    }
  }
  return last.error();
}

}  // namespace injector::doctor
