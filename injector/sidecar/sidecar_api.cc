#include "injector/sidecar/sidecar_api.h"

#include <algorithm>
#include <utility>

#include "injector/http/server/problem.h"
#include "injector/model/json.h"
#include "injector/rest/grant_json.h"
#include "injector/rest/query.h"
#include "injector/sidecar/aws_credentials.h"

namespace injector::sidecar {
namespace {

constexpr std::int64_t kMaxWaitSeconds = 25;
constexpr std::int64_t kMostNumber = std::int64_t{1} << 53;

Holder HolderOf(const http::Peer& peer) { return {.uid = peer.uid, .pid = peer.pid}; }

Proof ProofOf(const http::ServerRequest& request, const std::string& id) {
  return {.id = id,
          .secret = Secret::CopyOf(request.FindHeader("Grant-Secret").value_or("")),
          .holder = HolderOf(request.peer)};
}

http::ServerResponse Unavailable(std::string_view message) {
  return rest::RefusalOf(Error(ErrorCode::kUnavailable, std::string(message)));
}

// Why there is no grant, as jobs are told: of what is wrong between us and the service they need
// no more than whether to ask again.
http::ServerResponse GrantRefusal(const Error& error) {
  switch (FailureOf(error)) {
    case Failure::kUnauthorised:
      return http::ProblemResponse(403, "unauthenticated",
                                   "the service does not accept this sidecar's token or "
                                   "certificate: its log says which");
    case Failure::kBadAnswer:
      return http::ProblemResponse(502, "bad_answer", "what the service answers is no grant");
    case Failure::kUnavailable:
      return Unavailable(error.message());
    case Failure::kOurs:
      return Unavailable("the sidecar cannot ask the service: its log says why");
    case Failure::kRefused:
    case Failure::kGone:
      break;
  }
  if (error.code() != ErrorCode::kPermissionDenied) return rest::RefusalOf(error);
  return http::ProblemResponse(403, "not_granted", error.message());
}

// The values were written once for all jobs; what is each job's own is put before them.
Secret GrantJson(const Broker::Grant& grant, const std::string& endpoint_url) {
  rest::ObjectBuilder own;
  own.Add("id", grant.ticket.id).Add("secret", Value::String(grant.ticket.secret.Clone()));
  own.Add("expiresAt", rest::TimePoint(grant.ticket.expires_at)).Add("revision", grant.revision);
  if (!endpoint_url.empty()) {
    rest::ObjectBuilder endpoint;
    endpoint.Add("url", endpoint_url);
    endpoint.Add("token", Value::String(grant.endpoint_token.Clone()));
    own.Add("endpoint", std::move(endpoint).Build());
  }
  const Secret head = WriteJson(std::move(own).Build());
  const std::string_view members = grant.contents->json().Reveal().substr(1);
  return Secret::Concat({head.Reveal().substr(0, head.size() - 1), ",", members});
}

}  // namespace

const std::vector<SidecarApi::Route>& SidecarApi::Routes() {
  using Api = SidecarApi;
  static const std::vector<Route> routes = {
      {"POST", "/v1/grants", "createGrant", Audience::kShims, &Api::CreateGrant},
      {"DELETE", "/v1/grants/{id}", "releaseGrant", Audience::kShims, &Api::ReleaseGrant},
      {"POST", "/v1/grants/{id}/renew", "renewGrant", Audience::kShims, &Api::RenewGrant},
      {"GET", "/v1/grants/{id}/changes", "awaitChanges", Audience::kShims, &Api::AwaitChanges},
      {"GET", "/v1/credentials/aws/{name}", "credentials", Audience::kJobs, &Api::Credentials},
      {"GET", "/healthz", "health", Audience::kEveryone, &Api::Health},
      {"GET", "/readyz", "readiness", Audience::kEveryone, &Api::Readiness},
      {"GET", "/metrics", "metrics", Audience::kEveryone, &Api::Numbers}};
  return routes;
}

SidecarApi::SidecarApi(Broker& broker, LeaseCache& cache, const Clock& clock, const Limits& limits,
                       rest::Metrics& metrics, rest::Log& log, Options options)
    : broker_(broker),
      cache_(cache),
      clock_(clock),
      limits_(limits),
      metrics_(metrics),
      log_(log),
      options_(std::move(options)),
      matcher_([] {
        std::vector<rest::RoutePattern> patterns;
        for (const Route& route : Routes()) patterns.push_back({route.method, route.path});
        return patterns;
      }()),
      masked_runs_(metrics.AddCounter("injector_sidecar_masked_runs_total",
                                      "Runs of bytes that jobs' scrubbers have masked.")),
      jobs_(metrics.AddGauge("injector_sidecar_job_leases", "Leases that jobs hold.")),
      leases_(metrics.AddGauge("injector_sidecar_service_leases", "Leases of the service.")),
      uses_(metrics.AddGauge("injector_sidecar_uses_waiting",
                             "Hand-outs that the service does not know of yet.")),
      waiting_(metrics.AddGauge("injector_change_waits", "Requests that wait for changes.")) {
  for (const char* origin : {"service", "cache", "cache_service_down"}) {
    grants_.push_back(metrics.AddCounter("injector_sidecar_grants_total",
                                         "Grants to jobs, by where the values came from.",
                                         {{"origin", origin}}));
  }
}

bool SidecarApi::IsFor(Door door, Audience audience) {
  if (audience == Audience::kEveryone) return true;
  if (door == Door::kEndpoint) return audience == Audience::kJobs;
  return door != Door::kStatus && audience == Audience::kShims;
}

bool SidecarApi::AdmitsPeer(Door door, const http::Peer& peer) const {
  if (door != Door::kUnix || options_.peers.Admits(peer)) return true;
  rest::ObjectBuilder members;
  if (peer.uid) members.Add("uid", std::int64_t{*peer.uid});
  members.Add("pid", std::int64_t{peer.pid});
  log_.Write(rest::Log::Level::kWarning, "peer.refused", std::move(members));
  return false;
}

std::optional<http::ServerResponse> SidecarApi::Refuse(Door door,
                                                       const http::ServerRequest& request) const {
  if (door != Door::kTcp) return std::nullopt;
  const Result<Secret> token = options_.tcp_token();
  if (!token.ok()) {
    rest::ObjectBuilder members;
    members.Add("message", token.error().message());
    log_.Write(rest::Log::Level::kError, "door.token", std::move(members));
    return Unavailable("the token of this door cannot be read: the sidecar's log says why");
  }
  if (Secret::ConstantTimeEquals(rest::BearerToken(request), token->Reveal())) return std::nullopt;
  http::ServerResponse response =
      http::ProblemResponse(401, "unauthenticated", "a valid token is needed");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

http::ServerResponse SidecarApi::Answer(Door door, const http::ServerRequest& request) {
  const rest::RequestRecord record(metrics_, log_);
  rest::RouteMatcher::Match match = matcher_.Find(request.method, request.path);
  const Route* route = match.route ? &Routes()[*match.route] : nullptr;
  if (route != nullptr && !IsFor(door, route->audience)) route = nullptr;
  // What other doors have is no matter of this one.
  if (door == Door::kEndpoint || door == Door::kStatus) match.allowed.clear();
  rest::ObjectBuilder notes;
  notes.Add("client", request.peer.address);
  if (request.peer.uid) notes.Add("uid", std::int64_t{*request.peer.uid});
  if (request.peer.pid != 0) notes.Add("pid", std::int64_t{request.peer.pid});
  http::ServerResponse response;
  if (auto refusal = Refuse(door, request)) {
    response = *std::move(refusal);
  } else if (route == nullptr) {
    response = rest::NoRouteAnswer(match.allowed);
  } else {
    response =
        Dispatch(record, *route, {.request = request, .path = match.parameters, .notes = notes});
  }
  return record.Finish(std::move(response), route == nullptr ? "" : route->name, std::move(notes));
}

http::ServerResponse SidecarApi::Dispatch(const rest::RequestRecord& record, const Route& route,
                                          const Call& call) {
  rest::Answer answer = (this->*route.answer)(call);
  if (answer.ok()) return *std::move(answer);
  http::ServerResponse response = rest::RefusalOf(answer.error());
  if (response.status == 500) record.NoteFailure(answer.error());
  return response;
}

rest::Answer SidecarApi::CreateGrant(const Call& call) {
  ASSIGN_OR_RETURN(const Value body, rest::JsonBody(call.request));
  ASSIGN_OR_RETURN(const rest::JobRequest request, rest::ReadJobRequest(body));
  const Result<Broker::Grant> grant =
      broker_.Open(request.wanted, HolderOf(call.request.peer), call.request.stopping);
  if (!grant.ok()) return GrantRefusal(grant.error());
  grants_[static_cast<std::size_t>(grant->origin)].Add();
  call.notes.Add("lease", grant->ticket.id);
  if (!request.job.empty()) call.notes.Add("job", request.job);
  http::ServerResponse response =
      rest::TextAnswer("application/json", GrantJson(*grant, options_.endpoint_url));
  response.status = 201;
  return response;
}

rest::Answer SidecarApi::RenewGrant(const Call& call) {
  const Proof proof = ProofOf(call.request, rest::Segment(call.path, "id"));
  ASSIGN_OR_RETURN(const JobRenewal renewal, broker_.Renew(proof));
  return rest::JsonAnswer(200, rest::ToJson(renewal, clock_.Now()));
}

rest::Answer SidecarApi::AwaitChanges(const Call& call) {
  ASSIGN_OR_RETURN(const rest::Query query,
                   rest::Query::Parse(call.request.query, {"after", "wait"}));
  ASSIGN_OR_RETURN(const std::int64_t after,
                   query.Number("after", {.least = 0, .most = kMostNumber}, 0));
  ASSIGN_OR_RETURN(const std::int64_t wait,
                   query.Number("wait", {.least = 0, .most = kMaxWaitSeconds}, 0));
  const Proof proof = ProofOf(call.request, rest::Segment(call.path, "id"));
  ASSIGN_OR_RETURN(
      const JobChanges changes,
      broker_.Changes(proof, after, std::chrono::seconds(wait), call.request.stopping));
  return rest::JsonAnswer(200, rest::ToJson(changes));
}

rest::Answer SidecarApi::ReleaseGrant(const Call& call) {
  std::int64_t masked_runs = 0;
  if (!call.request.body.empty()) {
    ASSIGN_OR_RETURN(const Value body, rest::JsonBody(call.request));
    ASSIGN_OR_RETURN(const rest::ObjectReader reader,
                     rest::ObjectReader::Open(body, {"maskedRuns"}));
    ASSIGN_OR_RETURN(const std::optional<std::int64_t> runs, reader.Number("maskedRuns"));
    masked_runs = std::min(runs.value_or(0), kMostNumber);
  }
  RETURN_IF_ERROR(broker_.Close(ProofOf(call.request, rest::Segment(call.path, "id"))));
  masked_runs_.Add(static_cast<std::size_t>(masked_runs));
  return rest::EmptyAnswer();
}

rest::Answer SidecarApi::Credentials(const Call& call) {
  // SDKs send the token bare, as AWS_CONTAINER_AUTHORIZATION_TOKEN holds it.
  const std::string_view token = call.request.FindHeader("Authorization").value_or("");
  ASSIGN_OR_RETURN(
      const Connection connection,
      broker_.AwsConnection(token, rest::Segment(call.path, "name"), call.request.stopping));
  ASSIGN_OR_RETURN(const Value json, AwsCredentials(connection, clock_, limits_.credential_life));
  return rest::JsonAnswer(200, json);
}

rest::Answer SidecarApi::Health(const Call&) { return rest::StatusAnswer("ok"); }

rest::Answer SidecarApi::Readiness(const Call& call) {
  if (call.request.stopping.stop_requested()) return Unavailable("the sidecar is stopping");
  if (cache_.Count().is_unauthorised) {
    return Unavailable("the service does not accept this sidecar's token or certificate");
  }
  return rest::StatusAnswer("ready");
}

rest::Answer SidecarApi::Numbers(const Call&) {
  const LeaseCache::Counts counts = cache_.Count();
  jobs_.Set(broker_.job_count());
  leases_.Set(counts.leases);
  uses_.Set(counts.uses);
  waiting_.Set(broker_.waiting());
  return rest::TextAnswer(rest::kMetricsType, Secret::TakeFrom(metrics_.Text()));
}

}  // namespace injector::sidecar
