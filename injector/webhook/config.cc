#include "injector/webhook/config.h"

#include <array>
#include <optional>
#include <utility>

#include "injector/base/duration.h"
#include "injector/rest/json_object.h"
#include "injector/sources/service/service_client.h"
#include "injector/yaml/reader.h"

namespace injector::webhook {
namespace {

// nobody, who stands for whom the kernel cannot name: the sidecar serves no such user.
constexpr std::int64_t kOverflowUser = 65534;
constexpr std::int64_t kMostUser = 4'294'967'294;

std::string_view WithoutDigest(std::string_view image) { return image.substr(0, image.find('@')); }

// Without tag and digest: "registry:5000/web:1@sha256:…" -> "registry:5000/web".
std::string_view NameOf(std::string_view image) {
  image = WithoutDigest(image);
  const std::size_t last = image.rfind('/') + 1;  // npos + 1 is 0
  return image.substr(0, image.find(':', last));
}

Value Amounts(std::string_view cpu, std::string_view memory) {
  rest::ObjectBuilder amounts;
  if (!cpu.empty()) amounts.Add("cpu", cpu);
  amounts.Add("memory", memory);
  return std::move(amounts).Build();
}

Value Resources(std::string_view request, std::string_view limit) {
  rest::ObjectBuilder resources;
  resources.Add("requests", Amounts("10m", request)).Add("limits", Amounts({}, limit));
  return std::move(resources).Build();
}

class ConfigReader {
 public:
  explicit ConfigReader(const std::string& name) : reader_(name) {}

  Result<Config> Read(const YamlNode& root) {
    RETURN_IF_ERROR(reader_.ExpectMap(root, "the file"));
    constexpr std::array<std::string_view, 13> kKnown = {
        "version", "shim_image", "sidecar_image", "image_pull_policy", "service",
        "repo",    "token",      "authority",     "sidecar",           "last_job_grace",
        "images",  "resources",  "sidecar_user"};
    RETURN_IF_ERROR(reader_.OnlyKeys(root, kKnown));
    RETURN_IF_ERROR(reader_.ExpectVersionOne(root));
    RETURN_IF_ERROR(ReadImagesOfOurs(root));
    RETURN_IF_ERROR(ReadService(root));
    RETURN_IF_ERROR(ReadToken(root));
    RETURN_IF_ERROR(ReadAuthority(root));
    RETURN_IF_ERROR(ReadSidecar(root));
    RETURN_IF_ERROR(ReadResources(root));
    RETURN_IF_ERROR(ReadImages(root));
    return std::move(config_);
  }

 private:
  Result<std::string> RequiredText(const YamlNode& map, std::string_view key) const {
    ASSIGN_OR_RETURN(const YamlNode* node, reader_.Required(map, key));
    return reader_.Text(*node, key);
  }

  Result<std::string> TextOr(const YamlNode& map, std::string_view key,
                             std::string otherwise) const {
    const YamlNode* node = map.Find(key);
    return node == nullptr ? Result<std::string>(std::move(otherwise)) : reader_.Text(*node, key);
  }

  Result<std::chrono::seconds> TimeOr(const YamlNode& map, std::string_view key,
                                      std::chrono::seconds otherwise) const {
    const YamlNode* node = map.Find(key);
    if (node == nullptr) return otherwise;
    ASSIGN_OR_RETURN(const std::string text, reader_.Text(*node, key));
    const Result<std::chrono::milliseconds> time = ParseDuration(text);
    if (!time.ok() || *time < std::chrono::seconds(1)) {
      return reader_.Expected(*node, key, "a time of at least 1s, such as 30s or 10m");
    }
    return std::chrono::duration_cast<std::chrono::seconds>(*time);
  }

  Status ReadImagesOfOurs(const YamlNode& root) {
    ASSIGN_OR_RETURN(config_.shim_image, RequiredText(root, "shim_image"));
    ASSIGN_OR_RETURN(config_.sidecar_image, RequiredText(root, "sidecar_image"));
    constexpr std::string_view kPolicy = "image_pull_policy";
    ASSIGN_OR_RETURN(config_.pull_policy, TextOr(root, kPolicy, ""));
    const std::string& policy = config_.pull_policy;
    if (policy.empty() || policy == "Always" || policy == "IfNotPresent" || policy == "Never") {
      return {};
    }
    return reader_.Expected(*root.Find(kPolicy), kPolicy, "Always, IfNotPresent or Never");
  }

  Status ReadService(const YamlNode& root) {
    ASSIGN_OR_RETURN(const std::string text, RequiredText(root, "service"));
    const Result<std::string> url = ParseServiceUrl(text);
    if (!url.ok()) return reader_.ErrorAt(root.Find("service")->position, url.error().message());
    config_.service = *url;
    ASSIGN_OR_RETURN(config_.repo, TextOr(root, "repo", ""));
    return {};
  }

  // {secret: NAME, key: KEY}, or {audience: NAME, life: DURATION}.
  Status ReadToken(const YamlNode& root) {
    ASSIGN_OR_RETURN(const YamlNode* token, reader_.Required(root, "token"));
    RETURN_IF_ERROR(reader_.ExpectMap(*token, "token"));
    if (token->Find("audience") == nullptr) {
      constexpr std::array<std::string_view, 2> kKnown = {"secret", "key"};
      RETURN_IF_ERROR(reader_.OnlyKeys(*token, kKnown));
      ASSIGN_OR_RETURN(config_.token.name, RequiredText(*token, "secret"));
      ASSIGN_OR_RETURN(config_.token.key, TextOr(*token, "key", "token"));
      return {};
    }
    constexpr std::array<std::string_view, 2> kKnown = {"audience", "life"};
    RETURN_IF_ERROR(reader_.OnlyKeys(*token, kKnown));
    ASSIGN_OR_RETURN(config_.audience, RequiredText(*token, "audience"));
    ASSIGN_OR_RETURN(config_.token_life, TimeOr(*token, "life", config_.token_life));
    // expirationSeconds of a projected token is at least that.
    if (config_.token_life >= std::chrono::minutes(10)) return {};
    return reader_.Expected(*token->Find("life"), "life", "at least 10m");
  }

  // {secret: NAME, key: KEY}, or {config_map: NAME, key: KEY}.
  Status ReadAuthority(const YamlNode& root) {
    const YamlNode* authority = root.Find("authority");
    if (authority == nullptr) return {};
    RETURN_IF_ERROR(reader_.ExpectMap(*authority, "authority"));
    constexpr std::array<std::string_view, 3> kKnown = {"secret", "config_map", "key"};
    RETURN_IF_ERROR(reader_.OnlyKeys(*authority, kKnown));
    const bool in_secret = authority->Find("secret") != nullptr;
    if (in_secret == (authority->Find("config_map") != nullptr)) {
      return reader_.Expected(*authority, "authority", "secret: NAME or config_map: NAME");
    }
    KeyPlace& place = config_.authority;
    place.kind = in_secret ? KeyPlace::Kind::kSecret : KeyPlace::Kind::kConfigMap;
    ASSIGN_OR_RETURN(place.name, RequiredText(*authority, in_secret ? "secret" : "config_map"));
    ASSIGN_OR_RETURN(place.key, TextOr(*authority, "key", "ca.crt"));
    return {};
  }

  Status ReadSidecar(const YamlNode& root) {
    ASSIGN_OR_RETURN(const std::string kind, TextOr(root, "sidecar", "native"));
    if (kind != "native" && kind != "ordinary") {
      return reader_.Expected(*root.Find("sidecar"), "sidecar", "native or ordinary");
    }
    config_.sidecar =
        kind == "native" ? Config::SidecarKind::kNative : Config::SidecarKind::kOrdinary;
    ASSIGN_OR_RETURN(config_.last_job_grace,
                     TimeOr(root, "last_job_grace", config_.last_job_grace));
    const YamlNode* user = root.Find("sidecar_user");
    if (user == nullptr) return {};
    ASSIGN_OR_RETURN(const std::string digits, reader_.Text(*user, "sidecar_user"));
    const std::optional<std::int64_t> uid = rest::ParseWholeNumber(digits, 1, kMostUser);
    if (!uid || *uid == kOverflowUser) {
      return reader_.Expected(*user, "sidecar_user", "a user's number, neither 0 nor 65534");
    }
    config_.sidecar_user = *uid;
    return {};
  }

  Status ReadResources(const YamlNode& root) {
    config_.install_resources = Resources("16Mi", "32Mi");
    config_.sidecar_resources = Resources("24Mi", "128Mi");
    const YamlNode* resources = root.Find("resources");
    if (resources == nullptr) return {};
    RETURN_IF_ERROR(reader_.ExpectMap(*resources, "resources"));
    constexpr std::array<std::string_view, 2> kKnown = {"install", "sidecar"};
    RETURN_IF_ERROR(reader_.OnlyKeys(*resources, kKnown));
    if (const YamlNode* install = resources->Find("install")) {
      ASSIGN_OR_RETURN(config_.install_resources, ReadAmounts(*install, "install"));
    }
    if (const YamlNode* sidecar = resources->Find("sidecar")) {
      ASSIGN_OR_RETURN(config_.sidecar_resources, ReadAmounts(*sidecar, "sidecar"));
    }
    return {};
  }

  // {requests: {cpu: 10m, …}, limits: {…}}
  Result<Value> ReadAmounts(const YamlNode& node, std::string_view what) const {
    RETURN_IF_ERROR(reader_.ExpectMap(node, what));
    constexpr std::array<std::string_view, 2> kKnown = {"requests", "limits"};
    RETURN_IF_ERROR(reader_.OnlyKeys(node, kKnown));
    for (const YamlNode::Member& kind : node.members) {
      RETURN_IF_ERROR(reader_.ExpectMap(kind.value, kind.key));
      for (const YamlNode::Member& amount : kind.value.members) {
        RETURN_IF_ERROR(reader_.Text(amount.value, amount.key));
      }
    }
    return ToValue(node);
  }

  Status ReadImages(const YamlNode& root) {
    const YamlNode* images = root.Find("images");
    if (images == nullptr) return {};
    RETURN_IF_ERROR(reader_.ExpectMap(*images, "images"));
    for (const YamlNode::Member& image : images->members) {
      ASSIGN_OR_RETURN(ImageCommand command, ReadImage(image));
      config_.images.push_back(std::move(command));
    }
    return {};
  }

  Result<ImageCommand> ReadImage(const YamlNode::Member& image) const {
    RETURN_IF_ERROR(reader_.ExpectMap(image.value, image.key));
    constexpr std::array<std::string_view, 2> kKnown = {"entrypoint", "cmd"};
    RETURN_IF_ERROR(reader_.OnlyKeys(image.value, kKnown));
    ImageCommand command{.image = image.key, .entrypoint = {}, .cmd = {}};
    ASSIGN_OR_RETURN(const YamlNode* entrypoint, reader_.Required(image.value, "entrypoint"));
    ASSIGN_OR_RETURN(command.entrypoint, reader_.TextList(*entrypoint, "entrypoint"));
    if (command.entrypoint.empty()) {
      return reader_.Expected(*entrypoint, "entrypoint", "at least one word");
    }
    if (const YamlNode* cmd = image.value.Find("cmd")) {
      ASSIGN_OR_RETURN(command.cmd, reader_.TextList(*cmd, "cmd"));
    }
    return command;
  }

  const YamlReader reader_;
  Config config_;
};

}  // namespace

const ImageCommand* Config::CommandOf(std::string_view image) const {
  for (const std::string_view spelled : {image, WithoutDigest(image), NameOf(image)}) {
    for (const ImageCommand& command : images) {
      if (command.image == spelled) return &command;
    }
  }
  return nullptr;
}

Result<Config> ParseConfig(std::string_view yaml, const std::string& name) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(yaml, name));
  return ConfigReader(name).Read(root);
}

}  // namespace injector::webhook
