#include "injector/doctor/checks.h"

#include "injector/model/catalogue.h"

namespace injector::doctor {
namespace {

struct Row {
  std::string_view type;
  Check check;
};

// What is not here has no server to ask, or none that can be found by the connection's fields.
constexpr Row kChecks[] = {
    {"api_key", CheckHttp},
    {"aws", CheckAws},
    {"azure", CheckAzure},
    {"database", CheckDatabase},
    {"docker", CheckDocker},
    {"duckdb", CheckDuckdb},
    {"gcp", CheckGcp},
    {"git", CheckGit},
    {"github", CheckGithub},
    {"gitlab", CheckGitlab},
    {"http", CheckHttp},
    {"kafka", CheckKafka},
    {"kubernetes", CheckKubernetes},
    {"mongodb", CheckMongodb},
    {"mysql", CheckMysql},
    {"npm", CheckNpm},
    {"postgres", CheckPostgres},
    {"pypi", CheckPypi},
    {"redis", CheckRedis},
    {"s3", CheckS3},
    {"slack", CheckSlack},
    {"smtp", CheckSmtp},
    {"sqlite", CheckSqlite},
    {"ssh", CheckSsh},
    {"supabase", CheckSupabase},
    {"vault", CheckVault},
};

}  // namespace

Check CheckFor(std::string_view type) {
  for (const Row& row : kChecks) {
    if (IsSameType(row.type, type)) return row.check;
  }
  return nullptr;
}

}  // namespace injector::doctor
