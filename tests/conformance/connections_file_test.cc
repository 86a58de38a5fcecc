// The cases of osiris_resolution.md, and the example file that they come with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "injector/sources/connection_manager.h"
#include "injector/sources/connections_file/yaml_source.h"
#include "tests/support/paths.h"
#include "tests/support/temp_dir.h"

namespace injector {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kFile = R"(version: 1
connections:
  mysql:
    primary: {default: true, port: 3307}
    secondary: {}
    db.prod.primary: {host: dotted}
  supabase: {main: {}, default: {}}
  duckdb: {local: {}}
)";

class ResolutionTest : public ::testing::Test {
 protected:
  ResolutionTest() { directory_.Write("connections.yaml", kFile); }

  // The full name of what was found, or the error.
  std::string Resolved(const std::string& text) const {
    const Result<Reference> reference = Reference::Parse(text);
    if (!reference.ok()) return reference.error().message();
    const Result<FetchedItems> items = Fetch(directory_ / "connections.yaml", *reference);
    return items.ok() ? items->connections[0]->item.name.Full() : items.error().message();
  }
  Result<FetchedItems> Fetch(const std::string& path, const Reference& reference) const {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(
        std::make_unique<YamlSource>(path, environment_, YamlSource::LiteralSecrets::kWarn));
    FetchRequest request;
    request.connections.push_back({.reference = reference});
    return ConnectionManager(std::move(sources), std::make_unique<EnvironmentSource>(environment_))
        .Fetch(request);
  }

  const testing::TempDir directory_;
  std::vector<Secret> environment_;
};

TEST_F(ResolutionTest, FindsWhatIsMeant) {
  EXPECT_EQ(Resolved("@mysql"), "@mysql.primary");
  EXPECT_EQ(Resolved("@supabase"), "@supabase.default");
  EXPECT_EQ(Resolved("@mysql.secondary"), "@mysql.secondary");
  EXPECT_EQ(Resolved("@mysql.db.prod.primary"), "@mysql.db.prod.primary");
}

TEST_F(ResolutionTest, SaysWhyNothingIsFound) {
  struct Row {
    const char* reference;
    std::vector<const char*> holds;
  };
  for (const Row& row : {Row{"@duckdb", {"no default connection", "local"}},
                         Row{"@postgresql", {"postgresql", "duckdb, mysql, supabase"}},
                         Row{"@mysql.nonexistent", {"nonexistent", "primary, secondary"}},
                         Row{"@mysql.", {"reference: "}}, Row{"@.alias", {"reference: "}},
                         Row{"@", {"reference: "}}, Row{"@mysql.x.", {"reference: "}}}) {
    for (const char* part : row.holds) {
      EXPECT_THAT(Resolved(row.reference), HasSubstr(part)) << row.reference;
    }
  }
}

TEST_F(ResolutionTest, DefaultFlagIsNoField) {
  const Reference reference = Reference::Parse("@mysql").value();
  const FetchedItems items = Fetch(directory_ / "connections.yaml", reference).value();
  EXPECT_EQ(items.connections[0]->item.FieldNamed("default"), nullptr);
}

TEST_F(ResolutionTest, MissingFileIsNamed) {
  const std::string path = directory_ / "none.yaml";
  EXPECT_THAT(Fetch(path, Reference::Parse("@mysql").value()).error().message(), HasSubstr(path));
}

TEST_F(ResolutionTest, ExampleFileResolvesUnchanged) {
  for (const char* name : {"MYSQL_PASSWORD", "MYSQL_ANALYTICS_PASSWORD",
                           "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_STAGING_KEY"}) {
    environment_.push_back(Secret::CopyOf(std::string(name) + "=value-of-" + name));
  }
  const std::string path = tests::SourceFile("conformance/osiris_connections.yaml");
  for (const char* name : {"@mysql", "@mysql.db_analytics", "@supabase", "@supabase.staging",
                           "@duckdb", "@duckdb.local"}) {
    const Result<FetchedItems> items = Fetch(path, Reference::Parse(name).value());
    ASSERT_TRUE(items.ok()) << items.error().message();
    EXPECT_THAT(items->warnings, ::testing::IsEmpty()) << name;
  }
  const FetchedItems movies = Fetch(path, Reference::Parse("@mysql").value()).value();
  EXPECT_EQ(movies.connections[0]->item.FieldNamed("password")->value.string().Reveal(),
            "value-of-MYSQL_PASSWORD");
}

}  // namespace
}  // namespace injector
