#include "injector/model/catalogue.h"

#include <algorithm>

#include "injector/model/catalogue_cloud.h"
#include "injector/model/catalogue_databases.h"
#include "injector/model/catalogue_services.h"
#include "injector/model/catalogue_tools.h"

namespace injector {
namespace {

using namespace catalogue;

constexpr TypeInfo kGeneric{.name = "generic",
                            .help = "any fields, each under its own name",
                            .extra_members = ExtraMembers::kStayInside};

constexpr TypeInfo kTypes[] = {
    {.name = "api_key", .help = "a key of an HTTP API", .fields = kApiKey},
    {.name = "aws", .help = "Amazon Web Services", .fields = kAws, .pairs = kAwsPairs},
    {.name = "azure", .help = "Microsoft Azure", .fields = kAzure},
    {.name = "database", .help = "a database, by URL or parts", .fields = kDatabase},
    {.name = "docker", .help = "a container registry", .fields = kDocker, .pairs = kLoginPairs},
    {.name = "duckdb", .help = "DuckDB and MotherDuck", .fields = kDuckdb},
    {.name = "gcp", .help = "Google Cloud", .fields = kGcp, .synonyms = kGcpNames},
    kGeneric,
    {.name = "git", .help = "git over HTTPS", .fields = kGit},
    {.name = "github", .help = "GitHub", .fields = kGithub, .pairs = kGithubPairs},
    {.name = "gitlab", .help = "GitLab", .fields = kGitlab},
    {.name = "http", .help = "an HTTP API", .fields = kHttp},
    {.name = "kafka", .help = "Apache Kafka", .fields = kKafka},
    {.name = "kubernetes",
     .help = "a Kubernetes cluster",
     .fields = kKubernetes,
     .synonyms = kKubernetesNames,
     .pairs = kKubernetesPairs},
    {.name = "maven", .help = "a Maven repository", .fields = kMaven, .pairs = kLoginPairs},
    {.name = "mongodb", .help = "MongoDB", .fields = kMongodb, .synonyms = kMongodbNames},
    {.name = "mysql", .help = "MySQL and MariaDB", .fields = kMysql, .synonyms = kMysqlNames},
    {.name = "npm", .help = "an npm registry", .fields = kNpm, .pairs = kLoginPairs},
    {.name = "postgres", .help = "PostgreSQL", .fields = kPostgres, .synonyms = kPostgresNames},
    {.name = "pypi", .help = "a Python package index", .fields = kPypi},
    {.name = "redis", .help = "Redis", .fields = kRedis, .synonyms = kRedisNames},
    {.name = "s3", .help = "S3 object storage", .fields = kS3, .pairs = kAwsPairs},
    {.name = "slack", .help = "Slack", .fields = kSlack},
    {.name = "smtp", .help = "a mail server", .fields = kSmtp},
    {.name = "snowflake", .help = "Snowflake", .fields = kSnowflake},
    {.name = "sqlite", .help = "SQLite", .fields = kSqlite},
    {.name = "ssh", .help = "SSH and SFTP", .fields = kSsh, .synonyms = kSshNames},
    {.name = "supabase", .help = "Supabase", .fields = kSupabase},
    {.name = "vault", .help = "HashiCorp Vault", .fields = kVault},
};

// "extra.region_name" is "region_name" where members of `extra` are fields.
std::string_view WithoutExtraPrefix(const TypeInfo& type, std::string_view field_name) {
  constexpr std::string_view kPrefix = "extra.";
  const bool strip =
      type.extra_members == ExtraMembers::kAreFields && field_name.starts_with(kPrefix);
  return strip ? field_name.substr(kPrefix.size()) : field_name;
}

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const TypeInfo> KnownTypes() { return kTypes; }

const TypeInfo& TypeInfoFor(std::string_view type) {
  // A job's start asks some hundred times for each connection, mostly again for the same type.
  static thread_local const TypeInfo* last = &kGeneric;
  if (last->name == type) return *last;
  // By name first, and by halves.
  const auto named = std::lower_bound(
      std::begin(kTypes), std::end(kTypes), type,
      [](const TypeInfo& info, std::string_view wanted) { return info.name < wanted; });
  if (named != std::end(kTypes) && named->name == type) return *(last = named);
  for (const TypeInfo& info : kTypes) {
    if (Contains(info.synonyms, type)) return info;
  }
  return kGeneric;
}

bool IsSameType(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const TypeInfo& known = TypeInfoFor(a);
  return &known != &kGeneric && &known == &TypeInfoFor(b);
}

const FieldInfo* FindFieldInfo(std::string_view type, std::string_view field_name) {
  const TypeInfo& info = TypeInfoFor(type);
  const std::string_view name = WithoutExtraPrefix(info, field_name);
  for (const FieldInfo& field : info.fields) {
    if (field.name == name || Contains(field.synonyms, name)) return &field;
  }
  return nullptr;
}

std::string_view DefaultOfField(std::string_view type, std::string_view field_name) {
  const FieldInfo* info = FindFieldInfo(type, field_name);
  return info == nullptr ? std::string_view() : info->default_value;
}

std::string_view CanonicalFieldName(std::string_view type, std::string_view field_name) {
  const FieldInfo* info = FindFieldInfo(type, field_name);
  return info != nullptr ? info->name : WithoutExtraPrefix(TypeInfoFor(type), field_name);
}

}  // namespace injector
