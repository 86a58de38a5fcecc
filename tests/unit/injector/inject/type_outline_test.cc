#include "injector/inject/type_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

using ::testing::IsSupersetOf;

std::vector<std::string> Lines(std::string_view type) {
  std::vector<std::string> lines;
  for (const FieldVariable& variable : OutlineOfType(type).variables) {
    lines.push_back(variable.variable + " < " + variable.field);
  }
  return lines;
}

TEST(TypeOutline, SaysWhichVariablesComeFromWhichFields) {
  EXPECT_THAT(Lines("postgresql"),
              IsSupersetOf({"DATABASE_URL < password", "PGHOST < host", "PGPASSWORD < password",
                            "PGSSLKEY < sslkey", "PGSSLMODE < sslmode", "PGUSER < login"}));
  EXPECT_THAT(Lines("http"), IsSupersetOf({"NAME_TOKEN < token"}));
  // Keys and a role exclude each other, and both have their variables.
  EXPECT_THAT(Lines("aws"),
              IsSupersetOf({"AWS_SECRET_ACCESS_KEY < secret_access_key", "AWS_REGION < region"}));
  EXPECT_THAT(Lines("aws"), IsSupersetOf({"AWS_CONTAINER_CREDENTIALS_FULL_URI < delivery",
                                          "AWS_CONTAINER_AUTHORIZATION_TOKEN < delivery"}));
  EXPECT_THAT(
      Lines("pypi"),
      IsSupersetOf({"PIP_INDEX_URL < password", "PIP_EXTRA_INDEX_URL < password",
                    "UV_DEFAULT_INDEX < password", "TWINE_REPOSITORY_URL < repository_url"}));
  EXPECT_THAT(Lines("git"), IsSupersetOf({"GIT_CONFIG_COUNT < token"}));
}

TEST(TypeOutline, NamesEveryTypeWithATranslatorAndNoOther) {
  for (const TypeInfo& type : KnownTypes()) {
    const bool translated = TranslatorFor(type.name).type != "generic";
    const TypeOutline outline = OutlineOfType(type.name);
    EXPECT_EQ(outline.acts_as_generic, !translated) << type.name;
    EXPECT_EQ(outline.variables.empty(), !translated) << type.name;
  }
  EXPECT_TRUE(OutlineOfType("acme-crm").acts_as_generic);
}

}  // namespace
}  // namespace injector
