#include "injector/service/oidc/issuers_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "injector/base/duration.h"
#include "injector/base/file.h"
#include "injector/model/connection.h"
#include "injector/service/repo_name.h"
#include "injector/sources/service/service_client.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/reader.h"

namespace injector::oidc {
namespace {

constexpr std::chrono::minutes kMostClockSkew{5};

class IssuersReader {
 public:
  explicit IssuersReader(const std::string& name) : reader_(name) {}

  Result<std::vector<Issuer>> Run(const YamlNode& root) {
    constexpr std::string_view kKnown[] = {"version", "clockSkew", "issuers"};
    RETURN_IF_ERROR(reader_.ExpectMap(root, "issuers"));
    RETURN_IF_ERROR(reader_.OnlyKeys(root, kKnown));
    RETURN_IF_ERROR(reader_.ExpectVersionOne(root));
    ASSIGN_OR_RETURN(const std::chrono::seconds skew,
                     DurationOr(root, "clockSkew", kDefaultClockSkew));
    if (skew > kMostClockSkew) {
      return reader_.Expected(*root.Find("clockSkew"), "clockSkew", "at most 5m");
    }
    ASSIGN_OR_RETURN(const YamlNode* list, reader_.Required(root, "issuers"));
    RETURN_IF_ERROR(reader_.ExpectList(*list, "issuers"));
    std::vector<Issuer> issuers;
    for (const YamlNode& node : list->items) {
      ASSIGN_OR_RETURN(Issuer issuer, ReadIssuer(node));
      RETURN_IF_ERROR(CheckOnlyOne(issuers, issuer, node.position));
      issuer.expected.clock_skew = skew;
      issuers.push_back(std::move(issuer));
    }
    return issuers;
  }

 private:
  Status CheckOnlyOne(const std::vector<Issuer>& before, const Issuer& issuer,
                      TextPosition position) const {
    for (const Issuer& other : before) {
      if (other.name == issuer.name) return reader_.ErrorAt(position, "name: another has it");
      if (other.expected.issuer == issuer.expected.issuer) {
        return reader_.ErrorAt(position, "issuer: another has it; put all rules into one");
      }
    }
    return {};
  }

  Result<Issuer> ReadIssuer(const YamlNode& node) const {
    constexpr std::string_view kKnown[] = {"name",     "issuer", "audiences", "keysUrl",
                                           "keysFile", "caFile", "tokenFile", "refresh",
                                           "stale",    "rules"};
    RETURN_IF_ERROR(reader_.ExpectMap(node, "issuer"));
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    Issuer issuer;
    ASSIGN_OR_RETURN(issuer.name, RequiredText(node, "name"));
    if (!IsValidAlias(issuer.name)) {
      return reader_.Expected(*node.Find("name"), "name", "a letter or digit, then . _ - as well");
    }
    ASSIGN_OR_RETURN(issuer.expected.issuer, RequiredText(node, "issuer"));
    ASSIGN_OR_RETURN(const YamlNode* audiences, reader_.Required(node, "audiences"));
    ASSIGN_OR_RETURN(issuer.expected.audiences, reader_.TextList(*audiences, "audiences"));
    if (issuer.expected.audiences.empty()) {
      return reader_.Expected(*audiences, "audiences", "at least one");
    }
    ASSIGN_OR_RETURN(issuer.keys, ReadKeySource(node, issuer.expected.issuer));
    ASSIGN_OR_RETURN(const YamlNode* rules, reader_.Required(node, "rules"));
    RETURN_IF_ERROR(reader_.ExpectList(*rules, "rules"));
    if (rules->items.empty()) return reader_.Expected(*rules, "rules", "at least one");
    for (const YamlNode& rule : rules->items) {
      ASSIGN_OR_RETURN(Rule read, ReadRule(rule));
      if (IdentifiesByNames(read)) {
        issuer.warnings.push_back(
            {rule.Find("match")->position,
             "match: sub is made of names, and a name that was given up is anybody's: check "
             "repository_owner_id or namespace_id as well"});
      }
      issuer.rules.push_back(std::move(read));
    }
    return issuer;
  }

  Result<KeySource> ReadKeySource(const YamlNode& node, const std::string& issuer) const {
    KeySource keys;
    keys.issuer = issuer;
    ASSIGN_OR_RETURN(keys.keys_url, OptionalText(node, "keysUrl"));
    ASSIGN_OR_RETURN(keys.keys_file, OptionalText(node, "keysFile"));
    ASSIGN_OR_RETURN(keys.ca_file, OptionalText(node, "caFile"));
    ASSIGN_OR_RETURN(keys.token_file, OptionalText(node, "tokenFile"));
    ASSIGN_OR_RETURN(keys.refresh, DurationOr(node, "refresh", kDefaultRefresh));
    ASSIGN_OR_RETURN(keys.stale, DurationOr(node, "stale", kDefaultStale));
    if (keys.refresh.count() == 0 || keys.stale < keys.refresh) {
      return reader_.ErrorAt(node.position, "refresh and stale: expected 0 < refresh <= stale");
    }
    if (!keys.keys_file.empty()) {
      const bool asks = !keys.keys_url.empty() || !keys.ca_file.empty() || !keys.token_file.empty();
      if (!asks) return keys;
      return reader_.ErrorAt(node.position, "keysFile: with it nobody is asked for keys");
    }
    const char* key = keys.keys_url.empty() ? "issuer" : "keysUrl";
    if (IsIssuerUrl(keys.keys_url.empty() ? issuer : keys.keys_url)) return keys;
    return reader_.Expected(*node.Find(key), key, "https://…, or http:// on this machine");
  }

  Result<Rule> ReadRule(const YamlNode& node) const {
    constexpr std::string_view kKnown[] = {"org",       "match",         "repos",
                                           "repoClaim", "environments",  "environmentClaim",
                                           "protected", "protectedClaim"};
    RETURN_IF_ERROR(reader_.ExpectMap(node, "rule"));
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    Rule rule;
    ASSIGN_OR_RETURN(rule.org, RequiredText(node, "org"));
    ASSIGN_OR_RETURN(rule.matches, ReadMatches(node));
    ASSIGN_OR_RETURN(rule.repo_claim, OptionalClaim(node, "repoClaim"));
    ASSIGN_OR_RETURN(rule.environment_claim, OptionalClaim(node, "environmentClaim"));
    ASSIGN_OR_RETURN(rule.protected_claim, OptionalClaim(node, "protectedClaim"));
    for (const auto& [said, by_claim] :
         {std::pair("repos", "repoClaim"), std::pair("environments", "environmentClaim"),
          std::pair("protected", "protectedClaim")}) {
      if (node.Find(said) == nullptr || node.Find(by_claim) == nullptr) continue;
      return reader_.ErrorAt(node.position,
                             std::string(said) + " and " + by_claim + ": expected one of them");
    }
    if (!rule.repo_claim) {
      ASSIGN_OR_RETURN(rule.repos, ReadRepos(node));
    }
    ASSIGN_OR_RETURN(rule.environments, ReadNames(node, "environments", &CheckEnvironmentName));
    if (const YamlNode* is_protected = node.Find("protected")) {
      ASSIGN_OR_RETURN(rule.is_protected, reader_.Bool(*is_protected, "protected"));
    }
    if (ChecksIdentity(rule)) return rule;
    return reader_.ErrorAt(node.Find("match")->position,
                           "match: checks no claim that says who it is: repository_id, "
                           "repository_owner_id, project_id, namespace_id, the namespace and "
                           "serviceaccount/name of kubernetes.io, or sub");
  }

  Result<std::vector<ClaimMatch>> ReadMatches(const YamlNode& node) const {
    ASSIGN_OR_RETURN(const YamlNode* match, reader_.Required(node, "match"));
    RETURN_IF_ERROR(reader_.ExpectMap(*match, "match"));
    std::vector<ClaimMatch> matches;
    for (const YamlNode::Member& member : match->members) {
      ASSIGN_OR_RETURN(ClaimPointer claim, ReadPointer(member.key, member.position));
      std::vector<std::string> texts;
      if (member.value.kind == YamlNode::Kind::kList) {
        ASSIGN_OR_RETURN(texts, reader_.TextList(member.value, member.key));
      } else {
        ASSIGN_OR_RETURN(std::string text, reader_.Text(member.value, member.key));
        texts.push_back(std::move(text));
      }
      if (texts.empty()) return reader_.Expected(member.value, member.key, "at least one text");
      // Whoever writes one expects it to stand for others, and would wait for its jobs in vain.
      if (std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
            return text.find('*') != std::string::npos;
          })) {
        return reader_.Expected(member.value, member.key, "the whole text of the claim, without *");
      }
      matches.push_back({.claim = std::move(claim), .texts = std::move(texts)});
    }
    return matches;
  }

  Result<std::vector<std::string>> ReadRepos(const YamlNode& node) const {
    ASSIGN_OR_RETURN(std::vector<std::string> repos, ReadNames(node, "repos", &CheckRepoName));
    if (!repos.empty()) return repos;
    return reader_.ErrorAt(node.position, "repos or repoClaim: expected one of them");
  }

  // Empty when the key is not there.
  Result<std::vector<std::string>> ReadNames(const YamlNode& node, std::string_view key,
                                             Status (*check)(std::string_view)) const {
    std::vector<std::string> names;
    const YamlNode* list = node.Find(key);
    if (list == nullptr) return names;
    ASSIGN_OR_RETURN(names, reader_.TextList(*list, key));
    for (const std::string& name : names) {
      const Status checked = check(name);
      if (!checked.ok()) return reader_.ErrorAt(list->position, checked.error().message());
    }
    return names;
  }

  Result<ClaimPointer> ReadPointer(std::string_view text, TextPosition position) const {
    if (std::optional<ClaimPointer> pointer = ClaimPointer::Parse(text)) return *std::move(pointer);
    return reader_.ErrorAt(position, "expected a JSON pointer to a claim, like /repository_id");
  }

  Result<std::optional<ClaimPointer>> OptionalClaim(const YamlNode& node,
                                                    std::string_view key) const {
    const YamlNode* value = node.Find(key);
    if (value == nullptr) return std::optional<ClaimPointer>();
    ASSIGN_OR_RETURN(const std::string text, reader_.Text(*value, key));
    ASSIGN_OR_RETURN(ClaimPointer pointer, ReadPointer(text, value->position));
    return std::optional<ClaimPointer>(std::move(pointer));
  }

  Result<std::string> RequiredText(const YamlNode& node, std::string_view key) const {
    ASSIGN_OR_RETURN(const YamlNode* value, reader_.Required(node, key));
    return reader_.Text(*value, key);
  }

  // Empty when the key is not there.
  Result<std::string> OptionalText(const YamlNode& node, std::string_view key) const {
    if (node.Find(key) == nullptr) return std::string();
    return RequiredText(node, key);
  }

  Result<std::chrono::seconds> DurationOr(const YamlNode& node, std::string_view key,
                                          std::chrono::seconds otherwise) const {
    const YamlNode* value = node.Find(key);
    if (value == nullptr) return otherwise;
    ASSIGN_OR_RETURN(const std::string text, reader_.Text(*value, key));
    const Result<std::chrono::milliseconds> time = ParseDuration(text);
    if (!time.ok()) return reader_.Expected(*value, key, "a duration like 30s, 10m, 24h");
    return std::chrono::ceil<std::chrono::seconds>(*time);
  }

  const YamlReader reader_;
};

}  // namespace

Result<std::vector<Issuer>> ParseIssuers(std::string_view text, const std::string& name) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, name));
  return IssuersReader(name).Run(root);
}

Result<std::vector<Issuer>> ReadIssuers(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret text, ReadFile(path, kYamlSizeLimit));
  return ParseIssuers(text.Reveal(), path);
}

bool IsIssuerUrl(std::string_view url) { return ParseServiceUrl(url).ok(); }

}  // namespace injector::oidc
