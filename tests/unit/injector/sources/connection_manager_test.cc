#include "injector/sources/connection_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "injector/model/json.h"
#include "injector/sources/connections_file/yaml_source.h"
#include "injector/sources/encrypted_file/file_source.h"
#include "tests/unit/injector/sources/store_fixture.h"

namespace injector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Holds the aliases and variable keys that it is given; notes what it is asked for.
class FakeSource final : public Source {
 public:
  FakeSource(std::string name, std::vector<std::string> held, std::vector<std::string>* asked)
      : name_(std::move(name)), held_(std::move(held)), asked_(asked) {}

  std::string Description() const override { return name_; }

  Result<SourceAnswer> Fetch(const FetchRequest& request) override {
    if (held_ == std::vector<std::string>{"broken"}) {
      return Error(ErrorCode::kUnavailable, name_ + ": connection refused");
    }
    SourceAnswer answer;
    for (const ConnectionRequest& wanted : request.connections) {
      asked_->push_back(name_ + ":" + wanted.reference.alias);
      answer.connections.push_back(
          Answer(MakeConnection("generic", wanted.reference.alias), wanted.reference.alias));
    }
    for (const VariableRequest& wanted : request.variables) {
      asked_->push_back(name_ + ":" + wanted.key);
      answer.variables.push_back(Answer(MakeVariable(wanted.key, name_, false), wanted.key));
    }
    answer.warnings = {"warning of " + name_};
    return answer;
  }

  Result<SourceListing> List() override {
    SourceListing listing;
    for (const std::string& name : held_) {
      listing.connections.push_back({.name = {"generic", name}});
      listing.variables.push_back({.key = name});
    }
    return listing;
  }

 private:
  template <typename T>
  Result<T> Answer(T item, const std::string& name) const {
    if (std::find(held_.begin(), held_.end(), name) != held_.end()) return item;
    return Error(ErrorCode::kNotFound, "no \"" + name + '"');
  }

  std::string name_;
  std::vector<std::string> held_;
  std::vector<std::string>* asked_;
};

ConnectionRequest Wanted(const std::string& reference, Presence presence = Presence::kRequired) {
  return {.reference = Reference::Parse(reference).value(), .presence = presence};
}

class ConnectionManagerTest : public testing::Test {
 protected:
  void AddSource(std::string name, std::vector<std::string> held) {
    sources_.push_back(std::make_unique<FakeSource>(std::move(name), std::move(held), &asked_));
  }
  Result<FetchedItems> Fetch(std::vector<ConnectionRequest> connections,
                             std::vector<VariableRequest> variables = {}) {
    ConnectionManager manager(std::move(sources_));
    return manager.Fetch(
        {.connections = std::move(connections), .variables = std::move(variables)});
  }
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::string> asked_;
};

TEST_F(ConnectionManagerTest, FirstSourceThatHoldsAnItemWins) {
  AddSource("first", {"a"});
  AddSource("second", {"a", "b", "v"});
  const FetchedItems items = Fetch({Wanted("b"), Wanted("a")}, {{.key = "v"}}).value();
  ASSERT_EQ(items.connections.size(), 2U);
  EXPECT_EQ(items.connections[0]->item.name.alias, "b");
  EXPECT_EQ(items.connections[0]->source, "second");
  EXPECT_EQ(items.connections[1]->source, "first");
  EXPECT_EQ(items.variables[0]->source, "second");
  EXPECT_THAT(items.warnings, ElementsAre("warning of first", "warning of second"));
}

TEST_F(ConnectionManagerTest, AsksForNothingThatIsFound) {
  AddSource("first", {"a"});
  AddSource("second", {"b"});
  AddSource("third", {});
  ASSERT_TRUE(Fetch({Wanted("a"), Wanted("b")}).ok());
  EXPECT_THAT(asked_, ElementsAre("first:a", "first:b", "second:b"));
}

TEST_F(ConnectionManagerTest, RequiredItemNobodyHoldsIsAnErrorThatNamesAllAsked) {
  AddSource("first", {"a"});
  AddSource("second", {});
  const Error error = Fetch({Wanted("a"), Wanted("b")}).error();
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.message(), "first, second: no \"b\"");
}

TEST_F(ConnectionManagerTest, OptionalItemNobodyHoldsIsAbsent) {
  AddSource("first", {"a"});
  const FetchedItems items = Fetch({Wanted("b", Presence::kOptional), Wanted("a")},
                                   {{.key = "v", .presence = Presence::kOptional}})
                                 .value();
  EXPECT_FALSE(items.connections[0].has_value());
  EXPECT_TRUE(items.connections[1].has_value());
  EXPECT_FALSE(items.variables[0].has_value());
}

TEST_F(ConnectionManagerTest, SourceThatFailsIsNeverSkipped) {
  AddSource("first", {"broken"});
  AddSource("second", {"a"});
  const Error error = Fetch({Wanted("a")}).error();
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_EQ(error.message(), "first: connection refused");
}

TEST_F(ConnectionManagerTest, SourcesAfterTheLastFindAreNotAsked) {
  AddSource("first", {"a"});
  AddSource("second", {"broken"});
  EXPECT_TRUE(Fetch({Wanted("a")}).ok());
}

TEST_F(ConnectionManagerTest, WithoutSourcesOnlyNothingCanBeHad) {
  EXPECT_EQ(Fetch({Wanted("a")}).error().message(), "there is no source");
  EXPECT_TRUE(Fetch({}).ok());
}

// Connections and variables as a file of each kind would hold them.
class ManagerWithFilesTest : public StoreFixture {
 protected:
  ManagerWithFilesTest() { MakeStore(); }

  void WriteYaml(const std::string& connections) {
    yaml_path_ = path_ + ".yaml";
    std::ofstream(yaml_path_) << "version: 1\nconnections:\n" << connections;
  }
  void Set(const std::string& entry) { environment_.push_back(Secret::CopyOf(entry)); }

  ConnectionManager Manager() {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(
        std::make_unique<YamlSource>(yaml_path_, environment_, YamlSource::LiteralSecrets::kWarn));
    sources.push_back(std::make_unique<EncryptedFileSource>(path_, RawKey()));
    return ConnectionManager(std::move(sources), std::make_unique<EnvironmentSource>(environment_));
  }
  Result<FetchedItems> Fetch(const std::string& reference) {
    return Manager().Fetch({.connections = {Wanted(reference)}, .variables = {}});
  }
  static std::string Shown(const Result<FetchedItems>& items) {
    if (!items.ok()) {
      return items.error().message() +
             (items.error().hint().empty() ? "" : "; " + items.error().hint());
    }
    const Fetched<Connection>& found = *items->connections[0];
    std::vector<Value::Member> members;
    for (const Field& field : found.item.fields) {
      members.push_back({field.name, field.value.Clone()});
    }
    return found.item.name.Full() + std::string(WriteJson(Value::Map(std::move(members))).Reveal());
  }

  std::vector<Secret> environment_;
  std::string yaml_path_;
};

TEST_F(ManagerWithFilesTest, EnvironmentComesBeforeEverySource) {
  WriteYaml("  mysql:\n    db: {host: of-the-file}\n");
  EXPECT_EQ(Shown(Fetch("@mysql.db")), R"(@mysql.db{"host":"of-the-file"})");
  Set("PIPELINE_CONN_MYSQL_DB=mysql://of-the-environment");
  const FetchedItems items = Fetch("@mysql.db").value();
  EXPECT_EQ(items.connections[0]->source, "environment");
}

TEST_F(ManagerWithFilesTest, EnvironmentOverridesWhatADefaultMeans) {
  WriteYaml("  mysql:\n    primary: {default: true, host: of-the-file}\n    other: {}\n");
  Set("PIPELINE_CONN_MYSQL_PRIMARY=mysql://of-the-environment");
  const FetchedItems items = Fetch("@mysql").value();
  EXPECT_EQ(items.connections[0]->source, "environment");
  EXPECT_TRUE(items.connections[0]->item.is_default);
  EXPECT_EQ(Shown(Fetch("@mysql")), R"(@mysql.primary{"host":"of-the-environment"})");
}

TEST_F(ManagerWithFilesTest, WhatTheEnvironmentOverridesNeedsNoVariables) {
  WriteYaml("  mysql:\n    primary: {default: true, host: h, password: '${NOT_SET}'}\n");
  EXPECT_THAT(Shown(Fetch("@mysql")), HasSubstr("${NOT_SET} is not set, or empty"));
  Set("PIPELINE_CONN_MYSQL_PRIMARY=mysql://of-the-environment");
  for (const char* reference : {"@mysql", "primary", "@mysql.primary"}) {
    EXPECT_EQ(Shown(Fetch(reference)), R"(@mysql.primary{"host":"of-the-environment"})");
    EXPECT_EQ(Fetch(reference).value().connections[0]->source, "environment");
  }
  EXPECT_TRUE(Fetch("@mysql").value().connections[0]->item.is_default);
}

TEST_F(ManagerWithFilesTest, FieldsAreCompletedFromOtherSources) {
  WriteYaml(
      "  http:\n    api:\n      host: h\n      headers: [x, {auth: 'Bearer {{ var.api_token "
      "}}'}]\n");
  const FetchedItems items = Fetch("api").value();
  EXPECT_EQ(Shown(Fetch("api")),
            R"(@http.api{"host":"h","headers":["x",{"auth":"Bearer tkn-4711-0815"}]})");
  EXPECT_THAT(items.connections[0]->item.secret_fields, ElementsAre("headers.1.auth"));
  ASSERT_EQ(items.ingredients.size(), 1U);
  EXPECT_EQ(items.ingredients[0].name, "var.api_token");
}

TEST_F(ManagerWithFilesTest, WhatASecretFieldIsMadeOfIsSecret) {
  WriteYaml("  http:\n    api: {host: 'h-{{ var.region }}', token: 'Bearer {{ var.region }}'}\n");
  const FetchedItems items = Fetch("api").value();
  ASSERT_EQ(items.ingredients.size(), 1U);
  EXPECT_EQ(items.ingredients[0].name, "var.region");
  EXPECT_EQ(items.ingredients[0].field, "http.api.token");
}

TEST_F(ManagerWithFilesTest, EnvironmentOverridesVariablesOfFieldsAndNothingIsReadTwice) {
  WriteYaml("  http:\n    api: {host: h, token: '{{ var.api_token }}'}\n");
  Set("PIPELINE_VAR_API_TOKEN={{ var.region }}${X}");
  EXPECT_EQ(Shown(Fetch("api")), R"(@http.api{"host":"h","token":"{{ var.region }}${X}"})");
}

TEST_F(ManagerWithFilesTest, MissingVariableOfAFieldSaysWhere) {
  WriteYaml("  http:\n    api: {host: h, token: '{{ var.api_tokn }}'}\n");
  const std::string expected =
      yaml_path_ + ":4:27: @http.api: token: environment, yaml:" + yaml_path_ + ", file:" + path_ +
      ": no variable api_tokn; there is: api_token, region; did you mean "
      "api_token?";
  EXPECT_EQ(Shown(Fetch("api")), expected);
}

TEST_F(ManagerWithFilesTest, MissingConnectionNamesWhatAllSourcesHold) {
  WriteYaml("  mysql:\n    db_movies: {}\n");
  const std::string asked = "environment, yaml:" + yaml_path_ + ", file:" + path_ + ": ";
  EXPECT_EQ(Shown(Fetch("@mysql.db_movie")),
            asked +
                "no connection \"db_movie\" of type \"mysql\"; there is: db_movies; did you "
                "mean @mysql.db_movies?");
  EXPECT_THAT(Shown(Fetch("@mysq")), HasSubstr("there is: "));
  EXPECT_THAT(Shown(Fetch("@mysq")), HasSubstr("postgres"));
}

TEST_F(ManagerWithFilesTest, ListSaysWhatShadowsWhat) {
  WriteYaml("  postgres:\n    main: {host: h}\n  mysql:\n    db-x: {host: h}\n");
  Set("PIPELINE_CONN_MYSQL_DB_X=mysql://h");
  Set("PIPELINE_VAR_REGION=us");
  std::vector<std::string> shown;
  const ManagerListing list = Manager().List().value();
  for (const auto& [item, source, shadowed_by] : list.connections) {
    shown.push_back(item.name.Full() + " " + source.substr(0, 4) + " <" + shadowed_by.substr(0, 4));
  }
  EXPECT_THAT(shown,
              testing::IsSupersetOf({"@mysql.db-x envi <", "@postgres.main yaml <",
                                     "@mysql.db-x yaml <envi", "@postgres.main file <yaml"}));
  for (const auto& [item, source, shadowed_by] : list.variables) {
    if (item.key != "region" || source == "environment") continue;
    EXPECT_EQ(shadowed_by, "environment");
  }
}

using EncryptedFileSourceTest = StoreFixture;

TEST_F(EncryptedFileSourceTest, AnswersEachItem) {
  MakeStore();
  EncryptedFileSource source(path_, RawKey());
  EXPECT_EQ(source.Description(), "file:" + path_);
  const SourceAnswer answer =
      source
          .Fetch({.connections = {Wanted("@postgres.main"), Wanted("nobody")},
                  .variables = {{.key = "nothing"}, {.key = "api_token"}}})
          .value();
  ASSERT_EQ(answer.connections.size(), 2U);
  EXPECT_EQ(PasswordOf(answer.connections[0].value()), "swordfish-0815");
  EXPECT_EQ(answer.connections[1].error().code(), ErrorCode::kNotFound);
  ASSERT_EQ(answer.variables.size(), 2U);
  EXPECT_EQ(answer.variables[0].error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(answer.variables[1].value().value.Reveal(), "tkn-4711-0815");
}

TEST_F(EncryptedFileSourceTest, PassesOnWhatMustBeSaidOnEveryUse) {
  MakeStore(Protection::Plaintext());
  EncryptedFileSource source(path_, std::nullopt);
  EXPECT_THAT(source.Fetch({}).value().warnings, ElementsAre(HasSubstr("NOT ENCRYPTED")));
}

TEST_F(EncryptedFileSourceTest, StoreThatUsesNoKeyIsRefusedToWhoeverGivesOne) {
  MakeStore(Protection::Plaintext());
  EncryptedFileSource source(path_, RawKey());
  const Result<SourceAnswer> answer =
      source.Fetch({.connections = {Wanted("@postgres.main")}, .variables = {}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kFailedPrecondition);
  EXPECT_THAT(answer.error().message(), HasSubstr("not encrypted, but a key was given"));
}

TEST_F(EncryptedFileSourceTest, FileThatCannotAnswerIsAnErrorNamingIt) {
  EncryptedFileSource missing(path_, RawKey());
  EXPECT_THAT(missing.Fetch({}).error().message(), HasSubstr(path_));
  MakeStore();
  EncryptedFileSource wrong_key(path_, RawKey('2'));
  EXPECT_THAT(wrong_key.Fetch({}).error().message(), HasSubstr(path_ + ": wrong key"));
}

}  // namespace
}  // namespace injector
