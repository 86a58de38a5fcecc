#include "injector/sources/connections_file/yaml_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/injector/model/model_fixtures.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class YamlSourceTest : public ::testing::Test {
 protected:
  // `connections`: what stands below "connections:", indented by two.
  void Write(const std::string& connections) const {
    directory_.Write("connections.yaml", "version: 1\nconnections:\n" + connections);
  }
  void Set(const std::string& entry) { environment_.push_back(Secret::CopyOf(entry)); }
  std::string path() const { return directory_ / "connections.yaml"; }

  Result<SourceAnswer> Fetch(const std::string& reference) const {
    YamlSource source(path(), environment_, literal_secrets_);
    FetchRequest request;
    request.connections.push_back({.reference = Reference::Parse(reference).value()});
    return source.Fetch(request);
  }
  // The fields, or the error without the path of the file.
  std::string Fields(const std::string& reference) const {
    const Result<SourceAnswer> answer = Fetch(reference);
    if (!answer.ok()) return WithoutPath(answer.error().message());
    const Result<Connection>& connection = answer->connections[0];
    return connection.ok() ? ToJson(connection->fields) : WithoutPath(connection.error().message());
  }
  std::string WithoutPath(std::string text) const {
    for (std::size_t at = text.find(path()); at != std::string::npos; at = text.find(path())) {
      text.replace(at, path().size(), "f");
    }
    return text;
  }
  std::vector<std::string> Warnings(const std::string& reference) const {
    std::vector<std::string> warnings = Fetch(reference).value().warnings;
    for (std::string& warning : warnings) warning = WithoutPath(std::move(warning));
    return warnings;
  }

  const testing::TempDir directory_;
  std::vector<Secret> environment_;
  YamlSource::LiteralSecrets literal_secrets_ = YamlSource::LiteralSecrets::kWarn;
};

TEST_F(YamlSourceTest, SubstitutesEverywhereOnceAndOnlyThere) {
  Write(R"(  custom:
    db:
      plain: a
      number: 1.10
      text: "<${ONE}>"
      both: ${ONE}-${TWO}
      nested: {list: ["${ONE}", static, {x: "${TWO}"}]}
      default: false
      missing: ${NONE:-fallback}
      empty: ${NONE:-}
      dollars: $$${ONE}
)");
  Set("ONE=1 ${TWO} $$ {{ var.x }}");
  Set("TWO=2");
  EXPECT_EQ(Fields("@custom.db"),
            R"({"plain":"a","number":1.10,"text":"<1 ${TWO} $$ {{ var.x }}>",)"
            R"("both":"1 ${TWO} $$ {{ var.x }}-2",)"
            R"("nested":{"list":["1 ${TWO} $$ {{ var.x }}","static",{"x":"2"}]},)"
            R"("missing":"fallback","empty":"","dollars":"$1 ${TWO} $$ {{ var.x }}"})");
}

TEST_F(YamlSourceTest, UnsetAndEmptyAreOneErrorThatNamesAll) {
  Write("  mysql:\n    db:\n      password: ${MYSQL_PASSWORD}\n      user: ${MYSQL_USER}\n");
  const std::string missing =
      "f:5:17: @mysql.db: password: ${MYSQL_PASSWORD} is not set, or empty; f:6:13: @mysql.db: "
      "user: ${MYSQL_USER} is not set, or empty";
  EXPECT_EQ(Fields("db"), missing);
  Set("MYSQL_PASSWORD=");
  EXPECT_EQ(Fields("@mysql.db"), missing);
  EXPECT_EQ(Fetch("db").value().connections[0].error().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(YamlSourceTest, OtherAliasesDoNotMatter) {
  Write("  mysql:\n    db: {host: h}\n    other: {password: '${NOT_SET}'}\n");
  EXPECT_EQ(Fields("@mysql.db"), R"({"host":"h"})");
}

TEST_F(YamlSourceTest, DotenvComesAfterTheEnvironment) {
  Write("  mysql:\n    db: {password: '${P}', user: '${U}'}\n");
  directory_.Write(".env", "P=from-dotenv\nU=user-of-dotenv\n");
  EXPECT_EQ(Fields("db"), R"({"password":"from-dotenv","user":"user-of-dotenv"})");
  Set("P=from-environment");
  Set("U=");
  EXPECT_EQ(Fields("db"), R"({"password":"from-environment","user":"user-of-dotenv"})");
}

TEST_F(YamlSourceTest, BrokenDotenvIsAnErrorOnlyWhenItIsNeeded) {
  Write("  mysql:\n    db: {password: '${P}'}\n");
  directory_.Write(".env", "broken\n");
  EXPECT_THAT(Fields("db"), HasSubstr(".env:1:7: expected NAME=VALUE"));
  Set("P=x");
  EXPECT_EQ(Fields("db"), R"({"password":"x"})");
}

TEST_F(YamlSourceTest, SecretsThatFieldsAreMadeOfAreHandedOut) {
  Write("  http:\n    api: {host: '${HOST}', token: 'Bearer ${TOKEN}'}\n");
  Set("HOST=h");
  Set("TOKEN=tok");
  const SourceAnswer answer = Fetch("api").value();
  ASSERT_EQ(answer.ingredients.size(), 1U);
  EXPECT_EQ(answer.ingredients[0].name, "env.TOKEN");
  EXPECT_EQ(answer.ingredients[0].value.Reveal(), "tok");
}

TEST_F(YamlSourceTest, NamesEveryVariableOfTheFileButThoseOfTheSystem) {
  Write(
      "  mysql:\n    db: {host: h}\n    other: {password: '${P}', user: '${U}', path: "
      "'${HOME}/x'}\n");
  std::vector<std::string> names;
  const SourceAnswer answer = Fetch("db").value();
  for (const EnvironmentReference& reference : answer.environment) {
    names.push_back(reference.name + (reference.secret ? " secret" : ""));
  }
  EXPECT_THAT(names, ElementsAre("P secret", "U"));
}

TEST_F(YamlSourceTest, LiteralSecretsWarnWhereUsedAndAreRefusedIfStrict) {
  Write("  mysql:\n    db: {host: h}\n    other:\n      password: swordfish\n");
  EXPECT_THAT(Warnings("db"), IsEmpty());
  EXPECT_THAT(Warnings("other"),
              ElementsAre(HasSubstr("f:6:17: @mysql.other: password: a secret")));
  literal_secrets_ = YamlSource::LiteralSecrets::kRefuse;
  EXPECT_THAT(Fields("db"), HasSubstr("f:6:17: @mysql.other: password: a secret stands here"));
}

TEST_F(YamlSourceTest, SaysWhenBothFilesAreThere) {
  Write("  mysql:\n    db: {host: h}\n");
  directory_.Write("osiris_connections.yaml", "");
  EXPECT_THAT(Warnings("db"), ElementsAre(HasSubstr("is there too, and is not")));
}

TEST_F(YamlSourceTest, DirectoryStandsForTheFileInIt) {
  directory_.Write("osiris_connections.yaml", "version: 1\nconnections: {a: {b: {c: d}}}\n");
  YamlSource source(directory_.path(), environment_, literal_secrets_);
  EXPECT_EQ(source.Description(), "yaml:" + directory_.path());
  EXPECT_EQ(source.List().value().connections[0].name.Full(), "@a.b");
  const testing::TempDir nothing_here;
  YamlSource none(nothing_here.path(), environment_, literal_secrets_);
  EXPECT_THAT(none.List().error().message(),
              HasSubstr("holds neither connections.yaml nor osiris_connections.yaml"));
}

TEST_F(YamlSourceTest, MissingFileIsAnErrorThatNamesIt) {
  EXPECT_THAT(Fields("db"), HasSubstr("f: no such file"));
}

TEST_F(YamlSourceTest, ListsReferencesAndWhetherTheyAreSet) {
  Write("  mysql:\n    db: {user: admin, password: '${P}', host: '${H:-h}', port: '${PORT}'}\n");
  Set("P=1");
  YamlSource source(path(), environment_, literal_secrets_);
  const SourceListing listing = source.List().value();
  ASSERT_EQ(listing.connections.size(), 1U);
  EXPECT_EQ(ToJson(listing.connections[0].fields),
            R"({"user":"admin","host":"${H:-h}","port":"${PORT}"})");
  std::vector<std::string> references;
  for (const ListedReference& reference : listing.connections[0].references) {
    references.push_back(reference.field + " " + reference.name + (reference.is_set ? " set" : ""));
  }
  EXPECT_THAT(references, ElementsAre("password P set", "host H set", "port PORT"));
}

TEST_F(YamlSourceTest, AmbiguousNameNamesTheFile) {
  Write("  mysql:\n    db: {}\n  postgres:\n    db: {}\n");
  EXPECT_THAT(Fields("db"), HasSubstr("f: more than one connection is named \"db\""));
}

}  // namespace
}  // namespace injector
