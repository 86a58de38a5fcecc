#include "injector/cli/connections/field_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;
using Origin = ValueOrigin::Kind;

TEST(FieldArguments, SplitsAtTheFirstEqualsSign) {
  const Result<FieldArgument> field = ParseFieldArgument("options=-c a=b");
  ASSERT_TRUE(field.ok());
  EXPECT_EQ(field->name, "options");
  EXPECT_EQ(field->text, "-c a=b");
}

TEST(FieldArguments, TakesAnEmptyValue) { EXPECT_EQ(ParseFieldArgument("role=")->text, ""); }

struct SecretRow {
  const char* argument;
  const char* name;
  Origin origin;
  const char* path;
};

TEST(FieldArguments, KnowsWhereASecretComesFrom) {
  for (const SecretRow& row : {
           SecretRow{"password", "password", Origin::kPrompt, ""},
           SecretRow{"password=-", "password", Origin::kStdin, ""},
           SecretRow{"password=@/run/pw", "password", Origin::kFile, "/run/pw"},
           SecretRow{"password=@a=b", "password", Origin::kFile, "a=b"},
       }) {
    const Result<SecretArgument> secret = ParseSecretArgument(row.argument);
    ASSERT_TRUE(secret.ok()) << row.argument;
    EXPECT_EQ(secret->name, row.name) << row.argument;
    EXPECT_EQ(secret->origin.kind, row.origin) << row.argument;
    EXPECT_EQ(secret->origin.path, row.path) << row.argument;
  }
}

TEST(FieldArguments, NeverRepeatsASecretGivenByMistake) {
  for (const char* argument : {"password=canary", "password=canary@x", "=canary", "password=@"}) {
    const Result<SecretArgument> secret = ParseSecretArgument(argument);
    ASSERT_FALSE(secret.ok()) << argument;
    EXPECT_THAT(secret.error().message() + secret.error().hint(), Not(HasSubstr("canary")));
  }
}

struct KindRow {
  const char* type;
  const char* field;
  const char* text;
  const char* json;  // nullptr: refused
};

TEST(FieldArguments, GivesValuesTheKindThatTheTypeSays) {
  for (const KindRow& row : {
           KindRow{"postgres", "port", "5432", "5432"},
           KindRow{"postgres", "port", "canary", nullptr},
           KindRow{"postgres", "port", "\"canary\"", nullptr},
           KindRow{"postgres", "host", "5432", "\"5432\""},
           KindRow{"generic", "port", "5432", "\"5432\""},
           KindRow{"redis", "tls", "true", "true"},
           KindRow{"redis", "ssl", "false", "false"},  // a synonym
           KindRow{"redis", "tls", "canary", nullptr},
           KindRow{"gcp", "keyfile_dict", R"({"a":1})", R"({"a":1})"},
           KindRow{"gcp", "keyfile_dict", "canary", nullptr},
       }) {
    const Result<Value> value = ParseFieldValue(row.type, row.field, row.text);
    ASSERT_EQ(value.ok(), row.json != nullptr) << row.type << '.' << row.field << ' ' << row.text;
    if (value.ok()) {
      EXPECT_EQ(WriteJson(*value).Reveal(), row.json);
    } else {
      EXPECT_THAT(value.error().message(), HasSubstr(row.field));
      EXPECT_THAT(value.error().message() + value.error().hint(), Not(HasSubstr("canary")));
    }
  }
}

TEST(FieldArguments, KeepsTheFinalNewlineOfPemTextOnly) {
  EXPECT_TRUE(FinalNewlineCounts("ssh", "private_key"));
  EXPECT_FALSE(FinalNewlineCounts("ssh", "password"));
  EXPECT_FALSE(FinalNewlineCounts("generic", "private_key"));
}

}  // namespace
}  // namespace injector
