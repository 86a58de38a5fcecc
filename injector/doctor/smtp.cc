// Type smtp: greeting, TLS and login (RFC 5321, RFC 3207 for STARTTLS, RFC 4954 and 4616 for AUTH
// PLAIN). No message is begun.

#include <algorithm>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/dial.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

constexpr std::uint16_t kPortOfTls = 465;  // RFC 8314: encrypted from the first byte
constexpr std::size_t kMostLines = 100;
constexpr std::size_t kCodeSize = 3;

struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // without the code

  // Whether a line of EHLO's answer is this extension, or begins with it.
  bool Offers(std::string_view extension) const {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return ToAsciiUpper(line).starts_with(extension); });
  }
};

// The enhanced status code that a reply may begin with (RFC 3463: "5.7.8"): class, subject and
// detail as they are registered, so a few digits of which none was ours.
std::string EnhancedCode(std::string_view text) {
  const std::string_view code = text.substr(0, text.find(' '));
  const bool digits = (code.size() == 5 || code.size() == 6) && code[1] == '.' && code[3] == '.' &&
                      IsAsciiDigit(code[2]) && IsAsciiDigit(code[4]) && IsAsciiDigit(code.back());
  const bool known = digits && (code[0] == '4' || code[0] == '5') && code[2] <= '7';
  return known ? std::string(code) : std::string();
}

Result<Reply> ReadReply(StreamReader& reader) {
  Reply reply;
  while (reply.lines.size() < kMostLines) {
    ASSIGN_OR_RETURN(const std::string line, reader.Line());
    const bool has_code = line.size() >= kCodeSize && IsAsciiDigit(line[0]) &&
                          IsAsciiDigit(line[1]) && IsAsciiDigit(line[2]);
    if (!has_code) break;
    reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    reply.lines.push_back(line.substr(std::min(kCodeSize + 1, line.size())));
    if (line.size() == kCodeSize || line[kCodeSize] != '-') return reply;
  }
  return Error(ErrorCode::kDataLoss, "the server does not speak SMTP");
}

class Session {
 public:
  Session(CheckContext& context, Stream& stream)
      : context_(context), stream_(stream), reader_(stream) {}

  // The reply to `line`, which has to have the code `wanted`. `name`: for messages.
  Result<Reply> Say(std::string_view name, std::string_view line, int wanted) {
    RETURN_IF_ERROR(stream_.Send(Secret::Concat({line, "\r\n"}).Reveal()));
    return Expect(name, wanted);
  }

  Result<Reply> Expect(std::string_view name, int wanted) {
    context_.say(name);
    ASSIGN_OR_RETURN(Reply reply, ReadReply(reader_));
    if (reply.code == wanted) return reply;
    const std::string more = EnhancedCode(reply.lines.back());
    return Error(
        reply.code / 100 == 4 ? ErrorCode::kUnavailable : ErrorCode::kFailedPrecondition,
        std::string(name) + ": " + std::to_string(reply.code) + (more.empty() ? "" : " ") + more);
  }

  Status StartTls(const std::string& host) {
    RETURN_IF_ERROR(Say("STARTTLS", "STARTTLS", 220));
    if (!reader_.empty()) {
      return Error(ErrorCode::kDataLoss, "STARTTLS: more came than an answer, from somebody else");
    }
    return Encrypt(context_, stream_, host);
  }

 private:
  CheckContext& context_;
  Stream& stream_;
  StreamReader reader_;
};

Result<std::string> LogIn(CheckContext& context, Session& session, const Reply& extensions) {
  ASSIGN_OR_RETURN(const Secret login, FieldValue(context.connection, "login"));
  ASSIGN_OR_RETURN(const Secret password, FieldValue(context.connection, "password"));
  if (login.empty() && password.empty()) return std::string();
  const auto line = std::ranges::find_if(extensions.lines, [](const std::string& text) {
    return ToAsciiUpper(text).starts_with("AUTH");
  });
  if (line == extensions.lines.end() || ToAsciiUpper(*line).find("PLAIN") == line->npos) {
    return std::string("reached; the login was not tried: the server does not offer AUTH PLAIN");
  }
  constexpr std::string_view kNul("\0", 1);
  const Secret pair = Secret::Concat({kNul, login.Reveal(), kNul, password.Reveal()});
  const Secret command = Secret::Concat({"AUTH PLAIN ", Base64Encode(pair.Reveal()).Reveal()});
  const Result<Reply> reply = session.Say("AUTH", command.Reveal(), 235);
  if (reply.ok()) return std::string();
  const Error& error = reply.error();
  if (error.code() != ErrorCode::kFailedPrecondition) return error;
  return Error(ErrorCode::kUnauthenticated, error.message());
}

}  // namespace

Result<std::string> CheckSmtp(CheckContext& context) {
  ASSIGN_OR_RETURN(const HostAndPort address, Address(context.connection));
  ASSIGN_OR_RETURN(const std::optional<bool> tls, SwitchField(context.connection, "tls"));
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, address));
  const bool at_once = address.port == kPortOfTls;
  if (at_once) RETURN_IF_ERROR(Encrypt(context, *stream, address.host));
  Session session(context, *stream);
  RETURN_IF_ERROR(session.Expect("greeting", 220));
  ASSIGN_OR_RETURN(Reply extensions, session.Say("EHLO", "EHLO injector.invalid", 250));
  const bool encrypt = tls.value_or(true) && !at_once;
  if (encrypt && !extensions.Offers("STARTTLS")) {
    return Error(ErrorCode::kUnavailable, "TLS is wanted, and the server does not offer STARTTLS");
  }
  if (encrypt) {
    RETURN_IF_ERROR(session.StartTls(address.host));
    ASSIGN_OR_RETURN(extensions, session.Say("EHLO", "EHLO injector.invalid", 250));
  }
  ASSIGN_OR_RETURN(std::string note, LogIn(context, session, extensions));
  return note;
}

}  // namespace injector::doctor
