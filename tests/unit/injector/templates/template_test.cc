#include "injector/templates/template.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

// Pieces as text: literals as they are, references in angle brackets, quoted ones in quotes.
std::string Shape(const Result<Template>& parsed) {
  if (!parsed.ok()) return parsed.error().message();
  std::string shape;
  for (const TemplatePiece& piece : parsed->pieces()) {
    if (piece.reference) {
      shape += "<" + piece.reference->ToString() + ">";
    } else if (piece.quoted) {
      shape += "\"" + std::string(piece.text.Reveal()) + "\"";
    } else {
      shape += piece.text.Reveal();
    }
  }
  return shape;
}

struct Row {
  const char* name;
  std::string text;
  std::string expected;
};

class TemplateTest : public testing::TestWithParam<Row> {};

TEST_P(TemplateTest, ParsesIntoPiecesOrSaysWhere) {
  EXPECT_EQ(Shape(Template::Parse(GetParam().text, "t")), GetParam().expected);
}

const std::string kExpected = "expected {{ conn.NAME.FIELD }}, {{ var.KEY }} or {{ \"text\" }}";

const Row kRows[] = {
    {"Empty", "", ""},
    {"NoBraces", "a { b } }} c", "a { b } }} c"},
    {"Connection", "x={{ conn.db.password }};", "x=<conn.db.password>;"},
    {"FullName", "{{ conn.mysql.db.password }}", "<conn.mysql.db.password>"},
    {"Variable", "{{ var.api_token }}", "<var.api_token>"},
    {"NoSpaces", "{{var.k}}{{conn.a-b.c}}", "<var.k><conn.a-b.c>"},
    {"LineBreaksInside", "{{\n var.k\t}}", "<var.k>"},
    {"Brackets", "{{ conn[\"a.b\"].field }}", "<conn[\"a.b\"].field>"},
    {"BracketsWithFullName", "{{ conn['@mysql.db'][\"ssl.key\"] }}",
     "<conn[\"@mysql.db\"][\"ssl.key\"]>"},
    {"VariableInBrackets", "{{ var['k'] }}", "<var.k>"},
    {"EscapedBraces", "{{ \"{{\" }} x }}", "\"{{\" x }}"},
    {"EscapedQuote", R"({{ "a\"b\\c\d" }})", R"("a"b\c\d")"},
    {"SingleQuoted", "{{ '{{ x }}' }}", "\"{{ x }}\""},
    {"BracesInQuotesDoNotEnd", "{{ \"}}\" }}!", "\"}}\"!"},
    {"ThreeBraces", "{{ var.k }}}", "<var.k>}"},
    {"Bytes", std::string("\0\xFF{{ var.k }}", 13), std::string("\0\xFF<var.k>", 9)},

    {"Unterminated", "a\nb {{ var.k", "t:2:3: {{ without }}"},
    {"UnterminatedAtEnd", "{{", "t:1:1: {{ without }}"},
    {"SingleClosingBrace", "{{ var.k } x", "t:1:1: {{ without }}"},
    {"Nothing", "{{ }}", "t:1:1: " + kExpected},
    {"OtherWord", "é {{ env.HOME }}", "t:1:3: " + kExpected},
    {"ConnectionWithoutField", "{{ conn.db }}", "t:1:1: " + kExpected},
    {"VariableWithoutKey", "{{ var }}", "t:1:1: " + kExpected},
    {"VariableWithTwoParts", "{{ var.a.b }}", "t:1:1: " + kExpected},
    {"EmptyPart", "{{ conn..x }}", "t:1:1: " + kExpected},
    {"EmptyBrackets", "{{ conn[''].x }}", "t:1:1: " + kExpected},
    {"OpenBracket", "{{ conn['a'.x }}", "t:1:1: " + kExpected},
    {"OpenQuote", "{{ \"a }}", "t:1:1: " + kExpected},
    {"TwoExpressions", "{{ var.a var.b }}", "t:1:1: " + kExpected},
    {"Filter", "{{ var.a | upper }}", "t:1:1: " + kExpected},
    {"DotFirst", "{{ .Names }}", "t:1:1: " + kExpected},
    {"ThreeOpeningBraces", "{{{ var.k }}}", "t:1:1: " + kExpected},
};

INSTANTIATE_TEST_SUITE_P(Rows, TemplateTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TemplateReferences, KnowWhereTheyStand) {
  const Template parsed = Template::Parse("é{{ var.a }}\n\n {{ conn.b.c }}", "t").value();
  const std::vector<TemplateReference> found = parsed.references();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].position.column, 2U);
  EXPECT_EQ(found[1].position.line, 3U);
  EXPECT_EQ(found[1].position.column, 2U);
}

}  // namespace
}  // namespace injector
