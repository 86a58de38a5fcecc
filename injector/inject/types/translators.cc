#include "injector/inject/types/translators.h"

#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr UserConfigurationKind kAwsMerges[] = {UserConfigurationKind::kAwsConfig,
                                                UserConfigurationKind::kAwsCredentials};
constexpr UserConfigurationKind kDockerMerges[] = {UserConfigurationKind::kDockerConfig,
                                                   UserConfigurationKind::kDockerAuthConfig,
                                                   UserConfigurationKind::kContainersAuth};

constexpr UserConfigurationKind kKubernetesMerges[] = {UserConfigurationKind::kKubeconfig,
                                                       UserConfigurationKind::kKubeconfigPath};
constexpr UserConfigurationKind kMavenMerges[] = {UserConfigurationKind::kMavenArguments,
                                                  UserConfigurationKind::kMavenSettings};
constexpr UserConfigurationKind kNpmMerges[] = {UserConfigurationKind::kNpmConfig};
constexpr UserConfigurationKind kMysqlMerges[] = {UserConfigurationKind::kMysqlOptions};

constexpr TypeTranslator kGeneric{
    .type = "generic", .translate = TranslateGeneric, .names = NameSource::kConnection};

constexpr TypeTranslator kTranslators[] = {
    {.type = "api_key", .translate = TranslateHttp, .names = NameSource::kConnection},
    {.type = "aws", .translate = TranslateAws, .readers = "the AWS tools", .merges = kAwsMerges},
    {.type = "azure", .translate = TranslateAzure, .readers = "Azure's SDKs"},
    {.type = "database",
     .translate = TranslateDatabase,
     .readers = "psql, mysql, and what reads DATABASE_URL",
     .merges = kMysqlMerges},
    {.type = "docker",
     .translate = TranslateDocker,
     .readers = "docker, podman and skopeo",
     .merges = kDockerMerges},
    {.type = "duckdb", .translate = TranslateDuckdb, .readers = "the MotherDuck extension"},
    {.type = "gcp", .translate = TranslateGcp, .readers = "gcloud and Google's libraries"},
    {.type = "git", .translate = TranslateGit, .readers = "git"},
    {.type = "github", .translate = TranslateGithub, .readers = "gh"},
    {.type = "gitlab", .translate = TranslateGitlab, .readers = "glab"},
    {.type = "http", .translate = TranslateHttp, .names = NameSource::kConnection},
    {.type = "kafka", .translate = TranslateKafka, .readers = "kcat, and scripts"},
    {.type = "kubernetes",
     .translate = TranslateKubernetes,
     .readers = "kubectl, helm and client libraries",
     .merges = kKubernetesMerges},
    {.type = "maven", .translate = TranslateMaven, .readers = "mvn", .merges = kMavenMerges},
    {.type = "mongodb", .translate = TranslateMongodb, .readers = "what reads MONGODB_URI"},
    {.type = "mysql",
     .translate = TranslateMysql,
     .readers = "mysql and other users of its client library",
     .merges = kMysqlMerges},
    {.type = "npm",
     .translate = TranslateNpm,
     .readers = "npm, pnpm and yarn",
     .merges = kNpmMerges},
    {.type = "postgres",
     .translate = TranslatePostgres,
     .readers = "psql and other users of libpq"},
    {.type = "pypi", .translate = TranslatePypi, .readers = "pip, uv and twine"},
    {.type = "redis", .translate = TranslateRedis, .readers = "redis-cli and client libraries"},
    {.type = "s3",
     .translate = TranslateS3,
     .readers = "the AWS tools and rclone",
     .merges = kAwsMerges},
    {.type = "slack", .translate = TranslateSlack, .readers = "Slack's libraries"},
    {.type = "smtp", .translate = TranslateSmtp, .readers = "programs that send mail"},
    {.type = "snowflake",
     .translate = TranslateSnowflake,
     .readers = "snow and users of Snowflake's connectors"},
    {.type = "sqlite", .translate = TranslateSqlite, .readers = "what reads DATABASE_URL"},
    {.type = "ssh", .translate = TranslateSsh, .readers = "git"},
    {.type = "supabase", .translate = TranslateSupabase, .readers = "the Supabase command"},
    {.type = "vault", .translate = TranslateVault, .readers = "the vault command"},
};

}  // namespace

const TypeTranslator& TranslatorFor(std::string_view type) {
  const std::string_view name = TypeInfoFor(type).name;
  for (const TypeTranslator& translator : kTranslators) {
    if (translator.type == name) return translator;
  }
  return kGeneric;
}

}  // namespace injector
