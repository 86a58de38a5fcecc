// Planted secrets are looked for in every byte that the program prints, stores, or shows in /proc.

#include <unistd.h>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFieldCanary = "canary-field-7f3a9c";
constexpr const char* kNestedCanary = "canary-nested-51be02";
constexpr const char* kUriCanary = "canary-uri-c0ffee88";
constexpr const char* kVariableCanary = "canary-variable-99d1";
constexpr const char* kCanaries[] = {kFieldCanary, kNestedCanary, kUriCanary, kVariableCanary};

// The forms in which a careless program might write a value.
std::vector<std::string> FormsOf(std::string_view value) {
  std::vector<std::string> forms = {std::string(value), HexEncode(value)};
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const Secret encoded = Base64Encode(std::string(shift, 'x') + std::string(value));
    // Without the ends, which the bytes around the value determine.
    forms.emplace_back(encoded.Reveal().substr(4, value.size()));
  }
  return forms;
}

void ExpectNoCanaryIn(std::string_view text, std::string_view where) {
  for (const char* canary : kCanaries) {
    for (const std::string& form : FormsOf(canary)) {
      EXPECT_EQ(text.find(form), std::string_view::npos) << where << " holds " << form;
    }
  }
}

class LeakTest : public InjectorCliTest {
 protected:
  void ExpectNoCanaryFrom(std::vector<std::string> words, std::string stdin_text = "") const {
    const std::string what = ::testing::PrintToString(words);
    const ProgramResult result = Run(std::move(words), std::move(stdin_text));
    ExpectNoCanaryIn(result.out, what + " stdout");
    ExpectNoCanaryIn(result.err, what + " stderr");
  }

  void PlantCanaries() const {
    ExpectNoCanaryFrom({"connections", "set", "a", "--type", "postgres", "--field", "host=h",
                        "--secret", "password=-"},
                       std::string(kFieldCanary) + "\n");
    ExpectNoCanaryFrom({"connections", "set", "b", "--type", "generic", "--json", "-"},
                       R"({"tls":{"api_key":")" + std::string(kNestedCanary) + R"("},"n":1})");
    ExpectNoCanaryFrom({"connections", "set", "c", "--uri", "-"},
                       "mysql://u:" + std::string(kUriCanary) + "@h/db?api_key=" + kUriCanary);
    ExpectNoCanaryFrom({"variables", "set", "v", "--secret"}, kVariableCanary);
  }
};

TEST_F(LeakTest, NothingIsPrintedUnlessRevealed) {
  PlantCanaries();
  for (const char* output : {"text", "json"}) {
    for (const char* name : {"a", "b", "c"}) {
      ExpectNoCanaryFrom({"connections", "get", name, "--output", output});
      ExpectNoCanaryFrom({"connections", "set", name, "--field", "port=x", "--output", output});
    }
    ExpectNoCanaryFrom({"connections", "list", "--output", output});
    ExpectNoCanaryFrom({"connections", "doctor", "--offline", "--output", output});
    ExpectNoCanaryFrom({"env", "-c", "a", "-c", "b=B_", "-c", "c", "--output", output});
    ExpectNoCanaryFrom({"variables", "list", "--output", output});
    ExpectNoCanaryFrom({"variables", "get", "v", "--output", output});
  }
  ExpectNoCanaryFrom({"env", "-c", "a", "-c", "b=B_", "-c", "c", "--export"});
  ExpectNoCanaryFrom({"render", "-"}, "{{ conn.a.password }} {{ conn.c.password }} {{ var.v }}\n");
  for (const char* format : {"json", "yaml", "env", "airflow-json"}) {
    ExpectNoCanaryFrom({"connections", "export", "--format", format});
  }
  ExpectNoCanaryFrom({"connections", "delete", "a"});
}

TEST_F(LeakTest, RevealShowsExactlyWhatWasAsked) {
  PlantCanaries();
  const std::string out = Do({"connections", "get", "a", "--reveal"});
  EXPECT_THAT(out, HasSubstr(kFieldCanary));
  EXPECT_THAT(out, Not(HasSubstr(kNestedCanary)));
  EXPECT_THAT(Do({"variables", "get", "v", "--reveal"}), HasSubstr(kVariableCanary));
}

TEST_F(LeakTest, TheStoreHoldsNoSecretInAnyForm) {
  PlantCanaries();
  ExpectNoCanaryIn(FileContent(StorePath()), "the store");
}

TEST_F(LeakTest, RefusedInputIsNotRepeated) {
  PlantCanaries();
  const std::string canary = kFieldCanary;
  ExpectNoCanaryFrom({"connections", "set", "a", "--field", "password=" + canary});
  ExpectNoCanaryFrom({"connections", "set", "a", "--secret", "password=" + canary});
  ExpectNoCanaryFrom({"connections", "set", "a", "--field", "port=" + canary});
  ExpectNoCanaryFrom({"connections", "set", "a", "--password=" + canary});
  ExpectNoCanaryFrom({"connections", "set", "a", canary});
  ExpectNoCanaryFrom({"connections", "set", "a", "--json", "{\"password\":\"" + canary + "\"}"});
  ExpectNoCanaryFrom({"connections", "set", "a", "--uri", "mysql://u:" + canary + "@h"});
  ExpectNoCanaryFrom({"connections", "set", "a", "--json", "-"}, "{\"password\":\"" + canary);
  ExpectNoCanaryFrom({"connections", "set", "a", "--uri", "-"}, "mysql://u:" + canary + "%zz@h");
  ExpectNoCanaryFrom({"variables", "set", "v", canary}, "x");
  ExpectNoCanaryFrom({"variables", "set", "v"}, canary + "\xff");
}

TEST_F(LeakTest, TheKeyIsGoneFromTheEnvironmentWhileAsking) {
  key_ = "c0ffee" + std::string(58, '7');
  TerminalSession session(
      AtTerminal(Call({"connections", "set", "db", "--type", "generic", "--secret", "password"})));
  ASSERT_TRUE(session.Shows("password: "));
  const std::string proc = "/proc/" + std::to_string(session.pid());
  const std::string environment = FileContent(proc + "/environ");
  EXPECT_EQ(environment.find("c0ffee"), std::string::npos);
  if (::geteuid() == 0) {  // nobody else may look at all: the process is not dumpable
    EXPECT_NE(environment.find("INJECTOR_STORE="), std::string::npos);
  } else {
    EXPECT_EQ(environment, "");
  }
  EXPECT_EQ(FileContent(proc + "/cmdline").find("c0ffee"), std::string::npos);
  session.Type("x\n");
  EXPECT_EQ(session.NextStatus(), 0);
}

}  // namespace
}  // namespace injector
