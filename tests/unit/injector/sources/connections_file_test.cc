#include "injector/sources/connections_file/connections_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/sources/connections_file/field_text.h"
#include "tests/unit/injector/model/model_fixtures.h"

namespace injector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Literals as they are, variables as <NAME>, <NAME=default>, <var.KEY>.
std::string Shape(std::string_view text) {
  const Result<std::vector<FieldPiece>> pieces = ParseFieldText(text);
  if (!pieces.ok()) return "error: " + pieces.error().message();
  std::string shape;
  for (const FieldPiece& piece : *pieces) {
    const std::string literal(piece.text.Reveal());
    if (piece.variable) {
      shape += "<" + piece.variable->ToString() + ">";
    } else if (piece.environment.empty()) {
      shape += literal;
    } else {
      shape += "<" + piece.environment + (piece.has_default ? "=" + literal : "") + ">";
    }
  }
  return shape;
}

TEST(FieldText, IsReadOnce) {
  const std::string braces = "; write {{ \"{{\" }} for two braces";
  struct Row {
    const char* text;
    std::string expected;
  };
  for (const Row& row : {
           Row{"", ""},
           Row{"plain", "plain"},
           Row{"${A}", "<A>"},
           Row{"x${A}y${B_2}z", "x<A>y<B_2>z"},
           Row{"${A:-b c}", "<A=b c>"},
           Row{"${A:-}", "<A=>"},
           Row{"${A:-$$}", "<A=$$>"},
           Row{"$$", "$"},
           Row{"$${A}", "${A}"},
           Row{"$$$${A}", "$${A}"},
           Row{"$$${A}", "$<A>"},
           Row{"pa$word$", "pa$word$"},
           Row{"$A", "$A"},
           Row{"{{ var.k }}", "<var.k>"},
           Row{"a{{ var.k }}${B}", "a<var.k><B>"},
           Row{"{{ \"${A}\" }}", "${A}"},
           Row{"${A", "error: ${ without }; write $$ for a dollar"},
           Row{"${}", "error: expected ${NAME} or ${NAME:-default}; write $$ for a dollar"},
           Row{"${1A}", "error: expected ${NAME} or ${NAME:-default}; write $$ for a dollar"},
           Row{"${A-b}", "error: expected ${NAME} or ${NAME:-default}; write $$ for a dollar"},
           Row{"${A:?b}", "error: expected ${NAME} or ${NAME:-default}; write $$ for a dollar"},
           Row{"${A:-${B}}", "error: ${A:-…}: a default cannot hold another ${"},
           Row{"{{ conn.a.b }}", "error: {{ conn.a.b }}: only {{ var.KEY }} can stand here"},
           Row{"{{ x }}", "error: only {{ var.KEY }} can stand here" + braces},
           Row{"{{", "error: only {{ var.KEY }} can stand here" + braces},
       }) {
    EXPECT_EQ(Shape(row.text), row.expected) << row.text;
  }
}

std::string ParseError(std::string_view text) {
  const Result<ConnectionsFile> file = ConnectionsFile::Parse(text, "f");
  return file.ok() ? "" : file.error().message();
}

TEST(ConnectionsFile, ReadsTypesAliasesAndFields) {
  const ConnectionsFile file = ConnectionsFile::Parse(R"(
version: 1
connections:
  mysql:
    db.prod:
      default: true
      host: h
      port: 3306
      ssl: {cert: c}
      x-injector: {secret: [host], noScrub: [port], description: main, expiresAt: "2030-01-01T00:00:00Z", rotateEvery: 90d}
    empty:
  custom-type:
    a: {}
)",
                                                      "f")
                                   .value();
  ASSERT_EQ(file.connections().size(), 3U);
  const Connection& connection = file.connections()[0].unresolved;
  EXPECT_EQ(connection.name.Full(), "@mysql.db.prod");
  EXPECT_TRUE(connection.is_default);
  EXPECT_EQ(ToJson(connection.fields), R"({"host":"h","port":3306,"ssl":{"cert":"c"}})");
  EXPECT_THAT(connection.secret_fields, ElementsAre("host"));
  EXPECT_THAT(connection.no_scrub, ElementsAre("port"));
  EXPECT_EQ(connection.description, "main");
  EXPECT_EQ(connection.expires_at, "2030-01-01T00:00:00Z");
  EXPECT_EQ(connection.rotate_every, "90d");
  EXPECT_EQ(file.connections()[1].unresolved.name.Full(), "@mysql.empty");
  EXPECT_EQ(file.connections()[2].unresolved.name.Full(), "@custom-type.a");
  EXPECT_THAT(file.warnings(), IsEmpty());
}

TEST(ConnectionsFile, AnExpiryMayBeAPlainDate) {
  const char* text = "version: 1\nconnections: {a: {b: {x-injector: {expiresAt: 2030-01-31}}}}\n";
  const ConnectionsFile file = ConnectionsFile::Parse(text, "f").value();
  EXPECT_EQ(file.connections()[0].unresolved.expires_at, "2030-01-31T23:59:59Z");
}

TEST(ConnectionsFile, WrongFormIsAnErrorWithItsPlace) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"", "f:1:1: connections file: expected a map"},
           Row{"[]", "f:1:1: connections file: expected a map"},
           Row{"version: 1\n", "f:1:1: connections: missing"},
           Row{"version: 2\nconnections: {}\n",
               "f:1:10: version: expected 1, the only one that there is"},
           Row{"version: 1\nconnections: []\n", "f:2:14: connections: expected a map"},
           Row{"version: 1\nconnections:\n  mysql: x\n", "f:3:10: mysql: expected a map"},
           Row{"version: 1\nconnections:\n  my sql: {}\n",
               "f:3:3: a type is 1 to 64 letters, digits, _ or -"},
           Row{"version: 1\nconnections:\n  mysql:\n    db: x\n",
               "f:4:9: @mysql.db: expected a map"},
           Row{"version: 1\nconnections:\n  mysql:\n    db.: {}\n",
               "f:4:5: an alias of mysql is 1 to 128 letters, digits, _ - or ., a letter or digit "
               "first and no dot last"},
           Row{"version: 1\nconnections:\n  mysql:\n    db: {default: yes}\n",
               "f:4:19: @mysql.db: default: expected true or false"},
           Row{"version: 1\nconnections:\n  mysql:\n    a: {default: true}\n    b: {default: "
               "true}\n",
               "f:5:5: two defaults of type mysql: a and b"},
           Row{"version: 1\nconnections:\n  mysql:\n    db:\n      password: ${X\n",
               "f:5:17: @mysql.db: password: ${ without }; write $$ for a dollar"},
           Row{"version: 1\nconnections:\n  a:\n    b:\n      c: [{d: '{{ conn.x.y }}'}]\n",
               "f:5:15: @a.b: c.0.d: {{ conn.x.y }}: only {{ var.KEY }} can stand here"},
           Row{"version: 1\nconnections:\n  a:\n    b:\n      x-injector: {secrets: [c]}\n",
               "f:5:20: unknown key secrets; did you mean secret?"},
           Row{"version: 1\nconnections:\n  a:\n    b:\n      x-injector: {secret: c}\n",
               "f:5:28: secret: expected a list"},
           Row{"version: 1\nconnections:\n  a:\n    b: {a.b: 1, a: {b: 2}}\n",
               "f:4:5: @a.b: field a.b: there are two of this name, one of them inside a map"},
           Row{"version: 1\nconections: {}\n",
               "f:2:1: connections: missing; unknown key conections; did you mean connections?"},
           Row{"version: 1\nconnections:\n  a:\n    b:\n      x-injector: {expiresAt: soon}\n",
               "f:4:5: @a.b: expiresAt: expected a time like 2026-01-31T08:05:00Z"},
           Row{"version: 1\nconnections:\n  a:\n    b:\n      x-injector: {rotateEvery: often}\n",
               "f:4:5: @a.b: rotateEvery: expected days or hours like 90d or 12h, at most 3650d"},
           Row{"version: 1\nconnections:\n  a:\n    b: {}\n    b: {}\n", "f:5:5: b: given twice"},
       }) {
    EXPECT_EQ(ParseError(row.text), row.expected) << row.text;
  }
}

std::vector<std::string> Shown(const std::vector<FileFinding>& findings) {
  std::vector<std::string> shown;
  for (const FileFinding& finding : findings) shown.push_back(finding.In("f"));
  return shown;
}

TEST(ConnectionsFile, OddTopLevelIsAWarning) {
  EXPECT_THAT(Shown(ConnectionsFile::Parse("connections: {}", "f").value().warnings()),
              ElementsAre("f:1:1: version: missing; taken to be version: 1"));
  EXPECT_THAT(
      Shown(ConnectionsFile::Parse("version: 1\nx-shared: {}\nconnection: 2\nconnections: {}", "f")
                .value()
                .warnings()),
      ElementsAre("f:3:1: unknown key connection; did you mean connections?"));
}

FileConnection Only(const std::string& type, const std::string& fields) {
  std::string text = "version: 1\nconnections:\n  " + type + ":\n    db:\n" + fields;
  Result<ConnectionsFile> file = ConnectionsFile::Parse(text, "f");
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message());
  FileConnection copy;
  copy.unresolved = file->connections()[0].unresolved.Clone();
  copy.references = file->connections()[0].references;
  copy.warnings = file->connections()[0].warnings;
  copy.literal_secrets = file->connections()[0].literal_secrets;
  return copy;
}

TEST(ConnectionsFile, LiteralSecretsAreFound) {
  const auto literal = [](const std::string& fields) {
    return !Only("mysql", fields).literal_secrets.empty();
  };
  const std::string at = "      ";
  for (const std::string yes :
       {"password: swordfish", "password: 12345678", "password: ${P:-swordfish}", "api_token: x",
        "extra: {client_secret: s}", "url: https://u:pw123@h", "keys: [a]",
        "host: h\n      x-injector: {secret: [host]}"}) {
    EXPECT_TRUE(literal(at + yes + "\n")) << yes;
  }
  for (const std::string no :
       {"password: ${P}", "password: ''", "password:", "password: '{{ var.p }}'", "host: h",
        "password: x${P}", "use_token: true", "password: ${P:-}", "url: https://u:${P}@h",
        "user: admin"}) {
    EXPECT_FALSE(literal(at + no + "\n")) << no;
  }
  EXPECT_THAT(Shown(Only("mysql", "      password: swordfish\n").literal_secrets),
              ElementsAre("f:5:17: @mysql.db: password: a secret stands here as it is; write "
                          "${NAME}, and set NAME"));
}

TEST(ConnectionsFile, UnknownFieldsAndTypesAreWarnings) {
  EXPECT_THAT(Shown(Only("mysql", "      hots: h\n").warnings),
              ElementsAre("f:5:7: @mysql.db: hots: not a field of type mysql; did you mean host?"));
  EXPECT_THAT(
      Shown(Only("mysql", "      defalt: true\n").warnings),
      ElementsAre("f:5:7: @mysql.db: defalt: not a field of type mysql; did you mean default?"));
  EXPECT_THAT(Shown(Only("mysqll", "      host: h\n").warnings),
              ElementsAre("f:4:5: @mysqll.db: type mysqll is not known and acts as generic; did "
                          "you mean mysql?"));
}

TEST(ConnectionsFile, ReferencesAreKnownWithTheirFields) {
  const FileConnection connection =
      Only("mysql", "      password: ${P}\n      ssl: {ca: '${CA:-x}${P}'}\n");
  ASSERT_EQ(connection.references.size(), 3U);
  EXPECT_EQ(connection.references[0].field, "password");
  EXPECT_EQ(connection.references[0].name, "P");
  EXPECT_TRUE(connection.references[0].secret);
  EXPECT_EQ(connection.references[1].field, "ssl.ca");
  EXPECT_TRUE(connection.references[1].has_default);
  EXPECT_FALSE(connection.references[1].secret);
}

TEST(ConnectionsFile, CheckFindsWhatTheCatalogueDoes) {
  const ConnectionsFile file = ConnectionsFile::Parse(R"(version: 1
connections:
  mysql:
    good: {host: h, port: '${PORT}'}
    bad:
      host: h
      port: many
  supabase:
    none: {}
)",
                                                      "f")
                                   .value();
  EXPECT_THAT(Shown(file.Check()),
              ElementsAre("f:7:7: @mysql.bad: port: expected a number",
                          HasSubstr("f:9:5: @supabase.none: url: required and missing")));
}

}  // namespace
}  // namespace injector
