// Type redis: AUTH, SELECT and PING (Redis documentation, "Redis serialization protocol
// specification").

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "injector/doctor/checks.h"
#include "injector/doctor/dial.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/mask.h"
#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

Secret Command(std::initializer_list<std::string_view> words) {
  SecretBuilder command;
  command.Append("*" + std::to_string(words.size()) + "\r\n");
  for (const std::string_view word : words) {
    command.Append("$" + std::to_string(word.size()) + "\r\n");
    command.Append(word);
    command.Append("\r\n");
  }
  return std::move(command).Build();
}

// The first word of an error says its kind; these are Redis's own (its source, shared.*err, and
// "Redis serialization protocol specification", "Simple errors").
constexpr std::string_view kKinds[] = {
    "ERR",         "WRONGPASS",  "NOAUTH",  "NOPERM",     "DENIED",   "LOADING",
    "BUSY",        "MASTERDOWN", "MISCONF", "NOREPLICAS", "READONLY", "OOM",
    "CLUSTERDOWN", "TRYAGAIN",   "MOVED",   "NOPROTO",    "UNBLOCKED"};
// What it goes on to say where it is ERR.
constexpr std::string_view kReasons[] = {"without any password configured",
                                         "Client sent AUTH, but no password is set",
                                         "wrong number of arguments",
                                         "max number of clients reached",
                                         "DB index is out of range",
                                         "invalid DB index",
                                         "SELECT is not allowed in cluster mode",
                                         "unknown command"};

std::string_view KindOf(std::string_view error) {
  const std::string_view kind = error.substr(0, error.find(' '));
  const auto* const known = std::ranges::find(kKinds, kind);
  return known == std::end(kKinds) ? std::string_view() : *known;
}

std::string Describe(std::string_view error) {
  const std::string_view kind = KindOf(error);
  if (kind.empty()) return "an error that Redis does not have";
  const std::string_view reason = KnownWords(error, kReasons);
  return std::string(kind) + (reason.empty() ? "" : ", ") + std::string(reason);
}

ErrorCode CodeOf(std::string_view command, std::string_view kind) {
  if (command == "AUTH" || kind == "NOAUTH" || kind == "WRONGPASS") {
    return ErrorCode::kUnauthenticated;
  }
  if (kind == "NOPERM" || kind == "DENIED") return ErrorCode::kPermissionDenied;
  if (kind == "LOADING" || kind == "BUSY" || kind == "MASTERDOWN") return ErrorCode::kUnavailable;
  return command == "SELECT" ? ErrorCode::kNotFound : ErrorCode::kFailedPrecondition;
}

class Session {
 public:
  Session(CheckContext& context, Stream& stream)
      : context_(context), stream_(stream), reader_(stream) {}

  Status Run(std::initializer_list<std::string_view> words) {
    const std::string name(*words.begin());
    context_.say(name);
    RETURN_IF_ERROR(stream_.Send(Command(words).Reveal()));
    ASSIGN_OR_RETURN(const std::string reply, reader_.Line());
    if (reply.starts_with('+')) return {};
    if (!reply.starts_with('-')) {
      return Error(ErrorCode::kDataLoss, name + ": the server does not speak Redis's protocol");
    }
    const std::string error = reply.substr(1);
    return Error(CodeOf(name, KindOf(error)), name + ": " + Describe(error));
  }

 private:
  CheckContext& context_;
  Stream& stream_;
  StreamReader reader_;
};

Status LogIn(Session& session, const Connection& connection) {
  ASSIGN_OR_RETURN(const Secret login, FieldValue(connection, "login"));
  ASSIGN_OR_RETURN(const Secret password, FieldValue(connection, "password"));
  if (password.empty()) return {};
  if (login.empty()) return session.Run({"AUTH", password.Reveal()});
  return session.Run({"AUTH", login.Reveal(), password.Reveal()});
}

}  // namespace

Result<std::string> CheckRedis(CheckContext& context) {
  ASSIGN_OR_RETURN(const HostAndPort address, Address(context.connection));
  ASSIGN_OR_RETURN(const std::optional<bool> tls, SwitchField(context.connection, "tls"));
  ASSIGN_OR_RETURN(const std::unique_ptr<Stream> stream, Dial(context, address));
  if (tls.value_or(context.connection.name.type == "rediss")) {
    RETURN_IF_ERROR(Encrypt(context, *stream, address.host));
  }
  Session session(context, *stream);
  RETURN_IF_ERROR(LogIn(session, context.connection));
  ASSIGN_OR_RETURN(const std::string database, PlainField(context.connection, "db"));
  if (!database.empty()) RETURN_IF_ERROR(session.Run({"SELECT", database}));
  RETURN_IF_ERROR(session.Run({"PING"}));
  return std::string();
}

}  // namespace injector::doctor
