#include "runner_shim/scrub/forms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "runner_shim/scrub/parts.h"

namespace runner_shim {
namespace {

bool Has(std::string_view value, Form form, std::string_view bytes) {
  const std::vector<FormOfValue> forms = FormsOf(value);
  return std::any_of(forms.begin(), forms.end(), [&](const FormOfValue& f) {
    return f.form == form && f.bytes.Reveal() == bytes;
  });
}

struct Row {
  const char* name;
  std::string_view value;
  Form form;
  std::string_view bytes;
};

class FormsTest : public testing::TestWithParam<Row> {};

TEST_P(FormsTest, Holds) { EXPECT_TRUE(Has(GetParam().value, GetParam().form, GetParam().bytes)); }

constexpr Row kRows[] = {
    {"raw", "Pa$$word", Form::kRaw, "Pa$$word"},
    {"raw_without_line_end", "Pa$$word\r\n", Form::kRaw, "Pa$$word"},
    {"line", "first line\nsecond line", Form::kLine, "second line"},
    {"joined_by_spaces", "first\r\nsecond", Form::kNewlines, "first second"},
    {"joined_by_escapes", "first\nsecond", Form::kNewlines, "first\\nsecond"},
    {"expanded", "first line\\nsecond", Form::kNewlines, "first linesecond"},
    {"json_quote", "Pass\"word", Form::kJson, "Pass\\\"word"},
    {"json_slash", "Pass/word", Form::kJson, "Pass\\/word"},
    {"json_ascii", "Passwörd", Form::kJson, "Passw\\u00f6rd"},
    {"json_ascii_upper", "Passwörd", Form::kJson, "Passw\\u00F6rd"},
    {"json_pair", "key-🔑-secret", Form::kJson, "key-\\ud83d\\udd11-secret"},
    {"json_html", "a<b>&cdefg", Form::kJson, "a\\u003cb\\u003e\\u0026cdefg"},
    {"json_quotes", "it's=that", Form::kJson, "it\\u0027s\\u003dthat"},
    {"percent", "pass wo/rd", Form::kPercent, "pass%20wo%2Frd"},
    {"percent_lower", "pass wo/rd", Form::kPercent, "pass%20wo%2frd"},
    {"percent_slash", "pass wo/rd", Form::kPercent, "pass%20wo/rd"},
    {"percent_plus", "pass wo/rd", Form::kPercent, "pass+wo%2Frd"},
    {"base64", "Sup3r-S3cret", Form::kBase64, "U3VwM3ItUzNjcmV0"},
    {"base64_second", "Sup3r-S3cret", Form::kBase64, "N1cDNyLVMzY3Jld"},
    {"base64url", "?\?>>secret<<?\?value", Form::kBase64, "Pz8-PnNlY3JldDw8Pz92YWx1Z"},
    {"hex", "Sup3r-S3cret", Form::kHex, "53757033722d533363726574"},
    {"hex_upper", "Sup3r-S3cret", Form::kHex, "53757033722D533363726574"},
    {"xml", "a<b>&\"c'd", Form::kXml, "a&lt;b&gt;&amp;&quot;c&#39;d"},
    {"php", "a<b>&\"c'd", Form::kXml, "a&lt;b&gt;&amp;&quot;c&#039;d"},
    {"shell_quote", "it's long", Form::kShell, "it'\\''s long"},
    {"shell_other_quote", "it's long", Form::kShell, "it'\"'\"'s long"},
    {"shell_double", "cash$money", Form::kShell, "cash\\$money"},
    {"shell_word", "a b&c,defg", Form::kShell, "a\\ b\\&c\\,defg"},
    {"shell_tilde", "~a=~bcdefg", Form::kShell, "\\~a=\\~bcdefg"},
    {"ansi_c", "tab\there\x01!", Form::kShell, "tab\\there\\001!"},
    {"ansi_c_octal", "Passwörd", Form::kShell, "Passw\\303\\266rd"},
    {"literal", "it's\x01 long", Form::kLiteral, "it\\'s\\x01 long"},
    {"python_bytes", "päss\\w'ört\x7f\n", Form::kLiteral, "p\\xc3\\xa4ss\\\\w\\'\\xc3\\xb6rt\\x7f"},
    {"python_bytes_ends", "ä\tb\nc\rdef", Form::kLiteral, "\\xc3\\xa4\\tb\\nc\\rdef"},
    {"python_ascii", "pässwört", Form::kLiteral, "p\\xe4ssw\\xf6rt"},
    {"python_ascii_wide", "密码-🔑-clé\"", Form::kLiteral, "\\u5bc6\\u7801-\\U0001f511-cl\\xe9\\\""},
    {"backslashes", "C:\\secret", Form::kJson, "C:\\\\secret"},
    {"utf16_base64", "Sup3r-S3cret", Form::kUtf16Base64, "UwB1AHAAMwByAC0AUwAzAGMAcgBlAHQA"},
};

TEST(FormsOfTest, ListsNoFormTwice) {
  std::set<std::string> seen;
  for (const FormOfValue& form : FormsOf("it's C:\\a & \"b\"\n{second}/line~*")) {
    EXPECT_TRUE(seen.emplace(form.bytes.Reveal()).second) << form.bytes.Reveal();
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, FormsTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

TEST(FormsTest, DerivedFormsHaveAtLeastEightBytes) {
  for (const FormOfValue& form : FormsOf("a\"b")) {
    if (form.form == Form::kRaw) continue;
    const bool is_base64 = form.form == Form::kBase64 || form.form == Form::kUtf16Base64;
    const std::size_t shortest = is_base64 ? kShortestBase64Core : kShortestDerived;
    EXPECT_GE(form.bytes.size(), shortest) << FormName(form.form);
  }
}

TEST(FormsTest, BracesAndPemBoundariesAreNoLines) {
  for (const FormOfValue& form : FormsOf("-----BEGIN KEY-----\nabcdefgh\n{ }, ; : [ ]\n")) {
    if (form.form == Form::kLine) {
      EXPECT_EQ("abcdefgh", form.bytes.Reveal());
    }
  }
}

TEST(FormsTest, BlankValuesHaveNone) {
  EXPECT_TRUE(FormsOf("").empty());
  EXPECT_TRUE(FormsOf(" \t\r\n  \n").empty());
}

std::vector<std::string> Parts(std::string_view value, UrlPath path = UrlPath::kSecret) {
  std::vector<std::string> parts;
  for (const injector::Secret& part : PartsOf(value, path)) parts.emplace_back(part.Reveal());
  return parts;
}

TEST(PartsTest, UrlsYieldPasswordElseUserElsePath) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ((Strings{"p%40ss", "p@ss"}), Parts("mysql://root:p%40ss@db/x"));
  EXPECT_EQ((Strings{"token"}), Parts("https://token@host/"));
  EXPECT_EQ((Strings{}), Parts("https://user:@host/a/long/enough/path"));
  EXPECT_EQ((Strings{"/services/T0/B0/XXXX?a=b"}), Parts("https://h/services/T0/B0/XXXX?a=b#f"));
  EXPECT_EQ((Strings{}), Parts("https://h/services/T0/B0/XXXX", UrlPath::kOpen));
  EXPECT_EQ((Strings{}), Parts("see https://u:p@h/"));
}

TEST(PartsTest, JsonYieldsStringsThatAreNotKnownToBeOpen) {
  EXPECT_EQ((std::vector<std::string>{"a\nsecret", "https://u:p@h/", "in-a-list"}),
            Parts(R"({"type": "service_account", "private_key": "a\nsecret", "n": 12345678,
                      "token_uri": "https://host/token", "auth_uri": "https://u:p@h/",
                      "short": "1234567", "list": [["in-a-list"]], "user": "somebody-else"})"));
}

TEST(PartsTest, WhatIsNoJsonHasNone) {
  for (const char* text :
       {"{", "{\"a\": \"bcdefghijk\"", "[\"bcdefghijk\",]", "{} x", "[\"\\x\"]"}) {
    EXPECT_TRUE(Parts(text).empty()) << text;
  }
}

}  // namespace
}  // namespace runner_shim
