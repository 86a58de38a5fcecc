#include "runner_shim/job/open_source.h"

#include <utility>

#include "injector/sources/connections_file/yaml_source.h"
#include "injector/sources/encrypted_file/file_source.h"
#include "injector/sources/service/github_token.h"
#include "injector/sources/service/service_source.h"
#include "injector/sources/sidecar/sidecar_source.h"

namespace runner_shim {
namespace {

using injector::EncryptedFileSource;
using injector::Error;
using injector::ErrorCode;
using injector::GithubTokenSource;
using injector::KeyText;
using injector::kGithubTokenBearer;
using injector::kGithubTokenUrl;
using injector::Result;
using injector::Secret;
using injector::ServiceOptions;
using injector::ServiceSource;
using injector::Source;
using injector::Status;
using injector::TokenSource;
using injector::YamlSource;

constexpr std::string_view kFileScheme = "file:";
constexpr std::string_view kYamlScheme = "yaml:";

Error NeededByService(std::string_view what) {
  return Error(ErrorCode::kInvalidArgument, "a credential service needs " + std::string(what));
}

bool AsksGithub(const JobOptions& options) { return options.oidc == JobOptions::Oidc::kGithub; }

// For the service at `url`. Requires: AsksGithub().
Result<std::shared_ptr<TokenSource>> GithubToken(const JobOptions& options,
                                                 const StartEnvironment& environment,
                                                 const std::string& url) {
  static const injector::SystemClock kClock;
  for (const std::string_view name : {kGithubTokenUrl, kGithubTokenBearer}) {
    if (!environment.Reveal(name).empty()) continue;
    return Error(ErrorCode::kInvalidArgument, "--oidc github: " + std::string(name) + " is not set")
        .WithHint("it is there in a job of GitHub Actions with `permissions: id-token: write`");
  }
  GithubTokenSource::Options github{
      .url = std::string(environment.Reveal(kGithubTokenUrl)),
      .bearer = Secret::CopyOf(environment.Reveal(kGithubTokenBearer)),
      .audience = options.oidc_audience.empty() ? url : options.oidc_audience};
  return std::shared_ptr<TokenSource>(
      std::make_shared<GithubTokenSource>(std::move(github), kClock));
}

ServiceOptions ServiceOptionsFor(const JobOptions& options, const StartEnvironment& environment) {
  ServiceOptions service;
  service.token_file = options.token_file;
  if (!options.token_env.empty()) {
    service.token = Secret::CopyOf(environment.Reveal(options.token_env));
  }
  service.connection.ca_file = options.ca_file;
  service.connection.certificate_file = options.client_certificate;
  service.connection.key_file =
      options.client_key.empty() ? options.client_certificate : options.client_key;
  return service;
}

}  // namespace

std::vector<std::string> SourceVariables(const JobOptions& options) {
  std::vector<std::string> names;
  if (!options.token_env.empty()) names.push_back(options.token_env);
  if (AsksGithub(options)) {
    names.emplace_back(kGithubTokenUrl);
    names.emplace_back(kGithubTokenBearer);
  }
  return names;
}

bool IsEncryptedFile(std::string_view spelled) { return spelled.starts_with(kFileScheme); }

bool IsService(std::string_view spelled) {
  return spelled.starts_with("http:") || spelled.starts_with("https:");
}

bool IsLeased(std::string_view spelled) {
  return injector::IsSidecar(spelled) || IsService(spelled);
}

Result<Secret> SourceOpener::Token() const {
  return injector::ReadToken(ServiceOptionsFor(options_, environment_));
}

Status SourceOpener::FindKey() {
  if (std::exchange(looked_for_key_, true)) return {};
  if (!options_.key_file.empty()) {
    ASSIGN_OR_RETURN(key_, KeyText::ReadFile(options_.key_file));
    return {};
  }
  const std::string_view text = environment_.Reveal("PIPELINE_ENCRYPTION_KEY");
  if (text.empty()) return {};
  Result<KeyText> key = KeyText::Parse(text);
  if (!key.ok()) return std::move(key).error().WithContext("PIPELINE_ENCRYPTION_KEY");
  key_ = std::move(key).value();
  return {};
}

Result<std::unique_ptr<Source>> SourceOpener::OpenFile(std::string path) {
  RETURN_IF_ERROR(FindKey());
  std::optional<KeyText> copy;
  if (key_) copy = key_->Clone();
  return std::unique_ptr<Source>(
      std::make_unique<EncryptedFileSource>(std::move(path), std::move(copy)));
}

Result<std::unique_ptr<Source>> SourceOpener::OpenService(const std::string& url) const {
  if (options_.repo.empty()) return NeededByService("the job's repo: --repo or INJECTOR_REPO");
  ServiceOptions service = ServiceOptionsFor(options_, environment_);
  ASSIGN_OR_RETURN(service.url, injector::ParseServiceUrl(url));
  if (AsksGithub(options_)) {
    ASSIGN_OR_RETURN(service.token_source, GithubToken(options_, environment_, service.url));
  } else if (options_.token_file.empty() && options_.token_env.empty()) {
    return NeededByService("a token: --token-file, INJECTOR_TOKEN_FILE, --token-env or --oidc");
  } else if (options_.token_file.empty() && environment_.Reveal(options_.token_env).empty()) {
    return NeededByService("a token: --token-env " + options_.token_env + " is not set");
  }
  return std::unique_ptr<Source>(std::make_unique<ServiceSource>(
      injector::ServiceLender(std::make_shared<const ServiceOptions>(std::move(service)),
                              options_.repo),
      deadline_));
}

Result<std::unique_ptr<Source>> SourceOpener::Open(const std::string& spelled) {
  if (IsService(spelled)) return OpenService(spelled);
  if (injector::IsSidecar(spelled)) return injector::OpenSidecar(spelled, deadline_);
  static_assert(kFileScheme.size() == kYamlScheme.size());
  const bool has_path = spelled.size() > kFileScheme.size();
  if (has_path && spelled.starts_with(kYamlScheme)) {
    const auto literal_secrets =
        options_.strict ? YamlSource::LiteralSecrets::kRefuse : YamlSource::LiteralSecrets::kWarn;
    return std::unique_ptr<Source>(std::make_unique<YamlSource>(
        spelled.substr(kYamlScheme.size()), environment_.entries(), literal_secrets));
  }
  if (has_path && IsEncryptedFile(spelled)) return OpenFile(spelled.substr(kFileScheme.size()));
  return Error(ErrorCode::kInvalidArgument,
               "--source: expected file:PATH, yaml:PATH, sidecar:PATH or https://HOST");
}

}  // namespace runner_shim
