// /api/v1/repos, and what is attached to a repo or to the whole org.

#include "injector/service/attachments.h"

#include "injector/service/rest/resources.h"
#include "injector/service/variable_record.h"

namespace injector::rest {
namespace {

// What the routes of connections and those of variables differ in.
struct Kind {
  RecordKind record;
  std::string_view path_parameter;
  std::string_view body_member;
};
constexpr Kind kConnections{RecordKind::kConnection, "id", "connectionId"};
constexpr Kind kVariables{RecordKind::kVariable, "key", "key"};

Value ToJson(const AttachmentView& view) {
  ObjectBuilder json;
  json.Add("repo", view.repo);
  if (IsVariable(view.name)) {
    json.Add("key", KeyOf(view.name));
  } else {
    json.Add("connectionId", view.connection_id);
    json.Add("name", view.name.alias).Add("type", view.name.type);
  }
  json.Add("environments", view.scope.environments);
  json.AddBool("protectedOnly", view.scope.protected_only);
  json.Add("createdBy", view.created_by).Add("createdAt", view.created_at);
  return std::move(json).Build();
}

// What is attached to the whole org has paths of its own.
Result<std::string> RepoOf(const Call& call) {
  for (const auto& [name, value] : call.path) {
    if (name != "repo") continue;
    if (value != kWholeOrg) return value;
    return Error(ErrorCode::kInvalidArgument, "repo: no repo is called *; see /api/v1/org");
  }
  return std::string(kWholeOrg);
}

Answer Attach(Desk& desk, const Kind& kind, const Call& call) {
  ASSIGN_OR_RETURN(const std::string repo, RepoOf(call));
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {kind.body_member, "environments", "protectedOnly"}));
  Attachable thing{.kind = kind.record};
  ASSIGN_OR_RETURN(thing.id, reader.RequiredText(kind.body_member));
  if (!IsPlainText(thing.id, kNameLimit)) return Error(ErrorCode::kNotFound, "no such thing");
  AttachmentScope scope;
  ASSIGN_OR_RETURN(scope.environments, reader.Texts("environments"));
  ASSIGN_OR_RETURN(const std::optional<bool> protected_only, reader.Bool("protectedOnly"));
  scope.protected_only = protected_only.value_or(false);
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const AttachmentView view,
                   Attachments(desk).Attach(call.principal, repo, thing, scope, once));
  return JsonAnswer(201, ToJson(view));
}

Answer Detach(Desk& desk, const Kind& kind, const Call& call) {
  ASSIGN_OR_RETURN(const std::string repo, RepoOf(call));
  const Attachable thing{.kind = kind.record, .id = call.Segment(kind.path_parameter)};
  RETURN_IF_ERROR(Attachments(desk).Detach(call.principal, repo, thing));
  return EmptyAnswer();
}

Result<PageRequest> PageOf(const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit"}));
  return PageOf(query);
}

Answer List(Desk& desk, const Kind& kind, const Call& call) {
  ASSIGN_OR_RETURN(const std::string repo, RepoOf(call));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<AttachmentView> views,
                   Attachments(desk).OfRepo(call.principal, repo, kind.record, page));
  return PageAnswer(views, ToJson);
}

Answer ListOfConnection(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<AttachmentView> views,
                   Attachments(desk).OfConnection(call.principal, call.Segment("id"), page));
  return PageAnswer(views, ToJson);
}

Answer ListRepos(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<std::string> names, Attachments(desk).Repos(call.principal, page));
  return PageAnswer(names, [](const std::string& name) {
    ObjectBuilder json;
    json.Add("name", name);
    return std::move(json).Build();
  });
}

}  // namespace

std::vector<Route> AttachmentRoutes(Desk& desk) {
  constexpr Operation kRead = Operation::kReadAttachments;
  const auto with = [&desk](Answer (*function)(Desk&, const Kind&, const Call&), const Kind& kind) {
    return [&desk, function, kind](const Call& call) { return function(desk, kind, call); };
  };
  const auto repos = [&desk](const Call& call) { return ListRepos(desk, call); };
  const auto of_connection = [&desk](const Call& call) { return ListOfConnection(desk, call); };
  return {
      {"GET", "/api/v1/repos", "listRepos", kRead, repos},
      {"GET", "/api/v1/service-connections/{id}/repos", "listConnectionRepos", kRead,
       of_connection},
      {"GET", "/api/v1/repos/{repo}/service-connections", "listRepoConnections", kRead,
       with(List, kConnections)},
      {"POST", "/api/v1/repos/{repo}/service-connections", "attachConnection", Operation::kAttach,
       with(Attach, kConnections)},
      {"DELETE", "/api/v1/repos/{repo}/service-connections/{id}", "detachConnection",
       Operation::kDetach, with(Detach, kConnections)},
      {"GET", "/api/v1/org/service-connections", "listOrgConnections", kRead,
       with(List, kConnections)},
      {"POST", "/api/v1/org/service-connections", "attachConnectionToOrg", Operation::kAttach,
       with(Attach, kConnections)},
      {"DELETE", "/api/v1/org/service-connections/{id}", "detachConnectionFromOrg",
       Operation::kDetach, with(Detach, kConnections)},
      {"GET", "/api/v1/repos/{repo}/variables", "listRepoVariables", kRead, with(List, kVariables)},
      {"POST", "/api/v1/repos/{repo}/variables", "attachVariable", Operation::kAttach,
       with(Attach, kVariables)},
      {"DELETE", "/api/v1/repos/{repo}/variables/{key}", "detachVariable", Operation::kDetach,
       with(Detach, kVariables)},
      {"GET", "/api/v1/org/variables", "listOrgVariables", kRead, with(List, kVariables)},
      {"POST", "/api/v1/org/variables", "attachVariableToOrg", Operation::kAttach,
       with(Attach, kVariables)},
      {"DELETE", "/api/v1/org/variables/{key}", "detachVariableFromOrg", Operation::kDetach,
       with(Detach, kVariables)}};
}

}  // namespace injector::rest
