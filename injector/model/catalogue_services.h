#pragma once
// The fields of HTTP APIs, mail, messaging and secret stores. For catalogue.cc alone.

#include "injector/model/catalogue_common.h"

namespace injector::catalogue {

inline constexpr std::string_view kUrlSynonyms[] = {"base_url"};
inline constexpr std::string_view kSchemeSynonyms[] = {"scheme"};
inline constexpr FieldInfo kUrl{.name = "url",
                                .kind = FieldKind::kUrl,
                                .help = "URL, instead of host, port and schema",
                                .synonyms = kUrlSynonyms};
inline constexpr FieldInfo kHeader{.name = "header",
                                   .default_value = "Authorization",
                                   .help = "name of the header that carries the token"};

// As in Airflow, `schema` is here the scheme of the URL.
inline constexpr FieldInfo kHttp[] = {
    kHost,
    {.name = "port", .kind = FieldKind::kNumber, .help = "TCP port"},
    {.name = "schema",
     .default_value = "https",
     .help = "https or http",
     .synonyms = kSchemeSynonyms},
    kUrl,
    kLogin,
    kPassword,
    {.name = "token", .secret = true, .help = "token, instead of login and password"},
    kHeader,
};

inline constexpr std::string_view kApiKeySynonyms[] = {"api_key", "apikey", "key"};
inline constexpr FieldInfo kApiKey[] = {
    {.name = "token",
     .required = true,
     .secret = true,
     .help = "the key",
     .synonyms = kApiKeySynonyms},
    kHost,
    kUrl,
    kLogin,
    kPassword,
    kHeader,
};

inline constexpr std::string_view kBotTokenSynonyms[] = {"token", "password"};
inline constexpr FieldInfo kSlack[] = {
    {.name = "bot_token",
     .secret = true,
     .help = "token of the bot (xoxb-…)",
     .synonyms = kBotTokenSynonyms},
    {.name = "app_token", .secret = true, .help = "token of the app (xapp-…)"},
    {.name = "webhook_url",
     .kind = FieldKind::kUrl,
     .secret = true,
     .help = "URL that takes messages: itself a secret"},
    {.name = "signing_secret", .secret = true, .help = "secret that signs Slack's requests"},
};

inline constexpr FieldInfo kSmtp[] = {
    Required(kHost),
    PortField("587"),
    kLogin,
    kPassword,
    {.name = "tls", .kind = FieldKind::kBoolean, .default_value = "true", .help = "use TLS"},
    {.name = "from", .help = "address of the sender"},
};

inline constexpr std::string_view kAddressSynonyms[] = {"url", "host"};
inline constexpr std::string_view kVaultTokenSynonyms[] = {"password"};
inline constexpr FieldInfo kVault[] = {
    {.name = "address",
     .kind = FieldKind::kUrl,
     .required = true,
     .help = "URL of the server",
     .synonyms = kAddressSynonyms},
    {.name = "token",
     .required = true,
     .secret = true,
     .help = "token",
     .synonyms = kVaultTokenSynonyms},
    {.name = "namespace", .help = "namespace"},
};

inline constexpr std::string_view kBootstrapSynonyms[] = {"host", "bootstrap.servers"};
inline constexpr std::string_view kProtocolSynonyms[] = {"security.protocol"};
inline constexpr std::string_view kMechanismSynonyms[] = {"sasl.mechanism", "sasl_mechanisms",
                                                          "sasl.mechanisms"};
inline constexpr std::string_view kSaslLoginSynonyms[] = {"sasl.username", "login", "user",
                                                          "username"};
inline constexpr std::string_view kSaslPasswordSynonyms[] = {"sasl.password", "password"};
inline constexpr std::string_view kSecurityProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT",
                                                          "SASL_SSL"};
inline constexpr FieldInfo kKafka[] = {
    {.name = "bootstrap_servers",
     .required = true,
     .help = "HOST:PORT, separated by commas",
     .synonyms = kBootstrapSynonyms},
    {.name = "security_protocol",
     .help = "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
     .synonyms = kProtocolSynonyms,
     .choices = kSecurityProtocols},
    {.name = "sasl_mechanism",
     .help = "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
     .synonyms = kMechanismSynonyms},
    {.name = "sasl_username", .help = "user name", .synonyms = kSaslLoginSynonyms},
    {.name = "sasl_password",
     .secret = true,
     .help = "password",
     .synonyms = kSaslPasswordSynonyms},
    {.name = "ssl_ca", .kind = FieldKind::kPem, .help = "CA certificates of the brokers"},
};

}  // namespace injector::catalogue
