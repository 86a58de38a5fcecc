#include "injector/model/secret_names.h"

#include <gtest/gtest.h>

#include <string>

#include "injector/base/ascii.h"

namespace injector {
namespace {

constexpr const char* kSecret[] = {
    "password", "PASSWORD", "token", "api_token", "api_key", "apikey", "secret", "client_secret",
    "authorization", "auth", "credential", "credentials", "private_key", "privateKey", "key",
    "service_role_key", "anon_key", "dsn", "webhook_url", "keyfile_dict",
    // and what follows from the rule
    "db_passwd", "passphrase", "APIKey", "X-Api-Key", "webhook-url", "webhookUrl", "basicAuth",
    "http_auth", "x-auth", "AUTH_HEADER", "Proxy-Authorization", "sslkey", "keyring", "key_path_2",
    "primary_key_secret", "key_id_token", "keys", "accesskeyid"};

constexpr const char* kOpen[] = {"username", "email", "host", "port", "database", "table", "schema",
                                 "columns", "name", "id", "primary_key",
                                 // and what follows from the rule
                                 "", "author", "authority", "oauth2", "primaryKey", "PRIMARY_KEY",
                                 "key_id", "access_key_id", "AccessKeyId", "AWS_ACCESS_KEY_ID",
                                 "private_key_path", "privateKeyPath", "key_path", "webhook",
                                 "user", "url", "region"};

TEST(SecretNames, AreRecognised) {
  for (const char* name : kSecret) EXPECT_TRUE(IsSecretName(name)) << name;
}

TEST(SecretNames, DoNotSwallowOpenNames) {
  for (const char* name : kOpen) EXPECT_FALSE(IsSecretName(name)) << name;
}

TEST(SecretNames, AreRecognisedInAnyOneCase) {
  for (const char* name : kSecret) {
    if (std::string(name).find("Auth") != std::string::npos) continue;  // here the case is the rule
    EXPECT_TRUE(IsSecretName(ToAsciiUpper(name))) << name;
    EXPECT_TRUE(IsSecretName(ToAsciiLower(name))) << name;
  }
}

}  // namespace
}  // namespace injector
