// Type mongodb: the first question that every driver asks (MongoDB Handshake specification), in the
// message format OP_MSG (MongoDB Wire Protocol). The login is not tried.

#include "injector/base/ascii.h"
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
  HostAndPort address;
  bool tls = false;
};

// "mongodb://user:password@a:1,b:2/db?tls=true": the first host (Connection String specification).
Result<Target> TargetOfUri(std::string_view uri) {
  uri.remove_prefix(uri.find("://") + 3);
  const std::size_t query = uri.find('?');
  const std::string options = query == uri.npos ? "" : ToAsciiLower(uri.substr(query + 1));
  std::string_view hosts = uri.substr(0, uri.find_first_of("/?"));
  const std::size_t at = hosts.rfind('@');
  if (at != hosts.npos) hosts.remove_prefix(at + 1);
  Target target;
  ASSIGN_OR_RETURN(target.address,
                   ParseHostAndPort(hosts.substr(0, hosts.find(',')), kDefaultPort));
  target.tls = options.find("tls=true") != options.npos || options.find("ssl=true") != options.npos;
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

Result<Target> ReadTarget(const Connection& connection, std::string_view uri) {
  if (!uri.empty()) return TargetOfUri(uri);
  Target target;
  ASSIGN_OR_RETURN(target.address, Address(connection));
  return target;
}

}  // namespace

Result<std::string> CheckMongodb(CheckContext& context) {
  ASSIGN_OR_RETURN(const Secret uri, FieldValue(context.connection, "uri"));
  if (uri.Reveal().starts_with("mongodb+srv://")) {
    return std::string("not tried: its servers stand in the DNS (mongodb+srv)");
  }
  if (!uri.empty() && !uri.Reveal().starts_with("mongodb://")) {
    return Error(ErrorCode::kInvalidArgument, "uri: does not begin with mongodb://");
  }
  ASSIGN_OR_RETURN(const Target target, ReadTarget(context.connection, uri.Reveal()));
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, target.address));
  if (target.tls) RETURN_IF_ERROR(Encrypt(context, *stream, target.address.host));
  context.say("hello");
  RETURN_IF_ERROR(stream->Send(Hello()));
  StreamReader reader(*stream);
  RETURN_IF_ERROR(CheckHello(reader));
  return std::string("reached; the login was not tried");
}

}  // namespace injector::doctor
