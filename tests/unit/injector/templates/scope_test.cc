#include "injector/templates/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/model/model_fixtures.h"

namespace injector {
namespace {

using testing::ElementsAre;

Connection Made(std::string type, std::string alias, std::string_view fields_json,
                bool is_default = false) {
  Connection connection = ConnectionOf(std::move(type), fields_json);
  connection.name.alias = std::move(alias);
  connection.is_default = is_default;
  return connection;
}

class TemplateScopeTest : public testing::Test {
 protected:
  TemplateScopeTest() {
    connections_.push_back(
        Made("mysql", "db", R"({"host": "m", "user": "u", "empty": "", "nil": null})"));
    connections_.push_back(
        Made("mysql", "db.prod", R"({"host": "prod", "ssl": {"key": "k"}})", true));
    connections_.push_back(Made("postgres", "pg", R"({"hosts": ["a", "b"], "port": 5433})"));
    // Its field prod.host and the field host of mysql's db.prod have one spelling.
    connections_.push_back(Made("generic", "db2", R"({"prod": {"host": "inner"}})"));
    connections_.push_back(Made("generic", "db2.prod", R"({"host": "outer"})"));
    connections_.push_back(Made("one", "same", R"({"x": "1"})"));
    connections_.push_back(Made("two", "same", R"({"x": "2"})"));
    // "a.b" as an alias, and as alias b of type a.
    connections_.push_back(Made("generic", "a.b", R"({"x": "3"})"));
    connections_.push_back(Made("a", "b", R"({"x": "4", "y": "5"})"));
    variables_.push_back({"api_token", Secret::CopyOf("tok{{ var.api_token }}"), "", true});
    variables_.push_back({"nothing", Secret(), "", false});
    for (const Connection& connection : connections_) scope_.Add(connection);
    for (const Variable& variable : variables_) scope_.Add(variable);
  }

  std::string Rendered(std::string_view text) const {
    const Result<RenderedText> rendered = Render(Template::Parse(text, "t").value(), scope_);
    if (rendered.ok()) return std::string(rendered->text.Reveal());
    const Error& error = rendered.error();
    return error.message() + (error.hint().empty() ? "" : "; " + error.hint());
  }

  std::vector<Connection> connections_;
  std::vector<Variable> variables_;
  TemplateScope scope_;
};

TEST_F(TemplateScopeTest, RendersWhatExists) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"a {{ conn.db.host }} b", "a m b"},
           Row{"{{ conn.mysql.db.host }}", "m"},
           Row{"{{ conn.db.login }}", "u"},
           Row{"{{ conn.db.username }}", "u"},
           Row{"{{ conn.db.prod.host }}", "prod"},
           Row{"{{ conn.mysql.db.prod.ssl.key }}", "k"},
           Row{"{{ conn.db.prod.ssl }}", R"({"key":"k"})"},
           Row{"{{ conn.pg.hosts.1 }}", "b"},
           Row{"{{ conn.pg.port }}", "5433"},
           Row{"{{ conn.db2.prod.host }}", "outer"},
           Row{"{{ conn[\"db2\"].prod.host }}", "inner"},
           Row{"{{ conn[\"@generic.db2\"].prod.host }}", "inner"},
           Row{"{{ conn[\"@mysql\"].host }}", "prod"},
           Row{"{{ conn.one.same.x }}", "1"},
           Row{"{{ conn.a.b.y }}", "5"},
           Row{"{{ conn[\"@a.b\"].x }}", "4"},
           Row{"{{ conn[\"a.b\"].x }}", "3"},
           Row{"{{ var.api_token }}", "tok{{ var.api_token }}"},
           Row{"{{ \"{{\" }}{{ conn.db.host }}", "{{m"},
       }) {
    EXPECT_EQ(Rendered(row.text), row.expected) << row.text;
  }
}

TEST_F(TemplateScopeTest, SaysWhereAndWhatIsMissing) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"{{ conn.db.hots }}",
               "t:1:1: {{ conn.db.hots }}: @mysql.db has no field hots; did you mean host?"},
           Row{"{{ conn.db.empty }}", "t:1:1: {{ conn.db.empty }}: @mysql.db: empty is empty"},
           Row{"{{ conn.db.nil }}", "t:1:1: {{ conn.db.nil }}: @mysql.db: nil is empty"},
           Row{"{{ var.api_tokn }}",
               "t:1:1: {{ var.api_tokn }}: no variable api_tokn; did you mean api_token?"},
           Row{"{{ var.nothing }}", "t:1:1: {{ var.nothing }}: variable nothing is empty"},
           Row{"{{ conn.same.x }}",
               "t:1:1: {{ conn.same.x }}: it can mean @one.same and @two.same; name one in full, "
               "as in {{ conn[\"@two.same\"].x }}"},
           Row{"{{ conn.a.b.x }}",
               "t:1:1: {{ conn.a.b.x }}: it can mean @generic.a.b and @a.b; name one in full, as "
               "in {{ conn[\"@a.b\"].x }}"},
       }) {
    EXPECT_EQ(Rendered(row.text), row.expected) << row.text;
  }
}

TEST_F(TemplateScopeTest, NamesWhatMayHaveBeenMeant) {
  const ConnectionEntry held[] = {{{"redis", "cache"}, false}, {{"redis", "elsewhere"}, false}};
  const std::string keys[] = {"region"};
  scope_.AddHeld(held, keys);
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"\n {{ conn.dB.host }}", "t:2:2: {{ conn.dB.host }}: no connection named \"dB\";"},
           Row{"{{ conn.dB.host }}", "did you mean db?"},
           Row{"{{ conn.elsewere.host }}", "did you mean elsewhere?"},
           Row{"{{ conn.redis.cach.host }}",
               "no connection \"cach\" of type \"redis\"; there is: cache, elsewhere; did you mean "
               "@redis.cache?"},
           Row{"{{ conn[\"@redis\"].host }}", "no default connection of type \"redis\""},
           Row{"{{ conn[\"a b\"].host }}", "no connection a b"},
           Row{"{{ var.regoin }}", "no variable regoin; did you mean region?"},
       }) {
    EXPECT_THAT(Rendered(row.text), testing::HasSubstr(row.expected)) << row.text;
  }
}

TEST_F(TemplateScopeTest, TellsWhatItUsed) {
  const RenderedText rendered =
      Render(
          Template::Parse("{{ conn.db.host }}{{ conn.db.user }}{{ var.api_token }}", "t").value(),
          scope_)
          .value();
  EXPECT_THAT(rendered.connections, ElementsAre(&connections_[0]));
  EXPECT_THAT(rendered.variables, ElementsAre(&variables_[0]));
}

TEST(PossibleConnections, AreAllReadingsLongestFirst) {
  const auto names = [](std::string_view text) {
    std::vector<std::string> found;
    const Template parsed = Template::Parse(text, "t").value();
    for (const Reference& name : PossibleConnections(parsed.references().front())) {
      found.push_back(name.ToString());
    }
    return found;
  };
  EXPECT_THAT(names("{{ conn.a.x }}"), ElementsAre("a"));
  EXPECT_THAT(names("{{ conn.a.b.c.x }}"), ElementsAre("a.b.c", "@a.b.c", "a.b", "@a.b", "a"));
  EXPECT_THAT(names("{{ conn[\"@t.a\"].x }}"), ElementsAre("@t.a"));
  EXPECT_THAT(names("{{ conn[\"a.b\"].x.y }}"), ElementsAre("a.b"));
  EXPECT_THAT(names("{{ conn.t[\"a.b\"].x }}"), ElementsAre("t.a.b", "@t.a.b", "t"));
}

}  // namespace
}  // namespace injector
