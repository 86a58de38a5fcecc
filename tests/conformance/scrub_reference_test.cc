// The scrubber against scrub_reference.py: random rows by that program, the number of which
// SCRUB_REFERENCE_ROWS sets, and SCRUB_REFERENCE_SEED where they begin.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "injector/base/base64.h"
#include "runner_shim/scrub/escape.h"
#include "runner_shim/scrub/scrubber.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace runner_shim {
namespace {

constexpr std::size_t kRowsPerLine = 10;

std::string Setting(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::string FromBase64(const std::string& text) {
  return std::string(injector::Base64Decode(text).value().Reveal());
}

std::vector<std::string> AllFromBase64(const nlohmann::json& texts) {
  std::vector<std::string> all;
  for (const std::string text : texts) all.push_back(FromBase64(text));
  return all;
}

std::string WithoutLineEnds(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return text;
}

std::set<std::string> Bytes(const Matcher& matcher) {
  std::set<std::string> bytes;
  for (const Matcher::Needle& needle : matcher.needles()) bytes.emplace(needle.bytes);
  return bytes;
}

// The secrets of one line, and the rows that belong to them.
class ReferenceLine {
 public:
  explicit ReferenceLine(const nlohmann::json& line) : line_(line) {
    ScrubOptions options;
    options.min_length = line.at("min_length");
    std::vector<ScrubSecret> secrets;
    for (const std::string& value : AllFromBase64(line.at("secrets"))) {
      secrets.push_back({"s", injector::Secret::CopyOf(value)});
    }
    set_ = NeedleSet::Build(std::move(secrets), options).value();
    FindUnknown();
  }

  // Compares all rows but those that hold a form which the program does not know. Returns how many.
  std::size_t Compare() const {
    std::size_t compared = 0;
    for (const nlohmann::json& row : line_.at("rows")) {
      const std::vector<std::string> chunks = AllFromBase64(row.at("chunks"));
      std::string text;
      for (const std::string& chunk : chunks) text += chunk;
      if (HoldsUnknown(text)) continue;
      ++compared;
      EXPECT_EQ(FromBase64(row.at("expected")), Scrub(chunks))
          << testing::PrintToString(text) << "\nof " << line_.at("secrets");
    }
    return compared;
  }

  // Every needle of the program is one of ours.
  void CompareNeedles() const {
    const std::set<std::string> ours = Bytes(set_->lines());
    for (const std::string& needle : AllFromBase64(line_.at("needles"))) {
      EXPECT_TRUE(ours.count(needle) == 1)
          << testing::PrintToString(needle) << "\nof " << line_.at("secrets");
    }
  }

 private:
  void FindUnknown() {
    std::set<std::string> known;
    for (const std::string& needle : AllFromBase64(line_.at("needles"))) {
      known.insert(needle);
      known.insert(StripEscapes(needle));
    }
    for (const Matcher* matcher : {&set_->lines(), &set_->escapes()}) {
      for (const std::string& needle : Bytes(*matcher)) {
        if (known.count(needle) == 0) unknown_.push_back(needle);
      }
    }
  }

  bool HoldsUnknown(const std::string& text) const {
    const std::string lines = WithoutLineEnds(text);
    const std::string escapes = WithoutLineEnds(StripEscapes(text));
    return std::any_of(unknown_.begin(), unknown_.end(), [&](const std::string& needle) {
      // As much of it as counts where the stream ends within it.
      const std::string most = needle.substr(0, std::max<std::size_t>(16, needle.size() * 3 / 4));
      return lines.find(most) != lines.npos || escapes.find(most) != escapes.npos;
    });
  }

  std::string Scrub(const std::vector<std::string>& chunks) const {
    Scrubber scrubber(set_);
    std::string out;
    for (const std::string& chunk : chunks) scrubber.Feed(chunk, out);
    scrubber.Finish(out);
    return out;
  }

  const nlohmann::json& line_;
  std::shared_ptr<const NeedleSet> set_;
  std::vector<std::string> unknown_;
};

TEST(ScrubReferenceTest, ScrubsAndListsFormsAsTheNaiveProgramDoes) {
  const std::size_t rows = std::stoul(Setting("SCRUB_REFERENCE_ROWS", "300"));
  injector::testing::ProgramRun generator;
  generator.argv = {"python3", "-B", tests::SourceFile("conformance/scrub_random_rows.py"),
                    Setting("SCRUB_REFERENCE_SEED", "1"), std::to_string(rows / kRowsPerLine)};
  const injector::testing::ProgramResult program = injector::testing::RunProgram(generator);
  ASSERT_EQ(0, program.exit_status) << program.err;
  std::istringstream lines(program.out);
  std::size_t compared = 0;
  for (std::string text; std::getline(lines, text) && !HasFailure();) {
    const nlohmann::json json = nlohmann::json::parse(text);
    const ReferenceLine line(json);
    line.CompareNeedles();
    compared += line.Compare();
  }
  EXPECT_GT(compared, rows * 9 / 10);
}

}  // namespace
}  // namespace runner_shim
