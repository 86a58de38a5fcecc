#include "injector/service/oidc/json_web_token.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/model/json.h"

namespace injector::oidc {
namespace {

constexpr std::size_t kLongestKeyId = 256;

// RFC 7515, section 4.1, RFC 7797, RFC 7516: none of them stands in the tokens of a CI system, and
// each has been a way around verification somewhere.
constexpr std::array<std::string_view, 9> kRefusedHeaders = {"jku", "x5u", "jwk", "x5c", "crit",
                                                             "b64", "zip", "enc", "cty"};

Result<Value> ParsePart(std::string_view text, std::string_view what) {
  const std::optional<Secret> json = Base64UrlDecode(text);
  if (!json) return Refused(std::string(what) + " is no base64url");
  Result<Value> value = ParseJson(json->Reveal());
  // The parser's own words say where, which nobody sees who cannot see the token.
  if (!value.ok()) return Refused(std::string(what) + " is no JSON, or names a member twice");
  if (value->kind() != Value::Kind::kMap) return Refused(std::string(what) + " is no object");
  return value;
}

// The text of a member; nullopt when it is not there, or no text.
std::optional<std::string> Text(const Value& map, std::string_view name) {
  const Value* value = map.Find(name);
  if (value == nullptr || value->kind() != Value::Kind::kString) return std::nullopt;
  return std::string(value->string().Reveal());
}

Status CheckHeader(const Value& header) {
  for (const std::string_view name : kRefusedHeaders) {
    if (header.Find(name) != nullptr) return Refused("its header holds " + std::string(name));
  }
  if (header.Find("typ") == nullptr) return {};
  // Compared as media types are (RFC 7519, section 5.1). Other types are other things, signed by
  // the same key for another purpose.
  if (ToAsciiLower(Text(header, "typ").value_or("")) == "jwt") return {};
  return Refused("its typ is not JWT");
}

Result<Algorithm> ReadAlgorithm(const Value& header) {
  const std::string name = Text(header, "alg").value_or("");
  if (name == "RS256") return Algorithm::kRs256;
  if (name == "ES256") return Algorithm::kEs256;
  return Refused("its alg is neither RS256 nor ES256");
}

Result<std::string> ReadKeyId(const Value& header) {
  const std::optional<std::string> id = Text(header, "kid");
  if (id && !id->empty() && id->size() <= kLongestKeyId) return *id;
  return Refused("its header has no kid");
}

}  // namespace

Error Refused(std::string_view why) {
  return Error(ErrorCode::kUnauthenticated, "token: " + std::string(why));
}

bool LooksLikeJsonWebToken(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 2;
}

Result<JsonWebToken> JsonWebToken::Parse(std::string_view text) {
  if (text.size() > kLongestToken) return Refused("it is longer than 8 KiB");
  if (!LooksLikeJsonWebToken(text)) return Refused("it has not three parts");
  const std::size_t first = text.find('.');
  const std::size_t second = text.find('.', first + 1);
  ASSIGN_OR_RETURN(const Value header, ParsePart(text.substr(0, first), "its header"));
  RETURN_IF_ERROR(CheckHeader(header));
  ASSIGN_OR_RETURN(const Algorithm algorithm, ReadAlgorithm(header));
  ASSIGN_OR_RETURN(std::string key_id, ReadKeyId(header));
  ASSIGN_OR_RETURN(Value claims,
                   ParsePart(text.substr(first + 1, second - first - 1), "its claims part"));
  const std::optional<Secret> signature = Base64UrlDecode(text.substr(second + 1));
  if (!signature || signature->empty()) return Refused("its signature is no base64url");
  return JsonWebToken{.text = std::string(text),
                      .algorithm = algorithm,
                      .key_id = std::move(key_id),
                      .claims = std::move(claims),
                      .signature_size = signature->size()};
}

}  // namespace injector::oidc
