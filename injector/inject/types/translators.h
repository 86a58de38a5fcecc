#pragma once
// The table of connection types that have variables and files of their own. A type is one file here
// and one row in translators.cc.

#include <span>
#include <string_view>

#include "injector/base/result.h"
#include "injector/inject/translation.h"

namespace injector {

struct TypeTranslator {
  std::string_view type;
  Status (*translate)(Translation& translation);
  NameSource names = NameSource::kTranslator;
  // Who reads the variables under exactly these names: named when a prefix hides them. Empty where
  // nothing does.
  std::string_view readers = {};
  std::span<const UserConfigurationKind> merges = {};
};

// The row for `type`, by its name or a synonym; that of "generic" for types without one.
const TypeTranslator& TranslatorFor(std::string_view type);

// Each field as a variable of its own name in upper case.
Status TranslateGeneric(Translation& translation);
// Any HTTP API: <NAME>_URL, <NAME>_TOKEN …, and login and password as a netrc file.
Status TranslateHttp(Translation& translation);
// What libpq reads, and DATABASE_URL.
Status TranslatePostgres(Translation& translation);
// An option file that the clients of MySQL and MariaDB find, MYSQL_PWD …, and DATABASE_URL.
Status TranslateMysql(Translation& translation);
// Access keys as variables, or a profile that assumes a role.
Status TranslateAws(Translation& translation);
// As aws, and a remote of rclone.
Status TranslateS3(Translation& translation);
// A registry login in config.json, beside those of other connections and of the user.
Status TranslateDocker(Translation& translation);
// A credential helper for one host.
Status TranslateGit(Translation& translation);
// DUCKDB_PATH, MOTHERDUCK_TOKEN.
Status TranslateDuckdb(Translation& translation);
// SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY …
Status TranslateSupabase(Translation& translation);
// SLACK_BOT_TOKEN, SLACK_WEBHOOK_URL …
Status TranslateSlack(Translation& translation);
// GITLAB_TOKEN, GITLAB_HOST.
Status TranslateGitlab(Translation& translation);
// REDISCLI_AUTH, REDIS_URL.
Status TranslateRedis(Translation& translation);
// MONGODB_URI.
Status TranslateMongodb(Translation& translation);
// As postgres, mysql or sqlite, whichever its dialect or URL names.
Status TranslateDatabase(Translation& translation);
// SQLITE_PATH, and DATABASE_URL.
Status TranslateSqlite(Translation& translation);
// A key file, GOOGLE_APPLICATION_CREDENTIALS and the project's names.
Status TranslateGcp(Translation& translation);
// AZURE_TENANT_ID, AZURE_CLIENT_ID, and a secret or a certificate.
Status TranslateAzure(Translation& translation);
// GH_TOKEN and GITHUB_TOKEN, or those of another host; an App's key.
Status TranslateGithub(Translation& translation);
// SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER …
Status TranslateSnowflake(Translation& translation);
// SMTP_HOST …, and a file for msmtp.
Status TranslateSmtp(Translation& translation);
// Files for the clients of Java and for kcat.
Status TranslateKafka(Translation& translation);
// KUBECONFIG.
Status TranslateKubernetes(Translation& translation);
// A settings.xml, and MAVEN_ARGS.
Status TranslateMaven(Translation& translation);
// An .npmrc.
Status TranslateNpm(Translation& translation);
// PIP_INDEX_URL, TWINE_PASSWORD, UV_PUBLISH_TOKEN …
Status TranslatePypi(Translation& translation);
// A configuration of ssh's, and GIT_SSH_COMMAND.
Status TranslateSsh(Translation& translation);
// VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE.
Status TranslateVault(Translation& translation);

}  // namespace injector
