// Every row of scrub.json, whole, in its own chunks, in two pieces at every split point, and one
// byte a write; with all of the instructions that this processor has.

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "injector/base/base64.h"
#include "runner_shim/scrub/scrubber.h"
#include "tests/support/paths.h"

namespace runner_shim {
namespace {

struct Row {
  std::string name;
  std::vector<std::string> secrets;
  std::size_t min_length;
  std::vector<std::string> chunks;
  std::string expected;
};

std::string FromBase64(const std::string& text) {
  return std::string(injector::Base64Decode(text).value().Reveal());
}

std::vector<Row> LoadRows() {
  std::ifstream file(tests::SourceFile("conformance/scrub.json"));
  std::vector<Row> rows;
  for (const nlohmann::json& json : nlohmann::json::parse(file)) {
    Row row{json.at("name"),
            json.at("secrets"),
            json.at("min_length"),
            {},
            FromBase64(json.at("expected_base64"))};
    for (const std::string chunk : json.at("chunks_base64")) {
      row.chunks.push_back(FromBase64(chunk));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

class ScrubConformanceTest : public testing::TestWithParam<Row> {
 protected:
  ScrubConformanceTest() {
    for (const Instructions instructions : kAllInstructions) {
      if (AreThere(instructions)) sets_.push_back(Build(instructions));
    }
    for (const std::string& chunk : GetParam().chunks) text_ += chunk;
  }

  static std::shared_ptr<const NeedleSet> Build(Instructions instructions) {
    std::vector<ScrubSecret> secrets;
    for (const std::string& value : GetParam().secrets) {
      secrets.push_back({"s", injector::Secret::CopyOf(value)});
    }
    ScrubOptions options;
    options.min_length = GetParam().min_length;
    options.instructions = instructions;
    return NeedleSet::Build(std::move(secrets), options).value();
  }

  // What comes out; the same with all instructions.
  std::string Scrub(const std::vector<std::string_view>& chunks) const {
    std::string first;
    for (const auto& set : sets_) {
      Scrubber scrubber(set);
      std::string out;
      for (std::string_view chunk : chunks) scrubber.Feed(chunk, out);
      scrubber.Finish(out);
      if (set == sets_.front()) first = out;
      if (out != first) return "not the same with all instructions";
    }
    return first;
  }

  std::vector<std::shared_ptr<const NeedleSet>> sets_;
  std::string text_;
};

TEST_P(ScrubConformanceTest, Whole) { EXPECT_EQ(GetParam().expected, Scrub({text_})); }

TEST_P(ScrubConformanceTest, InItsChunks) {
  const std::vector<std::string>& chunks = GetParam().chunks;
  EXPECT_EQ(GetParam().expected, Scrub({chunks.begin(), chunks.end()}));
}

TEST_P(ScrubConformanceTest, SplitAnywhere) {
  const std::string_view text = text_;
  // Two rows are so long that all their splits would take minutes under a sanitizer.
  const std::size_t step = text.size() > 8000 ? 61 : 1;
  for (std::size_t i = 0; i <= text.size(); i += step) {
    ASSERT_EQ(GetParam().expected, Scrub({text.substr(0, i), text.substr(i)})) << "split at " << i;
  }
}

TEST_P(ScrubConformanceTest, OneByteAWrite) {
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    bytes.push_back(std::string_view(text_).substr(i, 1));
  }
  EXPECT_EQ(GetParam().expected, Scrub(bytes));
}

std::string RowName(const testing::TestParamInfo<Row>& row) {
  std::string name;
  for (char c : row.param.name) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, ScrubConformanceTest, testing::ValuesIn(LoadRows()), RowName);

}  // namespace
}  // namespace runner_shim
