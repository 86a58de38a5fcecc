#include "injector/inject/structured_secrets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/percent.h"
#include "injector/base/utf8.h"
#include "injector/inject/assigned_secrets.h"
#include "injector/inject/xml_secrets.h"
#include "injector/model/json.h"
#include "injector/model/redaction.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

// How often a text inside a text is read: a Kubernetes Secret that holds a kubeconfig that holds a
// key in Base64.
constexpr int kDeepest = 3;

bool IsContainer(const Value& value) {
  return value.kind() == Value::Kind::kMap || value.kind() == Value::Kind::kList;
}

// A map or list, as JSON or YAML writes it; nullopt for any other text.
std::optional<Value> TreeOf(std::string_view text) {
  const std::string_view trimmed = StripAsciiSpace(text);
  const bool flow = trimmed.starts_with('{') || trimmed.starts_with('[');
  if (flow) {
    Result<Value> json = ParseJson(text);
    if (json.ok()) return std::move(json).value();
  }
  // A line alone is a text, whatever colons it holds.
  const bool block = trimmed.find('\n') != std::string_view::npos;
  if ((!flow && !block) || trimmed.find(':') == std::string_view::npos) return std::nullopt;
  const Result<YamlNode> yaml = ParseYaml(text, "");
  if (!yaml.ok()) return std::nullopt;
  Value value = ToValue(*yaml);
  return IsContainer(value) ? std::optional(std::move(value)) : std::nullopt;
}

bool EndsWithAny(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [name](std::string_view end) { return name.ends_with(end); });
}

// "tokenFile", "secretName", "client-key", "token_uri": where the secret is, or how it is called.
bool PointsAtSecret(std::string_view name, std::string_view value) {
  if (value.find('\n') != std::string_view::npos) return false;
  const std::string lower = ToAsciiLower(name);
  if (EndsWithAny(lower, {"_uri", "_url", "-uri", "-url"})) {
    const bool plain = value.find_first_of("@?") == std::string_view::npos;
    return plain && lower.find("webhook") == std::string::npos;
  }
  return lower == "client-key" || EndsWithAny(lower, {"file", "path", "name", "ref"});
}

bool IsSecretMember(const Value::Member& member) {
  const std::string_view name = member.name;
  if (!IsAssignedSecretName(name)) return false;
  switch (member.value.kind()) {
    case Value::Kind::kString:
      return !PointsAtSecret(name, member.value.string().Reveal());
    case Value::Kind::kMap:
      // What is inside says by its names which part logs in.
      return name != "auth" && name != "auth-provider";
    default:
      return true;
  }
}

// The variable that {"name": …, "value": …} sets; nullptr when the map is no such pair.
const Value* PairName(const Value& map) {
  const Value* name = map.Find("name");
  const bool pair = map.Find("value") != nullptr && name != nullptr;
  return pair && name->kind() == Value::Kind::kString ? name : nullptr;
}

// Whether the variable of a pair is a secret: also where its name does not say so, when it is long
// enough and nothing that logs need. Plugins that log in are handed secrets under any name.
bool IsSecretPair(std::string_view name, const Value& value) {
  constexpr std::size_t kShortest = 8;
  if (IsAssignedSecretName(name)) return true;
  const bool open =
      EndsWithAny(ToAsciiLower(name), {"type", "id", "region", "host", "user", "name", "uri", "url",
                                       "profile", "file", "path", "home", "mode", "version"});
  return !open && value.ToText().size() >= kShortest;
}

// "--client-secret", whose value is the next argument.
bool IsSecretOption(const Value& value) {
  if (value.kind() != Value::Kind::kString) return false;
  const std::string_view option = value.string().Reveal();
  return option.starts_with('-') && option.find('=') == std::string_view::npos &&
         IsAssignedSecretName(option);
}

// White space is no part of Base64, which is often wrapped.
std::optional<Secret> DecodedText(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  SecretBuilder compact;
  for (const char c : text) {
    if (!IsAsciiSpace(c)) compact.Append(c);
  }
  if (compact.size() < kShortest) return std::nullopt;
  std::optional<Secret> decoded = Base64Decode(compact.Reveal());
  if (!decoded || !IsValidUtf8(decoded->Reveal())) return std::nullopt;
  const std::string_view plain = decoded->Reveal();
  const bool is_text = std::ranges::none_of(
      plain, [](char c) { return IsAsciiControl(c) && c != '\n' && c != '\r' && c != '\t'; });
  return is_text ? std::move(decoded) : std::nullopt;
}

class Collector {
 public:
  explicit Collector(std::string_view whole) : whole_(whole) {}

  void Read(std::string_view text, int depth) {
    if (depth == kDeepest) return;
    if (const std::optional<Value> tree = TreeOf(text)) {
      return ReadTree(*tree, Secrecy::kByName, depth);
    }
    for (Secret& secret : SecretsInText(text)) Keep(std::move(secret), depth);
    for (Secret& secret : MayBeXml(text) ? XmlSecrets(text) : AssignedSecrets(text)) {
      const bool flow = secret.Reveal().starts_with('{') || secret.Reveal().starts_with('[');
      if (flow) Read(secret.Reveal(), depth + 1);
      Keep(std::move(secret), depth);
    }
  }

  // What `text` is in Base64: a text, or a login of a registry or of HTTP.
  void ReadDecoded(std::string_view text, int depth) {
    if (depth == kDeepest) return;
    std::optional<Secret> decoded = DecodedText(text);
    if (!decoded) return;
    const std::string_view plain = decoded->Reveal();
    const std::size_t colon = plain.find(':');
    if (colon != std::string_view::npos && plain.find('\n') == std::string_view::npos) {
      Add(Secret::CopyOf(plain.substr(colon + 1)));
    }
    Read(plain, depth + 1);
    Keep(*std::move(decoded), depth + 1);
  }

  std::vector<Secret> Take() && { return std::move(found_); }

 private:
  enum class Secrecy { kByName, kSecret };

  void ReadTree(const Value& value, Secrecy secrecy, int depth) {
    switch (value.kind()) {
      case Value::Kind::kMap:
        return ReadMap(value, secrecy, depth);
      case Value::Kind::kList:
        return ReadList(value, secrecy, depth);
      case Value::Kind::kString:
      case Value::Kind::kNumber:
        Read(value.ToText().Reveal(), depth + 1);
        if (secrecy == Secrecy::kSecret) Keep(value.ToText(), depth);
        return;
      default:
        return;  // true, false and null are common words
    }
  }

  void ReadMap(const Value& map, Secrecy secrecy, int depth) {
    const Value* pair_name = PairName(map);
    for (const Value::Member& member : map.members()) {
      const bool named = pair_name != nullptr && member.name == "value" &&
                         IsSecretPair(pair_name->string().Reveal(), member.value);
      const bool secret = secrecy == Secrecy::kSecret || named || IsSecretMember(member);
      ReadTree(member.value, secret ? Secrecy::kSecret : Secrecy::kByName, depth);
    }
  }

  void ReadList(const Value& list, Secrecy secrecy, int depth) {
    bool behind_option = false;
    for (const Value& item : list.items()) {
      const bool secret = secrecy == Secrecy::kSecret || behind_option;
      ReadTree(item, secret ? Secrecy::kSecret : Secrecy::kByName, depth);
      behind_option = IsSecretOption(item);
    }
  }

  void Keep(Secret secret, int depth) {
    std::optional<Secret> percent = PercentDecode(secret.Reveal());
    if (percent) Add(*std::move(percent));
    ReadDecoded(secret.Reveal(), depth);
    Add(std::move(secret));
  }

  void Add(Secret secret) {
    const std::string_view text = secret.Reveal();
    if (StripAsciiSpace(text).empty() || text == whole_) return;
    if (seen_.insert(text).second) found_.push_back(std::move(secret));
  }

  std::string_view whole_;
  std::vector<Secret> found_;
  std::unordered_set<std::string_view> seen_;  // what is in `found_`
};

}  // namespace

std::vector<Secret> SecretsInStructure(std::string_view text) {
  Collector found(text);
  found.Read(text, 0);
  found.ReadDecoded(text, 0);
  return std::move(found).Take();
}

}  // namespace injector
