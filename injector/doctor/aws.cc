// Types aws and s3.

#include <algorithm>
#include <iterator>

#include "injector/base/ascii.h"
#include "injector/doctor/aws_signature.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"
#include "injector/doctor/http_question.h"
#include "injector/doctor/mask.h"

namespace injector::doctor {
namespace {

constexpr std::string_view kDefaultRegion = "us-east-1";

struct Account {
  AwsKeys keys;
  std::string region;
  std::string endpoint;  // empty: Amazon's own
  bool has_role = false;
};

Result<Account> ReadAccount(const Connection& connection) {
  Account account;
  ASSIGN_OR_RETURN(account.keys.id, PlainField(connection, "access_key_id"));
  ASSIGN_OR_RETURN(account.keys.secret, FieldValue(connection, "secret_access_key"));
  ASSIGN_OR_RETURN(account.keys.session_token, FieldValue(connection, "session_token"));
  ASSIGN_OR_RETURN(account.region, PlainField(connection, "region"));
  if (account.region.empty()) account.region = kDefaultRegion;
  ASSIGN_OR_RETURN(const std::string endpoint, PlainField(connection, "endpoint_url"));
  if (!endpoint.empty()) {
    ASSIGN_OR_RETURN(account.endpoint, BaseUrl(endpoint));
  }
  ASSIGN_OR_RETURN(const std::string role, PlainField(connection, "role_arn"));
  account.has_role = !role.empty();
  return account;
}

// Service endpoints (AWS General Reference); those of China are in a domain of their own.
std::string EndpointOf(const std::string& service, const Account& account) {
  if (!account.endpoint.empty()) return account.endpoint;
  return "https://" + service + "." + account.region + ".amazonaws.com" +
         (account.region.starts_with("cn-") ? ".cn" : "");
}

std::string NotAssumed(const Account& account) {
  return account.has_role ? "the keys work; the role was not assumed" : "";
}

std::string NoKeys() { return "not tried: there are no keys, so tools find theirs elsewhere"; }

// AWS Security Token Service API Reference, "Common Errors"; the same of those that stand in for
// it.
constexpr std::string_view kStsErrors[] = {"InvalidClientTokenId",
                                           "SignatureDoesNotMatch",
                                           "ExpiredToken",
                                           "AccessDenied",
                                           "IncompleteSignature",
                                           "InvalidAccessKeyId",
                                           "MissingAuthenticationToken",
                                           "OptInRequired",
                                           "RequestExpired",
                                           "RequestTimeTooSkewed",
                                           "InvalidSecurity",
                                           "RegionDisabled",
                                           "Throttling",
                                           "ServiceUnavailable",
                                           "InternalFailure",
                                           "InvalidAction",
                                           "NotAuthorized",
                                           "ValidationError"};

// The code in an error's XML: <Code>InvalidClientTokenId</Code>.
std::string_view ErrorCodeIn(std::string_view xml) {
  constexpr std::string_view kOpening = "<Code>";
  const std::size_t start = xml.find(kOpening);
  if (start == xml.npos) return {};
  xml.remove_prefix(start + kOpening.size());
  return KnownWords(xml.substr(0, xml.find('<')), kStsErrors);
}

// STS says 403 of every key that it does not take, and refuses this call to nobody else.
Status JudgeSts(const http::ClientRequest& request, const http::ClientResponse& response) {
  Status judged = Judge(request, response);
  if (judged.ok()) return judged;
  const std::string_view code = ErrorCodeIn(response.body.Reveal());
  const std::string message =
      judged.error().message() + (code.empty() ? "" : ", ") + std::string(code);
  const bool refused = response.status == 403 || code == "ExpiredToken" ||
                       code == "InvalidClientTokenId" || code == "SignatureDoesNotMatch";
  return Error(refused ? ErrorCode::kUnauthenticated : judged.error().code(), message);
}

bool IsBucketName(std::string_view name) {
  return std::ranges::all_of(
      name, [](char c) { return IsAsciiAlnum(c) || c == '-' || c == '.' || c == '_'; });
}

// "eu-central-1": of words that the names of regions are made of.
bool IsRegion(std::string_view name) {
  constexpr std::string_view kAreas[] = {"af", "ap", "ca", "cn", "eu",
                                         "il", "me", "mx", "sa", "us"};
  constexpr std::string_view kPlaces[] = {"central",   "north",     "south",     "east",
                                          "west",      "northeast", "northwest", "southeast",
                                          "southwest", "gov-east",  "gov-west"};
  const std::size_t first = std::min(name.find('-'), name.size());
  const std::size_t last = std::min(name.rfind('-'), name.size());
  if (last <= first || name.size() != last + 2 || !IsAsciiDigit(name.back())) return false;
  const auto stands_in = [](const auto& words, std::string_view word) {
    return std::ranges::find(words, word) != std::end(words);
  };
  return stands_in(kAreas, name.substr(0, first)) &&
         stands_in(kPlaces, name.substr(first + 1, last - first - 1));
}

// A HEAD has no body that would tell more.
Status JudgeBucket(const http::ClientRequest& request, const http::ClientResponse& response) {
  if (response.status == 301 || response.status == 307) {
    const auto region = response.FindHeader("x-amz-bucket-region");
    const bool known = region && IsRegion(*region);
    return Error(ErrorCode::kFailedPrecondition,
                 request.url + ": the bucket is in another region" +
                     (known ? ", " + std::string(*region) : std::string()));
  }
  Status judged = Judge(request, response);
  if (judged.ok() || response.status != 403) return judged;
  return Error(ErrorCode::kPermissionDenied,
               judged.error().message() + ": the keys are wrong, or may not see the bucket");
}

}  // namespace

Result<std::string> CheckAws(CheckContext& context) {
  ASSIGN_OR_RETURN(const Account account, ReadAccount(context.connection));
  if (account.keys.id.empty() || account.keys.secret.empty()) return NoKeys();
  ASSIGN_OR_RETURN(
      const http::ClientRequest request,
      SignForAws(PostForm(EndpointOf("sts", account) + "/",
                          Secret::CopyOf("Action=GetCallerIdentity&Version=2011-06-15")),
                 account.keys, {account.region, "sts"}, context.clock.Now()));
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  RETURN_IF_ERROR(JudgeSts(request, response));
  return NotAssumed(account);
}

Result<std::string> CheckS3(CheckContext& context) {
  ASSIGN_OR_RETURN(const Account account, ReadAccount(context.connection));
  if (account.keys.id.empty() || account.keys.secret.empty()) return NoKeys();
  ASSIGN_OR_RETURN(const std::string bucket, PlainField(context.connection, "bucket"));
  if (!IsBucketName(bucket)) {
    return Error(ErrorCode::kInvalidArgument, "bucket: is not the name of one");
  }
  // Without a bucket: the list of them. With one: by path, which every S3 understands.
  http::ClientRequest question = Get(EndpointOf("s3", account) + "/" + bucket);
  if (!bucket.empty()) question.method = "HEAD";
  ASSIGN_OR_RETURN(
      const http::ClientRequest request,
      SignForAws(std::move(question), account.keys, {account.region, "s3"}, context.clock.Now()));
  ASSIGN_OR_RETURN(const http::ClientResponse response, Ask(context, request));
  RETURN_IF_ERROR(JudgeBucket(request, response));
  return NotAssumed(account);
}

}  // namespace injector::doctor
