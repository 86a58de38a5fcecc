#include "injector/cli/served/attachment_file.h"

#include <utility>

#include "injector/cli/arguments.h"
#include "injector/service/repo_name.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector {
namespace {

class AttachmentFileReader {
 public:
  explicit AttachmentFileReader(const std::string& name) : reader_(name) {}

  Result<std::vector<WantedRepo>> Run(const YamlNode& root) {
    constexpr std::string_view kKnown[] = {"version", "org", "repos"};
    RETURN_IF_ERROR(reader_.ExpectMap(root, "attachments"));
    RETURN_IF_ERROR(reader_.OnlyKeys(root, kKnown));
    RETURN_IF_ERROR(reader_.ExpectVersionOne(root));
    std::vector<WantedRepo> repos;
    if (const YamlNode* org = root.Find("org")) {
      ASSIGN_OR_RETURN(WantedRepo whole, ReadRepo(std::string(kWholeOrg), *org));
      repos.push_back(std::move(whole));
    }
    const YamlNode* named = root.Find("repos");
    if (named == nullptr) return repos;
    RETURN_IF_ERROR(reader_.ExpectMap(*named, "repos"));
    for (const YamlNode::Member& member : named->members) {
      RETURN_IF_ERROR(CheckedAt(member.position, CheckRepoName(member.key)));
      ASSIGN_OR_RETURN(WantedRepo repo, ReadRepo(member.key, member.value));
      repos.push_back(std::move(repo));
    }
    return repos;
  }

 private:
  Result<WantedRepo> ReadRepo(std::string name, const YamlNode& node) const {
    constexpr std::string_view kKnown[] = {"connections", "variables"};
    WantedRepo repo{.repo = std::move(name), .attachments = {}};
    if (node.kind == YamlNode::Kind::kNull) return repo;
    RETURN_IF_ERROR(reader_.ExpectMap(node, repo.repo));
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    for (const YamlNode::Member& list : node.members) {
      if (list.value.kind == YamlNode::Kind::kNull) continue;
      RETURN_IF_ERROR(reader_.ExpectList(list.value, list.key));
      const AttachedKind kind =
          list.key == "variables" ? AttachedKind::kVariable : AttachedKind::kConnection;
      for (const YamlNode& item : list.value.items) {
        ASSIGN_OR_RETURN(WantedAttachment wanted, ReadAttachment(kind, item));
        repo.attachments.push_back(std::move(wanted));
      }
    }
    return repo;
  }

  // A name alone, or a map with a scope.
  Result<WantedAttachment> ReadAttachment(AttachedKind kind, const YamlNode& node) const {
    WantedAttachment wanted;
    wanted.kind = kind;
    wanted.position = node.position;
    if (node.kind != YamlNode::Kind::kMap) return WithName(std::move(wanted), node);
    const std::string_view known[] = {NameKey(kind), "environments", "protectedOnly"};
    RETURN_IF_ERROR(reader_.OnlyKeys(node, known));
    if (const YamlNode* environments = node.Find("environments")) {
      ASSIGN_OR_RETURN(wanted.environments, ReadEnvironments(*environments));
    }
    if (const YamlNode* protected_only = node.Find("protectedOnly")) {
      ASSIGN_OR_RETURN(wanted.protected_only, reader_.Bool(*protected_only, "protectedOnly"));
    }
    ASSIGN_OR_RETURN(const YamlNode* name, reader_.Required(node, NameKey(kind)));
    return WithName(std::move(wanted), *name);
  }

  static std::string_view NameKey(AttachedKind kind) {
    return kind == AttachedKind::kVariable ? "key" : "ref";
  }

  Result<WantedAttachment> WithName(WantedAttachment wanted, const YamlNode& node) const {
    ASSIGN_OR_RETURN(const std::string text, reader_.Text(node, NameKey(wanted.kind)));
    if (wanted.kind == AttachedKind::kVariable) {
      if (!IsValidVariableKey(text)) return reader_.Expected(node, "key", "a variable's key");
      wanted.key = text;
      return wanted;
    }
    Result<Reference> reference = ParseConnectionName(text);
    if (!reference.ok()) return reader_.ErrorAt(node.position, reference.error().message());
    wanted.connection = *std::move(reference);
    return wanted;
  }

  Result<std::vector<std::string>> ReadEnvironments(const YamlNode& node) const {
    ASSIGN_OR_RETURN(std::vector<std::string> names, reader_.TextList(node, "environments"));
    for (const std::string& name : names) {
      RETURN_IF_ERROR(CheckedAt(node.position, CheckEnvironmentName(name)));
    }
    return names;
  }

  Status CheckedAt(TextPosition position, const Status& status) const {
    if (status.ok()) return {};
    return reader_.ErrorAt(position, status.error().message());
  }

  const YamlReader reader_;
};

}  // namespace

Result<std::vector<WantedRepo>> ParseAttachmentFile(std::string_view text,
                                                    const std::string& name) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  return AttachmentFileReader(name).Run(root);
}

}  // namespace injector
