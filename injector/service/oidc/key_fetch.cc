#include "injector/service/oidc/key_fetch.h"

#include <chrono>
#include <string>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/http/client/client.h"
#include "injector/model/json.h"

namespace injector::oidc {
namespace {

constexpr std::chrono::seconds kConnectTime{3};
constexpr std::chrono::seconds kRequestTime{5};
constexpr std::size_t kLongestAnswer = std::size_t{256} << 10;
constexpr std::size_t kLongestBearer = std::size_t{16} << 10;

Result<Secret> Get(http::Client& client, const KeySource& source, const std::string& url) {
  http::ClientRequest request;
  request.url = url;
  request.connect_timeout = kConnectTime;
  request.total_timeout = kRequestTime;
  request.max_body_bytes = kLongestAnswer;
  if (!source.token_file.empty()) {
    ASSIGN_OR_RETURN(const Secret text, ReadFile(source.token_file, kLongestBearer));
    const std::string_view token = StripAsciiSpace(text.Reveal());
    request.headers.push_back({"Authorization", Secret::Concat({"Bearer ", token})});
  }
  ASSIGN_OR_RETURN(http::ClientResponse response, client.Send(request));
  RETURN_IF_ERROR(http::CheckStatus(response, "GET " + url));
  return std::move(response.body);
}

std::string Text(const Value& map, std::string_view name) {
  const Value* value = map.Find(name);
  const bool is_text = value != nullptr && value->kind() == Value::Kind::kString;
  return is_text ? std::string(value->string().Reveal()) : std::string();
}

Result<std::string> DiscoverKeysUrl(http::Client& client, const KeySource& source) {
  std::string url = source.issuer;
  while (url.ends_with('/')) url.pop_back();
  url += "/.well-known/openid-configuration";
  ASSIGN_OR_RETURN(const Secret body, Get(client, source, url));
  const Result<Value> configuration = ParseJson(body.Reveal());
  if (!configuration.ok()) return Error(ErrorCode::kDataLoss, url + ": is no JSON");
  // Section 4.3: else one issuer could speak for another.
  if (Text(*configuration, "issuer") != source.issuer) {
    return Error(ErrorCode::kDataLoss, url + ": is the configuration of another issuer");
  }
  std::string keys_url = Text(*configuration, "jwks_uri");
  if (IsIssuerUrl(keys_url)) return keys_url;
  return Error(ErrorCode::kDataLoss, url + ": its jwks_uri is no https:// URL");
}

}  // namespace

Result<SigningKeys> FetchKeys(const KeySource& source) {
  if (!source.keys_file.empty()) {
    ASSIGN_OR_RETURN(const Secret set, ReadFile(source.keys_file, kLongestAnswer));
    Result<SigningKeys> keys = SigningKeys::Parse(set.Reveal());
    if (!keys.ok()) return std::move(keys).error().WithContext(source.keys_file);
    return keys;
  }
  http::Client client(
      {.unix_socket = {}, .ca_file = source.ca_file, .certificate_file = {}, .key_file = {}});
  std::string url = source.keys_url;
  if (url.empty()) {
    ASSIGN_OR_RETURN(url, DiscoverKeysUrl(client, source));
  }
  ASSIGN_OR_RETURN(const Secret set, Get(client, source, url));
  Result<SigningKeys> keys = SigningKeys::Parse(set.Reveal());
  if (!keys.ok()) return std::move(keys).error().WithContext(url);
  return keys;
}

}  // namespace injector::oidc
