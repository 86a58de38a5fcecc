#include "injector/model/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "injector/model/connection_json.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

TEST(Catalogue, IsSortedAndEveryNameIsUnique) {
  const auto types = KnownTypes();
  EXPECT_TRUE(std::is_sorted(types.begin(), types.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  std::set<std::string_view> names;
  for (const TypeInfo& type : types) {
    EXPECT_TRUE(IsValidType(type.name)) << type.name;
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    for (std::string_view synonym : type.synonyms) EXPECT_TRUE(names.insert(synonym).second);
  }
}

TEST(Catalogue, FieldsAndSynonymsOfATypeAreUnique) {
  for (const TypeInfo& type : KnownTypes()) {
    std::set<std::string_view> names;
    for (const FieldInfo& field : type.fields) {
      EXPECT_TRUE(names.insert(field.name).second) << type.name << "." << field.name;
      for (std::string_view synonym : field.synonyms) {
        EXPECT_TRUE(names.insert(synonym).second) << type.name << "." << synonym;
      }
    }
  }
}

TEST(Catalogue, EveryFieldThatSoundsSecretIsSecretAndNoneHasASecretDefault) {
  for (const TypeInfo& type : KnownTypes()) {
    for (const FieldInfo& field : type.fields) {
      EXPECT_FALSE(field.help.empty()) << type.name << "." << field.name;
      EXPECT_TRUE(field.secret || !IsSecretName(field.name)) << type.name << "." << field.name;
      EXPECT_TRUE(!field.secret || field.default_value.empty()) << type.name << "." << field.name;
    }
  }
}

TEST(Catalogue, PairsNameFieldsOfTheirType) {
  for (const TypeInfo& type : KnownTypes()) {
    for (const FieldPair& pair : type.pairs) {
      for (std::string_view name : {pair.first, pair.second}) {
        EXPECT_EQ(CanonicalFieldName(type.name, name), name) << type.name << "." << name;
        EXPECT_NE(FindFieldInfo(type.name, name), nullptr) << type.name << "." << name;
      }
    }
  }
}

TEST(Catalogue, KnowsTypesByTheirOtherNames) {
  EXPECT_EQ(TypeInfoFor("postgresql").name, "postgres");
  EXPECT_EQ(TypeInfoFor("google_cloud_platform").name, "gcp");
  EXPECT_EQ(TypeInfoFor("sftp").name, "ssh");
  EXPECT_EQ(TypeInfoFor("what-is-this").name, "generic");
}

TEST(CanonicalFieldName, FoldsSynonyms) {
  struct Row {
    const char* type;
    const char* field;
    const char* canonical;
  };
  const Row rows[] = {
      {"postgres", "user", "login"},
      {"postgres", "username", "login"},
      {"postgres", "database", "schema"},
      {"postgres", "dbname", "schema"},
      {"postgres", "schema", "schema"},
      {"postgres", "sslmode", "sslmode"},
      {"postgres", "unheard_of", "unheard_of"},
      {"postgres", "extra.user", "login"},
      {"postgres", "extra", "extra"},
      {"postgresql", "user", "login"},
      {"aws", "login", "access_key_id"},
      {"aws", "password", "secret_access_key"},
      {"aws", "region_name", "region"},
      {"aws", "extra.region_name", "region"},
      {"s3", "schema", "bucket"},
      {"docker", "user", "login"},
      {"docker", "host", "registry"},
      {"api_key", "api_key", "token"},
      {"generic", "user", "user"},
      {"generic", "extra.user", "extra.user"},
      {"unknown", "database", "database"},
      {"snowflake", "database", "database"},
      {"snowflake", "user", "user"},
      {"snowflake", "extra.role", "role"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CanonicalFieldName(row.type, row.field), row.canonical) << row.type << row.field;
  }
}

}  // namespace
}  // namespace injector
