#pragma once
// The fields of cloud accounts and clusters. For catalogue.cc alone.

#include "injector/model/catalogue_common.h"

namespace injector::catalogue {

// An Airflow connection of type aws holds the two keys as login and password.
inline constexpr std::string_view kAccessKeyIdSynonyms[] = {"login", "user", "username",
                                                            "aws_access_key_id"};
inline constexpr std::string_view kSecretAccessKeySynonyms[] = {"password",
                                                                "aws_secret_access_key"};
inline constexpr std::string_view kSessionTokenSynonyms[] = {"aws_session_token"};
inline constexpr std::string_view kRegionSynonyms[] = {"region_name", "aws_region"};
inline constexpr std::string_view kEndpointUrlSynonyms[] = {"endpoint"};

inline constexpr FieldInfo kAccessKeyId{
    .name = "access_key_id", .help = "id of the access key", .synonyms = kAccessKeyIdSynonyms};
inline constexpr FieldInfo kSecretAccessKey{.name = "secret_access_key",
                                            .secret = true,
                                            .help = "the access key",
                                            .synonyms = kSecretAccessKeySynonyms};
inline constexpr FieldInfo kSessionToken{.name = "session_token",
                                         .secret = true,
                                         .help = "token of temporary keys",
                                         .synonyms = kSessionTokenSynonyms};
inline constexpr FieldInfo kRegion{
    .name = "region", .help = "region, as eu-central-1", .synonyms = kRegionSynonyms};
inline constexpr FieldInfo kRoleArn{.name = "role_arn", .help = "ARN of a role to assume"};
inline constexpr FieldInfo kExternalId{.name = "external_id",
                                       .help = "external id that the role asks for"};
inline constexpr FieldInfo kRoleSessionName{.name = "role_session_name",
                                            .help = "name of the session with the role"};
inline constexpr FieldInfo kEndpointUrl{.name = "endpoint_url",
                                        .kind = FieldKind::kUrl,
                                        .help = "another endpoint than Amazon's",
                                        .synonyms = kEndpointUrlSynonyms};

inline constexpr FieldPair kAwsPairs[] = {{"access_key_id", "secret_access_key"}};

inline constexpr std::string_view kAwsDeliveries[] = {"static", "endpoint"};
inline constexpr FieldInfo kAws[] = {
    kAccessKeyId,
    kSecretAccessKey,
    kSessionToken,
    kRegion,
    kRoleArn,
    kExternalId,
    kRoleSessionName,
    kEndpointUrl,
    {.name = "delivery",
     .default_value = "static",
     .help = "static, or endpoint: keys that refresh",
     .choices = kAwsDeliveries},
};

inline constexpr std::string_view kBucketSynonyms[] = {"schema", "bucket_name"};
inline constexpr FieldInfo kS3[] = {
    kAccessKeyId,
    kSecretAccessKey,
    kSessionToken,
    kRegion,
    kRoleArn,
    kExternalId,
    kRoleSessionName,
    kEndpointUrl,
    {.name = "bucket", .help = "name of the bucket", .synonyms = kBucketSynonyms},
};

// The first three are Airflow's names.
inline constexpr std::string_view kGcpNames[] = {"google_cloud_platform", "google"};
inline constexpr std::string_view kKeyfileSynonyms[] = {"keyfile_json", "service_account_json",
                                                        "service_account", "credentials"};
inline constexpr std::string_view kProjectSynonyms[] = {"project_id"};
inline constexpr FieldInfo kGcp[] = {
    {.name = "keyfile_dict",
     .kind = FieldKind::kMap,
     .required = true,
     .secret = true,
     .help = "key of a service account, as JSON",
     .synonyms = kKeyfileSynonyms},
    {.name = "project", .help = "id of the project", .synonyms = kProjectSynonyms},
};

// An Airflow connection of type azure holds id and secret of the client as login and password.
inline constexpr std::string_view kTenantSynonyms[] = {"tenant", "tenantId"};
inline constexpr std::string_view kClientIdSynonyms[] = {"login", "user", "username"};
inline constexpr std::string_view kClientSecretSynonyms[] = {"password"};
inline constexpr std::string_view kCertificateSynonyms[] = {"certificate"};
inline constexpr FieldInfo kAzure[] = {
    {.name = "tenant_id",
     .required = true,
     .help = "id of the tenant",
     .synonyms = kTenantSynonyms},
    {.name = "client_id",
     .required = true,
     .help = "id of the application",
     .synonyms = kClientIdSynonyms},
    {.name = "client_secret",
     .secret = true,
     .help = "secret of the application",
     .synonyms = kClientSecretSynonyms},
    {.name = "client_certificate",
     .kind = FieldKind::kPem,
     .secret = true,
     .help = "certificate with its private key, instead of the secret",
     .synonyms = kCertificateSynonyms},
    {.name = "authority_host",
     .kind = FieldKind::kUrl,
     .help = "where to log in, as https://login.microsoftonline.us; absent: the public cloud"},
};

inline constexpr std::string_view kCaSynonyms[] = {"ca_cert", "certificate_authority"};
inline constexpr std::string_view kServerSynonyms[] = {"host"};
inline constexpr std::string_view kKubernetesNames[] = {"k8s"};
inline constexpr FieldPair kKubernetesPairs[] = {{"client_cert", "client_key"}};
inline constexpr FieldInfo kKubernetes[] = {
    {.name = "server",
     .kind = FieldKind::kUrl,
     .help = "URL of the API server",
     .synonyms = kServerSynonyms},
    {.name = "ca",
     .kind = FieldKind::kPem,
     .help = "CA certificates of the API server",
     .synonyms = kCaSynonyms},
    {.name = "token", .secret = true, .help = "bearer token"},
    {.name = "client_cert", .kind = FieldKind::kPem, .help = "client certificate"},
    {.name = "client_key", .kind = FieldKind::kPem, .secret = true, .help = "client private key"},
    {.name = "namespace", .help = "namespace of the context"},
    {.name = "kubeconfig", .secret = true, .help = "a whole kubeconfig, instead of its parts"},
};

}  // namespace injector::catalogue
