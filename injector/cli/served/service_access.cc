#include "injector/cli/served/service_access.h"

#include <utility>

#include "injector/base/percent.h"

namespace injector {
namespace {

constexpr std::string_view kRoot = "/api/v1";
constexpr std::string_view kConnections = "/service-connections";
constexpr std::string_view kLongestPage = "limit=500";

Error ChangedMeanwhile(Error error) {
  if (error.code() != ErrorCode::kFailedPrecondition) return error;
  return std::move(error).WithHint("somebody may have changed it meanwhile: look, and try again");
}

// What is for stores would be passed over.
Status RefuseStoreOptions(const GlobalOptions& given) {
  const char* option = !given.store_path.empty() ? "--store"
                       : !given.sources.empty()  ? "--source"
                       : !given.key_file.empty() ? "--key-file"
                       : given.ask_passphrase    ? "--ask-passphrase"
                                                 : nullptr;
  if (option == nullptr) return {};
  return Error(ErrorCode::kInvalidArgument,
               "--service cannot go with " + std::string(option) + ", which is for a store")
      .WithHint("leave out one of the two; INJECTOR_SERVICE counts as --service");
}

// What is for services would be passed over, and a store changed instead of the one that is meant.
Status RefuseServiceOptions(const ServiceGlobalOptions& given, CaFile ca_file) {
  const bool is_lost = ca_file == CaFile::kForService && !given.ca_file.empty();
  const char* option = !given.token_file.empty()           ? "--token-file"
                       : is_lost                           ? "--ca-file"
                       : !given.client_certificate.empty() ? "--client-cert"
                       : !given.client_key.empty()         ? "--client-key"
                                                           : nullptr;
  if (option == nullptr) return {};
  return Error(ErrorCode::kInvalidArgument,
               std::string(option) + " is for a credential service, and none is named")
      .WithHint("name it: --service https://HOST; without that option, this is about a store");
}

// However often it is sent because answers got lost, it happens once.
Result<ServiceRequest> AsOnce(ServiceRequest request) {
  ASSIGN_OR_RETURN(http::Header key, MakeIdempotencyKey());
  request.headers.push_back(std::move(key));
  return request;
}

ServiceOptions OptionsOf(const ServiceGlobalOptions& given, std::string url) {
  ServiceOptions options;
  options.url = std::move(url);
  options.token_file = given.token_file;
  options.connection.ca_file = given.ca_file;
  options.connection.certificate_file = given.client_certificate;
  options.connection.key_file =
      given.client_key.empty() ? given.client_certificate : given.client_key;
  return options;
}

}  // namespace

std::string PathSegment(std::string_view text) { return std::string(PercentEncode(text).Reveal()); }

bool NamesService(const Session& session) { return !session.options().service.url.empty(); }

Status RefuseService(const Session& session, CaFile ca_file) {
  if (!NamesService(session)) return RefuseServiceOptions(session.options().service, ca_file);
  return Error(ErrorCode::kInvalidArgument,
               "this command works on a store, not on a credential service")
      .WithHint(
          "leave out --service, or unset INJECTOR_SERVICE; a service gives values to jobs alone: "
          "runner-shim --source https://…");
}

Status RequireService(const Session& session) {
  if (NamesService(session)) return {};
  return Error(ErrorCode::kInvalidArgument, "this command works on a credential service")
      .WithHint("name it: --service https://HOST --token-file FILE");
}

Status RefuseStoreMode(NewStoreMode mode) {
  if (mode != NewStoreMode::kMachine && mode != NewStoreMode::kPlaintext) return {};
  return Error(ErrorCode::kInvalidArgument,
               "--machine-key and --plaintext are for a store, not for a credential service");
}

Result<ServiceAccess> ServiceAccess::Prepare(Session& session, std::chrono::milliseconds patience) {
  RETURN_IF_ERROR(RequireService(session));
  RETURN_IF_ERROR(RefuseStoreOptions(session.options()));
  const ServiceGlobalOptions& given = session.options().service;
  if (given.token_file.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--service needs --token-file FILE")
        .WithHint("`injector tokens create` makes a token, and so does `injector service init`");
  }
  Result<std::string> url = ParseServiceUrl(given.url);
  if (!url.ok()) return std::move(url).error().WithContext("--service");
  return ServiceAccess(std::make_shared<const ServiceOptions>(OptionsOf(given, *std::move(url))),
                       patience);
}

Result<Value> ServiceAccess::Send(ServiceRequest request) {
  request.path.insert(0, kRoot);
  ASSIGN_OR_RETURN(
      ServiceAnswer answer,
      client_.Send(request, {.deadline = std::chrono::steady_clock::now() + patience_}));
  return std::move(answer.body);
}

Result<Value> ServiceAccess::SendAt(ServiceRequest request, std::uint64_t version) {
  request.headers.push_back({"If-Match", Secret::CopyOf("\"" + std::to_string(version) + "\"")});
  ASSIGN_OR_RETURN(ServiceRequest once, AsOnce(std::move(request)));
  Result<Value> answer = Send(std::move(once));
  if (!answer.ok()) return ChangedMeanwhile(std::move(answer).error());
  return answer;
}

Result<Value> ServiceAccess::Get(std::string_view path) {
  return Send({.method = "GET", .path = std::string(path)});
}

Result<Value> ServiceAccess::Post(std::string_view path, Value body) {
  ASSIGN_OR_RETURN(ServiceRequest once,
                   AsOnce({.method = "POST", .path = std::string(path), .body = std::move(body)}));
  return Send(std::move(once));
}

Result<Value> ServiceAccess::PostAt(std::string_view path, Value body, std::uint64_t version) {
  return SendAt({.method = "POST", .path = std::string(path), .body = std::move(body)}, version);
}

Result<Value> ServiceAccess::PatchAt(std::string_view path, Value body, std::uint64_t version) {
  return SendAt({.method = "PATCH", .path = std::string(path), .body = std::move(body)}, version);
}

Status ServiceAccess::Delete(std::string_view path) {
  const Result<ServiceAnswer> first =
      client_.Send({.method = "DELETE", .path = std::string(kRoot) + std::string(path)},
                   {.deadline = std::chrono::steady_clock::now() + patience_, .most_tries = 1});
  if (first.ok()) return {};
  if (first.error().code() != ErrorCode::kUnavailable) return first.error();
  const Result<Value> second = Send({.method = "DELETE", .path = std::string(path)});
  // Then the first try has deleted it, and its answer got lost.
  if (second.ok() || second.error().code() == ErrorCode::kNotFound) return {};
  return second.error();
}

Result<std::vector<Value>> ServiceAccess::List(std::string_view path) {
  const std::string first = std::string(path) +
                            (path.find('?') == std::string_view::npos ? "?" : "&") +
                            std::string(kLongestPage);
  std::vector<Value> all;
  std::string next;
  do {
    ASSIGN_OR_RETURN(Value page, Get(next.empty() ? first : first + "&after=" + PathSegment(next)));
    const Value* items = page.Find("items");
    if (items == nullptr || items->kind() != Value::Kind::kList) {
      return Error(ErrorCode::kDataLoss, url() + ": the answer is no page of a list");
    }
    for (const Value& item : items->items()) all.push_back(item.Clone());
    const std::string after = TextMember(page, "next");
    if (!after.empty() && after == next) {
      return Error(ErrorCode::kDataLoss, url() + ": the list does not come to an end");
    }
    next = after;
  } while (!next.empty());
  return all;
}

Result<std::vector<ServedConnection>> ServiceAccess::Connections() {
  ASSIGN_OR_RETURN(const std::vector<Value> items, List(kConnections));
  std::vector<ServedConnection> connections;
  for (const Value& item : items) {
    ASSIGN_OR_RETURN(ServedConnection connection, ParseServedConnection(item));
    connections.push_back(std::move(connection));
  }
  return connections;
}

Result<std::optional<ServedConnection>> ServiceAccess::ConnectionNamed(const std::string& alias) {
  ASSIGN_OR_RETURN(const std::vector<Value> items,
                   List(std::string(kConnections) + "?name=" + PathSegment(alias)));
  if (items.empty()) return std::optional<ServedConnection>();
  ASSIGN_OR_RETURN(ServedConnection connection, ParseServedConnection(items.front()));
  return std::optional<ServedConnection>(std::move(connection));
}

Result<ServedConnection> ServiceAccess::FindConnection(const Reference& wanted) {
  if (!wanted.alias.empty()) {
    ASSIGN_OR_RETURN(std::optional<ServedConnection> named, ConnectionNamed(wanted.alias));
    const bool fits = named && (wanted.type.empty() || wanted.type == named->shown.name.type);
    if (fits) return *std::move(named);
  }
  // All of them: for the default of a type, and for messages about what there is instead.
  ASSIGN_OR_RETURN(std::vector<ServedConnection> all, Connections());
  ASSIGN_OR_RETURN(const std::size_t place, Resolve(wanted, EntriesOf(all)));
  return std::move(all[place]);
}

}  // namespace injector
