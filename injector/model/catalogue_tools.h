#pragma once
// The fields of code forges, registries and package indexes. For catalogue.cc alone.

#include "injector/model/catalogue_common.h"

namespace injector::catalogue {

inline constexpr FieldInfo kToken{.name = "token", .secret = true, .help = "access token"};

inline constexpr FieldPair kLoginPairs[] = {{"login", "password"}};

inline constexpr std::string_view kRegistrySynonyms[] = {"host"};
inline constexpr std::string_view kLoginDeliveries[] = {"static", "helper"};
inline constexpr FieldInfo kLoginDelivery{.name = "delivery",
                                          .default_value = "static",
                                          .help = "static, or helper: asked for at each use",
                                          .choices = kLoginDeliveries};

inline constexpr FieldInfo kDocker[] = {
    {.name = "registry",
     .default_value = "https://index.docker.io/v1/",
     .help = "host of the registry, with its port if it has one",
     .synonyms = kRegistrySynonyms},
    {.name = "port", .kind = FieldKind::kNumber, .help = "its TCP port, instead"},
    Required(kLogin),
    Required(kPassword),
    kLoginDelivery,
};

inline constexpr FieldPair kGithubPairs[] = {{"app_id", "private_key"},
                                             {"app_id", "installation_id"}};
inline constexpr std::string_view kApiUrlSynonyms[] = {"url"};
inline constexpr FieldInfo kGithub[] = {
    kToken,
    {.name = "host", .default_value = "github.com", .help = "host of a GitHub Enterprise Server"},
    {.name = "api_url",
     .help = "URL of the API, where it is not at its usual place",
     .synonyms = kApiUrlSynonyms},
    {.name = "app_id",
     .help = "id of a GitHub App, instead of a token: a job gets one for an hour, not renewed"},
    {.name = "installation_id", .help = "id of the App's installation"},
    {.name = "private_key",
     .kind = FieldKind::kPem,
     .secret = true,
     .help = "private key of the App"},
};

inline constexpr std::string_view kGitlabHostSynonyms[] = {"url"};
inline constexpr FieldInfo kGitlab[] = {
    Required(kToken),
    {.name = "host",
     .default_value = "gitlab.com",
     .help = "host or URL of the GitLab server",
     .synonyms = kGitlabHostSynonyms},
};

// A forge takes the token where the password stands.
inline constexpr std::string_view kGitTokenSynonyms[] = {"password"};
inline constexpr FieldInfo kGit[] = {
    Required(kHost),
    kLogin,
    {.name = "token",
     .required = true,
     .secret = true,
     .help = "token or password",
     .synonyms = kGitTokenSynonyms},
    kLoginDelivery,
};

inline constexpr std::string_view kSshNames[] = {"sftp"};
inline constexpr std::string_view kPassphraseSynonyms[] = {"private_key_passphrase"};
inline constexpr std::string_view kKnownHostsSynonyms[] = {"host_key"};
inline constexpr std::string_view kHostKeyChecking[] = {"yes", "accept-new"};
inline constexpr FieldInfo kSsh[] = {
    Required(kHost),
    PortField("22"),
    kLogin,
    kPassword,
    {.name = "private_key", .kind = FieldKind::kPem, .secret = true, .help = "private key"},
    {.name = "passphrase",
     .secret = true,
     .help = "passphrase of the private key",
     .synonyms = kPassphraseSynonyms},
    {.name = "known_hosts",
     .help = "lines of a known_hosts file, or keys alone: those of the host",
     .synonyms = kKnownHostsSynonyms},
    {.name = "strict_host_checking",
     .default_value = "yes",
     .help = "yes, or accept-new: trust the key of the first connection",
     .choices = kHostKeyChecking},
};

inline constexpr FieldInfo kNpm[] = {
    {.name = "registry",
     .kind = FieldKind::kUrl,
     .default_value = "https://registry.npmjs.org/",
     .help = "URL of the registry",
     .synonyms = kRegistrySynonyms},
    kToken,
    kLogin,
    kPassword,
    {.name = "scope", .help = "scope whose packages are there, as acme; absent: all packages"},
};

inline constexpr std::string_view kIndexUrlSynonyms[] = {"url", "host"};
inline constexpr std::string_view kIndexTokenSynonyms[] = {"token"};
inline constexpr std::string_view kIndexKinds[] = {"default", "extra"};
inline constexpr FieldInfo kPypi[] = {
    {.name = "index_url",
     .kind = FieldKind::kUrl,
     .help = "URL of the index to install from",
     .synonyms = kIndexUrlSynonyms},
    {.name = "repository_url", .kind = FieldKind::kUrl, .help = "URL to publish to"},
    kLogin,
    {.name = "password",
     .secret = true,
     .help = "password, or a token where there is no login",
     .synonyms = kIndexTokenSynonyms},
    {.name = "index",
     .default_value = "default",
     .help = "default, or extra: asked beside the index that the job has",
     .choices = kIndexKinds},
};

inline constexpr std::string_view kServerIdSynonyms[] = {"id", "host"};
inline constexpr FieldInfo kMaven[] = {
    {.name = "server_id",
     .required = true,
     .help = "id of the server in settings.xml and pom.xml",
     .synonyms = kServerIdSynonyms},
    Required(kLogin),
    Required(kPassword),
};

}  // namespace injector::catalogue
