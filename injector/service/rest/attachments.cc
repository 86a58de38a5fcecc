// /api/v1/repos, and what is attached to a repo or to the whole org.

#include "injector/service/attachments.h"

#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr std::string_view kOfRepo = "/api/v1/repos/{repo}/service-connections";
constexpr std::string_view kOneOfRepo = "/api/v1/repos/{repo}/service-connections/{id}";
constexpr std::string_view kOfOrg = "/api/v1/org/service-connections";
constexpr std::string_view kOneOfOrg = "/api/v1/org/service-connections/{id}";

Value ToJson(const AttachmentView& view) {
  ObjectBuilder json;
  json.Add("repo", view.repo).Add("connectionId", view.connection_id);
  json.Add("name", view.name.alias).Add("type", view.name.type);
  json.Add("environments", view.scope.environments);
  json.AddBool("protectedOnly", view.scope.protected_only);
  json.Add("createdBy", view.created_by).Add("createdAt", view.created_at);
  return std::move(json).Build();
}

std::string RepoOf(const Call& call) {
  for (const auto& [name, value] : call.path) {
    if (name == "repo") return value;
  }
  return std::string(kWholeOrg);
}

Answer Attach(Attachments& attachments, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"connectionId", "environments", "protectedOnly"}));
  ASSIGN_OR_RETURN(const std::string id, reader.RequiredText("connectionId"));
  AttachmentScope scope;
  ASSIGN_OR_RETURN(scope.environments, reader.Texts("environments"));
  ASSIGN_OR_RETURN(const std::optional<bool> protected_only, reader.Bool("protectedOnly"));
  scope.protected_only = protected_only.value_or(false);
  ASSIGN_OR_RETURN(const AttachmentView view,
                   attachments.Attach(call.principal, RepoOf(call), id, scope));
  return JsonAnswer(201, ToJson(view));
}

Answer Detach(Attachments& attachments, const Call& call) {
  RETURN_IF_ERROR(attachments.Detach(call.principal, RepoOf(call), call.Segment("id")));
  return EmptyAnswer();
}

Result<PageRequest> PageOf(const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "limit"}));
  return query.Page();
}

Answer List(Attachments& attachments, const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<AttachmentView> views,
                   attachments.OfRepo(call.principal, RepoOf(call), page));
  return PageAnswer(views, ToJson);
}

Answer ListOfConnection(Attachments& attachments, const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<AttachmentView> views,
                   attachments.OfConnection(call.principal, call.Segment("id"), page));
  return PageAnswer(views, ToJson);
}

Answer ListRepos(Attachments& attachments, const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(call));
  ASSIGN_OR_RETURN(const Page<std::string> names, attachments.Repos(call.principal, page));
  return PageAnswer(names, [](const std::string& name) {
    ObjectBuilder json;
    json.Add("name", name);
    return std::move(json).Build();
  });
}

}  // namespace

std::vector<Route> AttachmentRoutes(Desk& desk) {
  const auto with = [&desk](Answer (*function)(Attachments&, const Call&)) {
    return [&desk, function](const Call& call) {
      Attachments attachments(desk);
      return function(attachments, call);
    };
  };
  return {{"GET", "/api/v1/repos", "listRepos", Operation::kReadAttachments, with(ListRepos)},
          {"GET", "/api/v1/service-connections/{id}/repos", "listConnectionRepos",
           Operation::kReadAttachments, with(ListOfConnection)},
          {"GET", kOfRepo, "listRepoConnections", Operation::kReadAttachments, with(List)},
          {"POST", kOfRepo, "attachConnection", Operation::kAttach, with(Attach)},
          {"DELETE", kOneOfRepo, "detachConnection", Operation::kDetach, with(Detach)},
          {"GET", kOfOrg, "listOrgConnections", Operation::kReadAttachments, with(List)},
          {"POST", kOfOrg, "attachConnectionToOrg", Operation::kAttach, with(Attach)},
          {"DELETE", kOneOfOrg, "detachConnectionFromOrg", Operation::kDetach, with(Detach)}};
}

}  // namespace injector::rest
