#pragma once
// Every check there is. One is a function here, a file (or a place in that of its kin), and a row
// in checks.cc.

#include <string>

#include "injector/doctor/check.h"

namespace injector::doctor {

// http_api.cc
Result<std::string> CheckHttp(CheckContext& context);
// forges.cc
Result<std::string> CheckGithub(CheckContext& context);
Result<std::string> CheckGitlab(CheckContext& context);
Result<std::string> CheckGit(CheckContext& context);
// registries.cc, docker.cc
Result<std::string> CheckDocker(CheckContext& context);
Result<std::string> CheckNpm(CheckContext& context);
Result<std::string> CheckPypi(CheckContext& context);
// services.cc
Result<std::string> CheckSlack(CheckContext& context);
Result<std::string> CheckVault(CheckContext& context);
Result<std::string> CheckSupabase(CheckContext& context);
// aws.cc
Result<std::string> CheckAws(CheckContext& context);
Result<std::string> CheckS3(CheckContext& context);
// clouds.cc
Result<std::string> CheckGcp(CheckContext& context);
Result<std::string> CheckAzure(CheckContext& context);
// kubernetes.cc
Result<std::string> CheckKubernetes(CheckContext& context);
// postgres.cc, mysql.cc, redis.cc
Result<std::string> CheckPostgres(CheckContext& context);
Result<std::string> CheckMysql(CheckContext& context);
Result<std::string> CheckRedis(CheckContext& context);
// database.cc, database_files.cc
Result<std::string> CheckDatabase(CheckContext& context);
Result<std::string> CheckSqlite(CheckContext& context);
Result<std::string> CheckDuckdb(CheckContext& context);
// kafka.cc, mongodb.cc, smtp.cc, ssh.cc
Result<std::string> CheckKafka(CheckContext& context);
Result<std::string> CheckMongodb(CheckContext& context);
Result<std::string> CheckSmtp(CheckContext& context);
Result<std::string> CheckSsh(CheckContext& context);

}  // namespace injector::doctor
