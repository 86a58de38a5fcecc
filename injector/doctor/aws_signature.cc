#include "injector/doctor/aws_signature.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/clock.h"
#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/sha256.h"

namespace injector::doctor {
namespace {

// "20150830T123600Z", of RFC 3339's "2015-08-30T12:36:00Z".
std::string BasicTime(std::chrono::system_clock::time_point now) {
  std::string text = FormatRfc3339(now);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Result<std::string> HexDigest(std::string_view bytes) {
  ASSIGN_OR_RETURN(const std::string digest, Sha256(bytes));
  return HexEncode(digest);
}

struct Place {
  std::string host;  // as curl sends it: without the scheme's own port
  std::string path;
};

Place PlaceOf(std::string_view url) {
  const bool plain = url.starts_with("http://");
  url.remove_prefix(url.find("://") + 3);
  const std::size_t slash = std::min(url.find('/'), url.size());
  std::string_view host = url.substr(0, slash);
  const std::string_view own_port = plain ? ":80" : ":443";
  if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
  return {ToAsciiLower(host), slash == url.size() ? "/" : std::string(url.substr(slash))};
}

// "Create a canonical request": names in lower case, sorted.
struct CanonicalHeaders {
  SecretBuilder lines;  // each with its line end
  std::string names;
};

CanonicalHeaders Canonical(const std::vector<http::Header>& headers, const std::string& host) {
  std::vector<std::pair<std::string, std::string_view>> sorted = {{"host", host}};
  for (const http::Header& header : headers) {
    sorted.emplace_back(ToAsciiLower(header.name), header.value.Reveal());
  }
  std::ranges::sort(sorted);
  CanonicalHeaders canonical;
  for (const auto& [name, value] : sorted) {
    canonical.lines.Append(name);
    canonical.lines.Append(":");
    canonical.lines.Append(StripAsciiSpace(value));
    canonical.lines.Append("\n");
    canonical.names += (canonical.names.empty() ? "" : ";") + name;
  }
  return canonical;
}

// "Calculate the signature": a key for this day, region and service alone.
Result<std::string> Sign(const AwsKeys& keys, const AwsScope& scope, std::string_view day,
                         std::string_view text) {
  Secret key = Secret::Concat({"AWS4", keys.secret.Reveal()});
  for (const std::string_view part :
       {day, std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    ASSIGN_OR_RETURN(key, HmacSha256(key, part));
  }
  ASSIGN_OR_RETURN(const Secret signature, HmacSha256(key, text));
  return HexEncode(signature.Reveal());
}

}  // namespace

Result<http::ClientRequest> SignForAws(http::ClientRequest request, const AwsKeys& keys,
                                       const AwsScope& scope,
                                       std::chrono::system_clock::time_point now) {
  const std::string time = BasicTime(now);
  const std::string day = time.substr(0, 8);
  const Place place = PlaceOf(request.url);
  ASSIGN_OR_RETURN(const std::string body_digest, HexDigest(request.body.Reveal()));
  request.headers.push_back({"X-Amz-Date", Secret::CopyOf(time)});
  if (!keys.session_token.empty()) {
    request.headers.push_back({"X-Amz-Security-Token", keys.session_token.Clone()});
  }
  if (scope.service == "s3") {
    request.headers.push_back({"X-Amz-Content-Sha256", Secret::CopyOf(body_digest)});
  }
  const CanonicalHeaders headers = Canonical(request.headers, place.host);
  const Secret canonical =
      Secret::Concat({request.method, "\n", place.path, "\n\n", headers.lines.Reveal(), "\n",
                      headers.names, "\n", body_digest});
  ASSIGN_OR_RETURN(const std::string digest, HexDigest(canonical.Reveal()));
  const std::string credential_scope =
      day + "/" + scope.region + "/" + scope.service + "/aws4_request";
  ASSIGN_OR_RETURN(const std::string signature,
                   Sign(keys, scope, day,
                        "AWS4-HMAC-SHA256\n" + time + "\n" + credential_scope + "\n" + digest));
  request.headers.push_back(
      {"Authorization",
       Secret::CopyOf("AWS4-HMAC-SHA256 Credential=" + keys.id + "/" + credential_scope +
                      ", SignedHeaders=" + headers.names + ", Signature=" + signature)});
  return request;
}

}  // namespace injector::doctor
