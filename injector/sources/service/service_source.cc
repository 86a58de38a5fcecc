#include "injector/sources/service/service_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "injector/base/percent.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/service/service_lease.h"

namespace injector {
namespace {

Error NotGranted(const std::string& what) {
  return Error(ErrorCode::kNotFound, what + ": not granted to this job");
}

// Hands the connections of a grant to whoever asked for them.
class Sorter {
 public:
  explicit Sorter(JobGrant grant) : grant_(std::move(grant)) {
    for (const Connection& connection : grant_.connections) {
      entries_.push_back({connection.name, connection.is_default});
    }
  }

  // kDataLoss when something required is missing after all.
  Result<SourceAnswer> Answer(const FetchRequest& request) && {
    SourceAnswer answer;
    std::vector<bool> asked_for(entries_.size(), false);
    for (const ConnectionRequest& wanted : request.connections) {
      const Result<std::size_t> place = Resolve(wanted.reference, entries_);
      if (place.ok()) asked_for[*place] = true;
      answer.connections.push_back(
          place.ok() ? Result<Connection>(grant_.connections[*place].Clone())
                     : Result<Connection>(NotGranted(wanted.reference.ToString())));
      RETURN_IF_ERROR(CheckPresence(wanted.presence, place.ok(), wanted.reference.ToString()));
    }
    std::vector<bool> keys_asked_for(grant_.variables.size(), false);
    for (const VariableRequest& wanted : request.variables) {
      const auto found = std::ranges::find(grant_.variables, wanted.key, &Variable::key);
      const bool is_there = found != grant_.variables.end();
      if (is_there)
        keys_asked_for[static_cast<std::size_t>(found - grant_.variables.begin())] = true;
      answer.variables.push_back(is_there ? Result<Variable>(Copy(*found))
                                          : Result<Variable>(NotGranted("variable " + wanted.key)));
      RETURN_IF_ERROR(CheckPresence(wanted.presence, is_there, "variable " + wanted.key));
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!asked_for[i]) answer.attached_connections.push_back(std::move(grant_.connections[i]));
    }
    for (std::size_t i = 0; i < grant_.variables.size(); ++i) {
      if (!keys_asked_for[i]) answer.attached_variables.push_back(std::move(grant_.variables[i]));
    }
    return answer;
  }

 private:
  static Status CheckPresence(Presence presence, bool is_there, const std::string& what) {
    if (is_there || presence == Presence::kOptional) return {};
    return Error(ErrorCode::kDataLoss, "the service granted the request, but sent no " + what);
  }
  static Variable Copy(const Variable& variable) {
    return {.key = variable.key,
            .value = variable.value.Clone(),
            .description = variable.description,
            .is_secret = variable.is_secret,
            .version = variable.version};
  }

  JobGrant grant_;
  std::vector<ConnectionEntry> entries_;
};

}  // namespace

Lender ServiceLender(std::shared_ptr<const ServiceOptions> options, const std::string& repo) {
  Lender lender;
  lender.description = options->url;
  lender.service = std::move(options);
  lender.grants_path = "/api/v1/repos/" + std::string(PercentEncode(repo).Reveal()) + "/grants";
  lender.leases_path = "/api/v1/grants/";
  return lender;
}

Result<SourceAnswer> ServiceSource::Fetch(const FetchRequest& request) {
  ServiceClient client(lender_.service);
  ServiceRequest call;
  call.method = "POST";
  call.path = lender_.grants_path;
  call.body = GrantRequestToJson(request);
  // So that a try whose answer was lost leaves no lease behind.
  ASSIGN_OR_RETURN(http::Header key, MakeIdempotencyKey());
  call.headers.push_back(std::move(key));
  ASSIGN_OR_RETURN(const ServiceAnswer sent,
                   client.Send(call, {.deadline = deadline_,
                                      .first_pause = lender_.times.first_retry,
                                      .longest_pause = lender_.times.longest_retry}));
  Result<JobGrant> grant = ParseGrant(sent.body, std::chrono::system_clock::now());
  if (!grant.ok()) return std::move(grant).error().WithContext(Description());
  auto lease = std::make_unique<ServiceLease>(lender_, std::move(grant->ticket), grant->revision,
                                              *std::move(call.body));
  std::optional<CredentialEndpoint> endpoint = std::move(grant->endpoint);
  Result<SourceAnswer> answer = Sorter(*std::move(grant)).Answer(request);
  if (!answer.ok()) return std::move(answer).error().WithContext(Description());
  answer->lease = std::move(lease);
  answer->endpoint = std::move(endpoint);
  return answer;
}

Result<SourceListing> ServiceSource::List() {
  return Error(ErrorCode::kFailedPrecondition, Description() + ": lists nothing to jobs")
      .WithHint("injector --service shows what there is");
}

}  // namespace injector
