#include "injector/cli/served/served_attachments.h"

#include <utility>

namespace injector {
namespace {

// "/repos/acme%2Fweb/service-connections", "/org/variables"
std::string PathOf(const std::string& repo, AttachedKind kind) {
  const std::string place = repo == kWholeOrg ? "/org" : "/repos/" + PathSegment(repo);
  return place + (kind == AttachedKind::kConnection ? "/service-connections" : "/variables");
}

Result<ServedAttachment> Parse(const Value& json, AttachedKind kind) {
  ServedAttachment attachment;
  attachment.kind = kind;
  attachment.repo = TextMember(json, "repo");
  attachment.environments = TextsMember(json, "environments");
  attachment.protected_only = BoolMember(json, "protectedOnly");
  if (kind == AttachedKind::kConnection) {
    attachment.id = TextMember(json, "connectionId");
    attachment.name = ConnectionName{TextMember(json, "type"), TextMember(json, "name")}.Full();
  } else {
    attachment.id = TextMember(json, "key");
    attachment.name = "var." + attachment.id;
  }
  if (!attachment.id.empty() && !attachment.repo.empty()) return attachment;
  return Error(ErrorCode::kDataLoss, "the service's answer holds something that is no attachment");
}

}  // namespace

bool IsSameAttachment(const ServedAttachment& a, const ServedAttachment& b) {
  return a.kind == b.kind && a.repo == b.repo && a.id == b.id;
}

Result<std::vector<ServedAttachment>> AttachmentsOf(ServiceAccess& service,
                                                    const std::string& repo) {
  std::vector<ServedAttachment> attachments;
  for (const AttachedKind kind : {AttachedKind::kConnection, AttachedKind::kVariable}) {
    ASSIGN_OR_RETURN(const std::vector<Value> items, service.List(PathOf(repo, kind)));
    for (const Value& item : items) {
      ASSIGN_OR_RETURN(ServedAttachment attachment, Parse(item, kind));
      attachments.push_back(std::move(attachment));
    }
  }
  return attachments;
}

Result<std::vector<std::string>> RepoNames(ServiceAccess& service) {
  ASSIGN_OR_RETURN(const std::vector<Value> items, service.List("/repos"));
  std::vector<std::string> names;
  for (const Value& item : items) names.push_back(TextMember(item, "name"));
  return names;
}

Status Attach(ServiceAccess& service, const ServedAttachment& attachment) {
  const bool connection = attachment.kind == AttachedKind::kConnection;
  std::vector<Value::Member> members;
  members.push_back({connection ? "connectionId" : "key", Value::String(attachment.id)});
  members.push_back({"environments", TextList(attachment.environments)});
  members.push_back({"protectedOnly", Value::Bool(attachment.protected_only)});
  RETURN_IF_ERROR(
      service.Post(PathOf(attachment.repo, attachment.kind), Value::Map(std::move(members))));
  return {};
}

Status Detach(ServiceAccess& service, const ServedAttachment& attachment) {
  return service.Delete(PathOf(attachment.repo, attachment.kind) + "/" +
                        PathSegment(attachment.id));
}

Value AttachmentAsJson(const ServedAttachment& attachment) {
  const bool connection = attachment.kind == AttachedKind::kConnection;
  std::vector<Value::Member> members;
  members.push_back({"repo", Value::String(attachment.repo)});
  members.push_back({connection ? "connection" : "variable",
                     Value::String(connection ? attachment.name : attachment.id)});
  members.push_back({"environments", TextList(attachment.environments)});
  members.push_back({"protectedOnly", Value::Bool(attachment.protected_only)});
  return Value::Map(std::move(members));
}

std::string ShownRepo(const std::string& repo) { return repo == kWholeOrg ? "(org)" : repo; }

std::string ShownScope(const ServedAttachment& attachment) {
  std::string scope;
  for (const std::string& environment : attachment.environments) {
    scope += (scope.empty() ? "" : ", ") + environment;
  }
  if (!attachment.protected_only) return scope;
  return scope + (scope.empty() ? "" : "; ") + "protected branches only";
}

}  // namespace injector
