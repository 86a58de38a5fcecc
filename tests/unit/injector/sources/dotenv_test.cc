#include "injector/sources/dotenv.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace injector {
namespace {

// "NAME=value|NAME=value", or the error.
std::string Shape(const Result<std::vector<DotenvEntry>>& entries) {
  if (!entries.ok()) return entries.error().message();
  std::string shape;
  for (const DotenvEntry& entry : *entries) {
    shape += (shape.empty() ? "" : "|") + entry.name + "=" + std::string(entry.value.Reveal());
  }
  return shape;
}

struct Row {
  const char* name;
  std::string text;
  std::string expected;
};

class DotenvTest : public ::testing::TestWithParam<Row> {};

TEST_P(DotenvTest, ReadsEntriesOrSaysWhere) {
  EXPECT_EQ(Shape(ParseDotenv(GetParam().text, ".env")), GetParam().expected);
}

const Row kRows[] = {
    {"Empty", "", ""},
    {"OneWithoutNewline", "A=1", "A=1"},
    {"Several", "A=1\nB=two words\n", "A=1|B=two words"},
    {"BlankLinesAndComments", "\n# c\n  # d\n\nA=1\n", "A=1"},
    {"CarriageReturns", "A=1\r\n\r\nB='2'\r\nC=\"3\"\r\n", "A=1|B=2|C=3"},
    {"CarriageReturnAtTheEnd", "A=1\n\r", "A=1"},
    {"Export", "export A=1\nexport\tB=2", "A=1|B=2"},
    {"VariableCalledExport", "export=1", "export=1"},
    {"SpacesAround", "  A = x y  \n", "A=x y"},
    {"EmptyValues", "A=\nB=''\nC=\"\"\nD=  # c", "A=|B=|C=|D="},
    {"CommentAfterValue", "A=x # c\nB=x#y\nC=x\t#c", "A=x|B=x#y|C=x"},
    {"ValueThatIsAComment", "A=#c", "A="},
    {"EqualsInValue", "A=b=c==", "A=b=c=="},
    {"QuotesInside", "A=it's \"fine\"", "A=it's \"fine\""},
    {"SingleQuoted", R"(A='x # "$y" \n ${z}')", R"(A=x # "$y" \n ${z})"},
    {"DoubleQuoted", R"(A="x # \"y\" \n\r\t\\ \$z \q")", "A=x # \"y\" \n\r\t\\ $z \\q"},
    {"CommentAfterQuotes", "A='x' # c\nB=\"y\"\t", "A=x|B=y"},
    {"LinesInQuotes", "A=\"-----BEGIN\nabc\r\n-----END\"\nB='1\n2'",
     "A=-----BEGIN\nabc\n-----END|B=1\n2"},
    {"DollarsStay", "A=pa$$word${B}\nB=\"$A ${A:-x}\"", "A=pa$$word${B}|B=$A ${A:-x}"},
    {"LastOfANameCounts", "A=1\nB=2\nA=3", "A=3|B=2"},
    {"ByteOrderMark",
     "\xEF\xBB\xBF"
     "A=1",
     "A=1"},
    {"AnyBytes", "A=\xFF\x01", "A=\xFF\x01"},

    {"NameAlone", "A=1\nB\n", ".env:2:2: expected NAME=VALUE"},
    {"NoName", "=1", ".env:1:1: expected NAME=VALUE"},
    {"DigitFirst", "1A=1", ".env:1:3: expected NAME=VALUE"},
    {"DashInName", "A-B=1", ".env:1:2: expected NAME=VALUE"},
    {"ExportWithoutName", "export =1", ".env:1:8: expected NAME=VALUE"},
    {"UnterminatedDouble", "A=1\nB=\"x\n\ny", ".env:2:3: a \" that does not end"},
    {"UnterminatedSingle", "B='x", ".env:1:3: a ' that does not end"},
    {"EscapedLastQuote", "B=\"x\\\"", ".env:1:3: a \" that does not end"},
    {"TextAfterQuotes", "A='x' y", ".env:1:7: expected the end of the line"},
    {"NulInValue", std::string("A=x\0y", 5), ".env:1:3: a NUL byte"},
    {"NulInQuotes", std::string("A='x\0y'", 7), ".env:1:5: a NUL byte"},
};

INSTANTIATE_TEST_SUITE_P(Rows, DotenvTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DotenvLine, IsReadBackAsItWas) {
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const std::string& value :
       {std::string("p"), std::string(), every_byte, std::string("\\n ${X} #\r\n'\"")}) {
    const Secret line = DotenvLine("A_B", Secret::CopyOf(value));
    EXPECT_EQ(line.Reveal().find('\n'), std::string_view::npos);
    const auto entries = ParseDotenv(line.Reveal(), "f");
    ASSERT_TRUE(entries.ok());
    ASSERT_EQ(entries->size(), 1U);
    EXPECT_EQ(entries->front().name, "A_B");
    EXPECT_EQ(entries->front().value.Reveal(), value);
  }
}

TEST(ReadDotenv, SaysThatThereIsNone) {
  const testing::TempDir directory;
  EXPECT_EQ(ReadDotenv(directory / ".env").error().code(), ErrorCode::kNotFound);
  directory.Write(".env", "A=1\n");
  EXPECT_EQ(Shape(ReadDotenv(directory / ".env")), "A=1");
}

}  // namespace
}  // namespace injector
