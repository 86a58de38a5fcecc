#include "injector/model/airflow_uri.h"

#include <algorithm>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/base/utf8.h"
#include "injector/model/airflow_parts.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr std::string_view kExtraParameter = "__extra__";

Error UriError(std::string_view problem) {
  return Error(ErrorCode::kInvalidArgument, "connection URI: " + std::string(problem));
}

Result<Secret> Decode(std::string_view text, std::string_view piece) {
  std::optional<Secret> decoded = PercentDecode(text);
  if (!decoded) {
    return UriError("the " + std::string(piece) +
                    " holds a % that is not followed by two hex digits")
        .WithHint("write % itself as %25");
  }
  if (!IsValidUtf8(decoded->Reveal())) {
    return UriError("the " + std::string(piece) + " is not UTF-8");
  }
  return *std::move(decoded);
}

// In a query, `+` is a space.
Result<Secret> DecodeParameter(std::string_view text, std::string_view piece) {
  Secret spaced = Secret::CopyOf(text);
  std::replace(spaced.RevealMutable().begin(), spaced.RevealMutable().end(), '+', ' ');
  return Decode(spaced.Reveal(), piece);
}

// Splits off what stands before `separator`; all of `text` when it is not there.
std::string_view TakeUntil(std::string_view& text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
  return head;
}

bool IsProtocol(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiAlnum(c) || c == '+' || c == '-' || c == '.';
  });
}

// Reads one URI; each step consumes its piece from the front of rest_.
class UriReader {
 public:
  explicit UriReader(std::string_view uri) : rest_(uri) {}

  Result<Connection> Run() && {
    RETURN_IF_ERROR(CheckCharacters());
    RETURN_IF_ERROR(ReadType());
    const std::string_view host_protocol = TakeHostProtocol();
    const std::string_view authority = rest_.substr(0, rest_.find_first_of("/?"));
    rest_.remove_prefix(authority.size());
    RETURN_IF_ERROR(ReadAuthority(authority));
    if (!host_protocol.empty()) {
      parts_.host = Secret::Concat({host_protocol, kSchemeEnd, parts_.host.Reveal()});
    }
    RETURN_IF_ERROR(ReadSchema());
    RETURN_IF_ERROR(ReadQuery());
    return ConnectionFromAirflow(std::move(parts_));
  }

 private:
  Status CheckCharacters() const {
    for (char c : rest_) {
      if (IsAsciiControl(c)) return UriError("it holds a control character");
      if (c == '#') return UriError("it holds a #").WithHint("write # as %23");
    }
    return {};
  }

  Status ReadType() {
    if (rest_.find(kSchemeEnd) == std::string_view::npos) return UriError("expected TYPE://…");
    const std::string_view scheme = TakeUntil(rest_, kSchemeEnd);
    // MongoDB says in the scheme that its hosts are found by DNS; a connection says it in a field.
    if (scheme == "mongodb+srv") {
      parts_.type = "mongodb";
      parts_.extra.push_back({"srv", Value::String("true")});
      return {};
    }
    Result<std::string> type = NormaliseAirflowType(scheme);
    if (!type.ok()) return std::move(type).error().WithContext("connection URI");
    parts_.type = std::move(type).value();
    return {};
  }

  // "k8s" of spark://k8s://host; empty when the host stands alone.
  std::string_view TakeHostProtocol() {
    const std::size_t at = rest_.find(kSchemeEnd);
    if (at == std::string_view::npos || !IsProtocol(rest_.substr(0, at))) return {};
    return TakeUntil(rest_, kSchemeEnd);
  }

  Status ReadAuthority(std::string_view authority) {
    // "type://user@protocol://…": only what follows the type at once is the host's protocol.
    if (authority.ends_with(':') && rest_.starts_with("//")) {
      return UriError("malformed authority")
          .WithHint("write : and / inside a piece as %3A and %2F");
    }
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      std::string_view userinfo = authority.substr(0, at);
      ASSIGN_OR_RETURN(parts_.login, Decode(TakeUntil(userinfo, ":"), "login"));
      ASSIGN_OR_RETURN(parts_.password, Decode(userinfo, "password"));
      authority.remove_prefix(at + 1);
    }
    return ReadHostAndPort(authority);
  }

  Status ReadHostAndPort(std::string_view text) {
    std::string_view host;
    if (text.starts_with('[')) {  // an IPv6 address, RFC 3986 section 3.2.2
      text.remove_prefix(1);
      if (text.find(']') == std::string_view::npos) return UriError("the host lacks its ]");
      host = TakeUntil(text, "]");
      if (!text.empty() && !text.starts_with(':')) return UriError("expected : after the host's ]");
      if (!text.empty()) text.remove_prefix(1);
    } else {
      host = TakeUntil(text, ":");
    }
    ASSIGN_OR_RETURN(parts_.host, Decode(host, "host"));
    if (text.empty()) return {};
    const Result<std::uint16_t> port = ParsePort(text);
    if (!port.ok()) return Error(port.error()).WithContext("connection URI");
    parts_.port = *port;
    return {};
  }

  Status ReadSchema() {
    std::string_view path = TakeUntil(rest_, "?");
    if (!path.empty()) path.remove_prefix(1);
    ASSIGN_OR_RETURN(parts_.schema, Decode(path, "schema"));
    return {};
  }

  Status ReadQuery() {
    while (!rest_.empty()) {
      std::string_view parameter = TakeUntil(rest_, "&");
      if (parameter.empty()) continue;
      ASSIGN_OR_RETURN(const Secret name, DecodeParameter(TakeUntil(parameter, "="), "query"));
      ASSIGN_OR_RETURN(Secret value, DecodeParameter(parameter, "query"));
      RETURN_IF_ERROR(AddParameter(name.Reveal(), std::move(value)));
    }
    return AdoptWholeExtra();
  }

  Status AddParameter(std::string_view name, Secret value) {
    if (name.empty()) return UriError("the query holds a parameter without a name");
    for (const Value::Member& member : parts_.extra) {
      if (member.name == name) return UriError("the query names a parameter twice");
    }
    parts_.extra.push_back({std::string(name), Value::String(std::move(value))});
    return {};
  }

  // Puts the object that __extra__ holds in the place of the parameters.
  Status AdoptWholeExtra() {
    const auto whole = std::find_if(parts_.extra.begin(), parts_.extra.end(),
                                    [](const auto& m) { return m.name == kExtraParameter; });
    if (whole == parts_.extra.end()) return {};
    if (parts_.extra.size() > 1) return UriError("the query holds more than __extra__");
    Result<Value> extra = ParseJson(whole->value.string().Reveal());
    if (!extra.ok()) return std::move(extra).error().WithContext("connection URI: __extra__");
    if (extra->kind() != Value::Kind::kMap) return UriError("__extra__ is not a JSON object");
    parts_.extra = std::move(extra->members());
    return {};
  }

  std::string_view rest_;
  AirflowParts parts_;
};

bool FitsParameters(const std::vector<Value::Member>& extra) {
  return std::all_of(extra.begin(), extra.end(), [](const Value::Member& member) {
    return member.value.kind() == Value::Kind::kString && !member.name.empty() &&
           member.name != kExtraParameter;
  });
}

class UriWriter {
 public:
  Secret Run(AirflowParts parts) && {
    std::replace(parts.type.begin(), parts.type.end(), '_', '-');
    uri_.Append(parts.type);
    uri_.Append(kSchemeEnd);
    WriteAuthority(parts);
    if (!parts.schema.empty()) {
      uri_.Append('/');
      Encode(parts.schema.Reveal());
    }
    if (!parts.extra.empty()) {
      uri_.Append(parts.schema.empty() ? "/?" : "?");
      WriteQuery(std::move(parts.extra));
    }
    return std::move(uri_).Build();
  }

 private:
  void Encode(std::string_view text) { uri_.Append(PercentEncode(text).Reveal()); }

  void WriteAuthority(const AirflowParts& parts) {
    Encode(parts.login.Reveal());
    if (!parts.password.empty()) {
      uri_.Append(':');
      Encode(parts.password.Reveal());
    }
    const bool has_user = !parts.login.empty() || !parts.password.empty();
    // Airflow, too, writes the @ of an empty user before a port without a host.
    if (has_user || (parts.host.empty() && parts.port)) uri_.Append('@');
    Encode(parts.host.Reveal());
    if (parts.port) uri_.Append(":" + std::to_string(*parts.port));
  }

  void WriteQuery(std::vector<Value::Member> extra) {
    if (!FitsParameters(extra)) {
      uri_.Append(kExtraParameter);
      uri_.Append('=');
      return Encode(WriteJson(Value::Map(std::move(extra))).Reveal());
    }
    for (const Value::Member& member : extra) {
      if (&member != extra.data()) uri_.Append('&');
      Encode(member.name);
      uri_.Append('=');
      Encode(member.value.string().Reveal());
    }
  }

  SecretBuilder uri_;
};

}  // namespace

Result<Connection> ParseAirflowUri(std::string_view uri) {
  return UriReader(StripAsciiSpace(uri)).Run();
}

Result<Secret> WriteAirflowUri(const Connection& connection) {
  ASSIGN_OR_RETURN(AirflowParts parts, AirflowPartsOf(connection));
  return UriWriter().Run(std::move(parts));
}

}  // namespace injector
