// What real programs make of a secret before they print it: of the characters that encode one, no
// eight in a row may pass the shim.
//
// Each secret stands between random words. It is encoded twice, the second time with another first
// and last byte: where the two texts differ first and last is where the secret's own part begins
// and ends. Of this part, in the text that was scrubbed, every run of eight characters is looked
// for.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "injector/base/base64.h"
#include "tests/integration/encoders/secrets.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {
namespace {

constexpr std::size_t kLongestLeft = 7;

// Where a program of encode.* is run, and how it may print.
struct Encoder {
  const char* interpreter;
  const char* script;
  const char* how;
  const char* locale = "C.UTF-8";
  // Of these samples it prints what no form covers: see deploy/guides/security.md.
  std::vector<std::string> not_covered = {};
};

void PrintTo(const Encoder& encoder, std::ostream* out) {
  *out << encoder.interpreter << ' ' << encoder.how;
}

struct Program {
  const char* interpreter;
  const char* script;
  std::vector<const char*> names;
};

const Program kPrograms[] = {
    {"bash",
     "encode.sh",
     {"base64",
      "base64-w0",
      "base64-w20",
      "openssl-base64",
      "xxd-p",
      "xxd-p-u",
      "jq-R",
      "jq-Rs",
      "jq-Rs-a",
      "jq-uri",
      "jq-html",
      "jq-sh",
      "jq-base64",
      "utf-16le",
      "utf-16le-base64",
      "printf-q",
      "at-q",
      "declare-p",
      "export-p",
      "set",
      "bash-x",
      "bash-v",
      "bash-x-assignment",
      "dash-x",
      "dash-set",
      "env",
      "env-0"}},
    {"python3",
     "encode.py",
     {"json.dumps",
      "json.dumps-utf8",
      "json.dumps-object",
      "quote",
      "quote-all",
      "quote_plus",
      "urlencode",
      "html.escape",
      "html.escape-text",
      "repr",
      "repr-list",
      "repr-bytes",
      "ascii",
      "pprint",
      "shlex.quote",
      "b64encode",
      "urlsafe_b64encode",
      "encodebytes",
      "hex",
      "utf-16"}},
    {"nodejs",
     "encode.js",
     {"JSON.stringify", "JSON.stringify-object", "encodeURIComponent", "encodeURI",
      "URLSearchParams", "util.inspect", "util.inspect-object", "base64", "base64url", "hex"}},
    {"php",
     "encode.php",
     {"json_encode", "json_encode-plain", "json_encode-hex", "rawurlencode", "urlencode",
      "htmlspecialchars", "htmlspecialchars-xml", "var_export", "addslashes", "escapeshellarg",
      "base64_encode", "bin2hex"}},
    {"perl",
     "encode.pl",
     {"uri_escape", "uri_escape_utf8", "JSON::PP", "JSON::PP-ascii", "MIME::Base64"}},
};

std::vector<Encoder> Encoders() {
  std::vector<Encoder> encoders;
  for (const Program& program : kPrograms) {
    for (const char* how : program.names) {
      encoders.push_back({program.interpreter, program.script, how});
    }
  }
  for (const char* how : {"bash-x", "printf-q", "declare-p", "at-q", "set"}) {
    encoders.push_back({"bash", "encode.sh", how, "C"});
  }
  // They break long texts at blanks.
  for (Encoder& encoder : encoders) {
    const std::string_view how = encoder.how;
    if (how == "pprint" || how == "util.inspect") encoder.not_covered = {"service_account"};
  }
  return encoders;
}

// Random words of random length, so that base64 meets every alignment; the same in every run.
std::string Words(std::mt19937& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = 2 + random() % 7;
    for (std::size_t k = 0; k < length; ++k) text += static_cast<char>('a' + random() % 26);
    text += i + 1 < count ? " " : "";
  }
  return text;
}

// `text` with another first and last character of the same length.
std::string WithOtherEnds(std::string_view text) {
  std::string other(text);
  const auto change = [](char& c) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    c = static_cast<char>(!ascii ? c ^ 1 : c == 'Q' ? 'R' : 'Q');
  };
  std::size_t first = 0;  // of a longer one its last byte is changed
  while (first + 1 < other.size() &&
         (static_cast<unsigned char>(other[first + 1]) & 0xC0) == 0x80) {
    ++first;
  }
  change(other[first]);
  change(other.back());
  return other;
}

// What is no secret of a secret: BEGIN and END lines, line ends, and what stands between the pieces
// of a literal that is printed over several lines.
std::string Essence(std::string text) {
  static const std::regex kBoundary("-----(BEGIN|END)[^-]*-----");
  static const std::regex kContinuation("['\"]( \\+)?\n *['\"]");
  text = std::regex_replace(text, kBoundary, "\n\n");
  text = std::regex_replace(text, kContinuation, "");
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return text;
}

class EncodersTest : public ::testing::TestWithParam<Encoder> {
 protected:
  struct Sample {
    std::string name;
    std::string printed;  // what the encoder makes of it
    std::size_t begin;    // the secret's own part of that
    std::size_t end;
  };

  void Run(const std::vector<std::string>& argv, const std::string& input,
           const std::string& output) {
    std::filesystem::create_directory(output);
    ProgramRun run{
        .argv = argv,
        .environment = {std::string("LC_ALL=") + GetParam().locale, "PYTHONIOENCODING=utf-8"},
        .stdin_bytes = "",
        .working_directory = ""};
    for (const std::string& word : {std::string(GetParam().how), input, output}) {
      run.argv.push_back(word);
    }
    const ProgramResult result = RunProgram(run);
    ASSERT_EQ(result.exit_status, 0) << result.err;
  }

  // Every sample, several times in different words, as the encoder prints it.
  std::vector<Sample> EncodeAll() {
    WriteInputs();
    const Encoder& encoder = GetParam();
    const std::vector<std::string> argv = {
        encoder.interpreter,
        tests::SourceFile(std::string("integration/encoders/") + encoder.script)};
    Run(argv, directory_ / "in", directory_ / "out");
    Run(argv, directory_ / "in2", directory_ / "out2");
    std::vector<Sample> samples;
    for (const std::string& name : names_) {
      const std::string printed = directory_.Read("out/" + name);
      const std::string other = directory_.Read("out2/" + name);
      const auto begin = std::mismatch(printed.begin(), printed.end(), other.begin(), other.end());
      const auto end =
          std::mismatch(printed.rbegin(), printed.rend(), other.rbegin(), other.rend());
      samples.push_back({name, printed, static_cast<std::size_t>(begin.first - printed.begin()),
                         static_cast<std::size_t>(printed.rend() - end.first)});
    }
    return samples;
  }

  void WriteInputs() {
    for (const char* name : {"in", "in2"}) std::filesystem::create_directory(directory_ / name);
    std::mt19937 random(20'240'607);
    for (const SampleSecret& secret : kSampleSecrets) {
      for (int variant = 0; variant < 2; ++variant) {
        const std::string before = Words(random, 3) + (variant == 1 ? "" : " ");
        const std::string after = (variant == 1 ? "" : " ") + Words(random, 3);
        const std::string other = WithOtherEnds(secret.value);
        names_.push_back(std::string(secret.name) + "-" + std::to_string(variant));
        directory_.Write("in/" + names_.back(), before + std::string(secret.value) + after);
        directory_.Write("in2/" + names_.back(), before + other + after);
      }
    }
  }

  // Everything through one shim, as one stream.
  std::map<std::string, std::string> Scrub(const std::vector<Sample>& samples) {
    std::string values;
    for (const SampleSecret& secret : kSampleSecrets) {
      values += std::string(values.empty() ? "[" : ",") + R"({"base64": ")" +
                std::string(Base64Encode(secret.value).Reveal()) + "\"}";
    }
    std::string stream;
    for (const Sample& sample : samples) stream += sample.printed + Mark(sample.name);
    const ProgramResult run =
        RunProgram({.argv = {tests::Program("runner-shim"), "scrub", "--values",
                             directory_.Write("values.json", values + "]")},
                    .environment = {},
                    .stdin_bytes = stream,
                    .working_directory = ""});
    EXPECT_EQ(run.exit_status, 0) << run.err;
    std::map<std::string, std::string> scrubbed;
    std::size_t begin = 0;
    for (const Sample& sample : samples) {
      const std::size_t end = run.out.find(Mark(sample.name), begin);
      if (end == std::string::npos) {
        ADD_FAILURE() << "the mark behind " << sample.name << " is gone";
        return scrubbed;
      }
      scrubbed[sample.name] = run.out.substr(begin, end - begin);
      begin = end + Mark(sample.name).size();
    }
    return scrubbed;
  }

  static std::string Mark(const std::string& name) { return "\n<<end of " + name + ">>\n"; }

  // `scrubbed` without the words around the secret, which may hold any three letters.
  static std::string WithoutWords(std::string_view scrubbed, const Sample& sample) {
    const std::string_view printed = sample.printed;
    const std::string_view before = printed.substr(0, sample.begin);
    const std::string_view after = printed.substr(std::min(sample.end, printed.size()));
    std::size_t begin = 0;
    while (begin < std::min(before.size(), scrubbed.size()) && before[begin] == scrubbed[begin]) {
      ++begin;
    }
    scrubbed.remove_prefix(begin);
    std::size_t end = 0;
    while (end < std::min(after.size(), scrubbed.size()) &&
           after[after.size() - 1 - end] == scrubbed[scrubbed.size() - 1 - end]) {
      ++end;
    }
    scrubbed.remove_suffix(end);
    return std::string(scrubbed);
  }

  // The longest run of the secret's own characters that is left; empty if none is too long.
  static std::string Left(const Sample& sample, const std::string& scrubbed) {
    const std::string own =
        sample.printed.substr(sample.begin, std::max(sample.end, sample.begin) - sample.begin);
    const std::string secret = Essence(own);
    const std::string shown = Essence(WithoutWords(scrubbed, sample));
    std::string longest;
    for (std::size_t i = 0; i + kLongestLeft < secret.size(); ++i) {
      std::size_t length = kLongestLeft + 1;
      while (i + length <= secret.size() &&
             shown.find(secret.substr(i, length)) != std::string::npos) {
        if (length > longest.size()) longest = secret.substr(i, length);
        ++length;
      }
    }
    return longest;
  }

  const TempDir directory_;
  std::vector<std::string> names_;
};

TEST_P(EncodersTest, LeavesNoEightCharacters) {
  const std::vector<Sample> samples = EncodeAll();
  if (HasFatalFailure()) return;
  const std::map<std::string, std::string> scrubbed = Scrub(samples);
  const std::vector<std::string>& exempt = GetParam().not_covered;
  for (const Sample& sample : samples) {
    const std::string secret = sample.name.substr(0, sample.name.rfind('-'));
    if (std::find(exempt.begin(), exempt.end(), secret) != exempt.end()) continue;
    const auto found = scrubbed.find(sample.name);
    if (found == scrubbed.end()) continue;
    EXPECT_LT(sample.begin, sample.end) << sample.name << " is not in " << sample.printed;
    EXPECT_EQ(Left(sample, found->second), "")
        << sample.name << "\nprinted:  " << sample.printed << "\nscrubbed: " << found->second;
  }
}

std::string TestName(const ::testing::TestParamInfo<Encoder>& info) {
  std::string name = std::string(info.param.interpreter) + "_" + info.param.how + "_" +
                     (std::string(info.param.locale) == "C" ? "C" : "");
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
      '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Real, EncodersTest, ::testing::ValuesIn(Encoders()), TestName);

}  // namespace
}  // namespace injector::testing
