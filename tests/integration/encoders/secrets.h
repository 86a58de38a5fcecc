#pragma once
// Secrets of the kinds that jobs have. None is or was real.

#include <string_view>

namespace injector::testing {

struct SampleSecret {
  std::string_view name;
  std::string_view value;  // valid UTF-8
};

inline constexpr SampleSecret kSampleSecrets[] = {
    {"aws_secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
    {"aws_session_token",
     "IQoJb3JpZ2luX2VjEHYaCXVzLWVhc3QtMSJHMEUCIQDkV+Z0n3s9x/7q2yYkq3mJ0pUo5bS1l4g9vWwC1kYQ=="},
    {"github_token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"},
    {"gitlab_token", "glpat-7f9Qx_ZkT3mW-vYbN2sL"},
    {"slack_webhook",
     "https://hooks.slack.com/services/T00000000/B00000000/XyZ0123456789abcdefghijk"},
    {"jwt",
     "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ."
     "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"},
    {"pem",
     "-----BEGIN EC PRIVATE KEY-----\n"
     "MHcCAQEEIKrXb0Gm3nZq8sV1YfT5wD7uL2cJ9hQ4pXeRkA6vBtNzoAoGCCqGSM49\n"
     "AwEHoUQDQgAEy0Kf8dPq3LrV6mZt1sHwXg9BnUjC5aRkQ2oEbTi7vYzDl4xWfM+/\n"
     "Jh8uGsI3pOcNqA6rKtEwVbLxZ0mYdF5nTg==\n"
     "-----END EC PRIVATE KEY-----\n"},
    {"service_account",
     "{\n"
     "  \"type\": \"service_account\",\n"
     "  \"project_id\": \"sample-project-42\",\n"
     "  \"private_key_id\": \"0f1e2d3c4b5a69788796a5b4c3d2e1f001122334\",\n"
     "  \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgw\\n"
     "ggSkAgEAAoIBAQC7vX+/kT2q\\n-----END PRIVATE KEY-----\\n\",\n"
     "  \"client_email\": \"robot@sample-project-42.iam.gserviceaccount.com\",\n"
     "  \"token_uri\": \"https://oauth2.googleapis.com/token\"\n"
     "}\n"},
    {"database_url",
     "postgresql://releaser:p%40ss%2Fw0rd+x@db.example.com:5432/app?sslmode=require"},
    {"every_symbol", "Aa0 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~zZ9"},
    {"tilde_and_hash", "#~/secret:~=#word~"},
    {"single_quotes", "it's '' quoted''"},
    {"double_quotes", "say \"hello\" twice"},
    {"both_quotes", "a'b\"c`d$e\\f'g\"h"},
    {"backslashes", "C:\\new\\table\\x41"},
    {"markup", "<a href=\"x&y\">&amp;'</a>"},
    {"blanks", "correct horse battery  staple"},
    {"percent", "100%25%2f%2F%zz+plus"},
    {"latin", "pässwörd-ñandú-ÿ"},
    {"wide", "пароль-密码-🔑-clé"},
    {"control",
     "tab\there\x01\x02\x7f"
     "bell\a"},
    {"lines", "first line of it\nsecond line of it\r\nthird line"},
};

}  // namespace injector::testing
