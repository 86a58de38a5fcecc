// What is not exactly what was written is refused, with one clear error, and left alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "injector/sources/encrypted_file/store.h"
#include "tests/unit/injector/sources/store_fixture.h"

namespace injector {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

class StoreDamageTest : public StoreFixture {
 protected:
  // Opens `text` as the store's file.
  Result<Store> OpenText(std::string_view text) {
    WriteText(text);
    const KeyText key = RawKey();
    return Store::Open(path_, &key);
  }

  Result<Store> OpenTextWithoutKey(std::string_view text) {
    WriteText(text);
    return Store::Open(path_, nullptr);
  }

  void ExpectOneClearError(const Result<Store>& store) {
    ASSERT_FALSE(store.ok());
    EXPECT_THAT(store.error().message(), StartsWith(path_ + ": "));
    EXPECT_THAT(store.error().message(),
                AnyOf(HasSubstr("damaged, cut short or altered"),
                      // What a flipped digit of fingerprint or version looks like.
                      HasSubstr("wrong key"), HasSubstr("format version")));
  }
};

TEST_F(StoreDamageTest, RefusesEveryFlippedBit) {
  MakeStore();
  const std::string text = ReadText();
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    ExpectOneClearError(OpenText(flipped));
  }
}

TEST_F(StoreDamageTest, RefusesOtherWhiteSpaceAnywhere) {
  MakeStore();
  const std::string text = ReadText();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != ' ' && text[at] != '\n') continue;
    std::string changed = text;
    changed[at] = '\t';
    ExpectOneClearError(OpenText(changed));
    ExpectOneClearError(OpenText(text.substr(0, at) + " " + text.substr(at)));
  }
}

TEST_F(StoreDamageTest, RefusesEveryTruncation) {
  MakeStore();
  const std::string text = ReadText();
  for (std::size_t length = 0; length < text.size(); ++length) {
    SCOPED_TRACE(length);
    ExpectOneClearError(OpenText(text.substr(0, length)));
  }
  ExpectOneClearError(OpenText(text + "\n"));
}

TEST_F(StoreDamageTest, RefusesEveryDamagedByteOfAPlaintextStore) {
  MakeStore(Protection::Plaintext());
  const std::string text = ReadText();
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ExpectOneClearError(OpenTextWithoutKey(changed));
    ExpectOneClearError(OpenTextWithoutKey(text.substr(0, at)));
  }
}

TEST_F(StoreDamageTest, LeavesADamagedFileAsItIs) {
  MakeStore();
  const std::string damaged = ReadText() + "x";
  WriteText(damaged);
  const KeyText key = RawKey();
  EXPECT_FALSE(Store::Open(path_, &key).ok());
  EXPECT_FALSE(StoreEditor::Open(path_, &key, clock_).ok());
  EXPECT_FALSE(StoreEditor::OpenOrCreate(path_, Protection::WithKey(RawKey()), clock_).ok());
  EXPECT_EQ(ReadText(), damaged);
}

class StoreAlterationTest : public StoreDamageTest {
 protected:
  void SetUp() override {
    StoreEditor editor = Edit();
    ASSERT_TRUE(editor.Put(MakeConnection("mysql", "one")).ok());
    ASSERT_TRUE(editor.Put(MakeConnection("mysql", "two")).ok());
    ASSERT_TRUE(editor.Save().ok());
    text_ = ReadText();
    const std::regex entry("    \\{[^}]*\\}");
    for (std::sregex_iterator match(text_.begin(), text_.end(), entry), end; match != end;
         ++match) {
      entries_.push_back(match->str());
    }
    ASSERT_EQ(entries_.size(), 2U);
  }
  std::string Replace(const std::string& from, const std::string& to) const {
    std::string altered = text_;
    return altered.replace(altered.find(from), from.size(), to);
  }
  std::string text_;
  std::vector<std::string> entries_;
};

TEST_F(StoreAlterationTest, RefusesDeletedReorderedRepeatedAndSwappedEntries) {
  const std::string both = entries_[0] + ",\n" + entries_[1];
  const auto sealed = [](const std::string& entry) {
    return entry.substr(entry.find("\"sealed\""));
  };
  const std::string swapped =
      entries_[0].substr(0, entries_[0].find("\"sealed\"")) + sealed(entries_[1]) + ",\n" +
      entries_[1].substr(0, entries_[1].find("\"sealed\"")) + sealed(entries_[0]);
  for (const std::string& altered : {entries_[0], entries_[1], entries_[1] + ",\n" + entries_[0],
                                     both + ",\n" + entries_[0], swapped}) {
    const Result<Store> store = OpenText(Replace(both, altered));
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(store.error().code(), ErrorCode::kDataLoss);
  }
  EXPECT_TRUE(OpenText(Replace(both, both)).ok());
}

TEST_F(StoreAlterationTest, RefusesAlteredReadableMembers) {
  const std::pair<std::string, std::string> rows[] = {
      {"\"alias\": \"one\"", "\"alias\": \"own\""},
      {"\"default\": false", "\"default\": true"},
      {"\"version\": 1,\n      \"createdAt\"", "\"version\": 2,\n      \"createdAt\""},
      {"\"createdAt\": \"2026", "\"createdAt\": \"2025"},
      {"\"variables\": []", "\"variables\": [ ]"},
      {"\"mode\": \"raw\"", "\"mode\": \"plaintext\""},
      {"\"format\"", "\"more\": 1,\n  \"format\""},
  };
  for (const auto& [from, to] : rows) {
    const Result<Store> store = OpenText(Replace(from, to));
    ASSERT_FALSE(store.ok()) << to;
    EXPECT_EQ(store.error().code(), ErrorCode::kDataLoss) << to;
  }
}

TEST_F(StoreAlterationTest, ListingRefusesWhatIsNoStore) {
  for (const std::string text : {"", "{}", "[]", "not json", "{\"format\": \"something else\"}"}) {
    WriteText(text);
    EXPECT_EQ(ReadStoreListing(path_).error().code(), ErrorCode::kDataLoss) << text;
  }
  // Names and dates are shown to people before anything is verified.
  WriteText(Replace("\"alias\": \"one\"", "\"alias\": \"\\u001b[2J\""));
  EXPECT_FALSE(ReadStoreListing(path_).ok());
  WriteText(Replace("2026-01-01T00:00:00Z", "\\u001b[2J"));
  EXPECT_FALSE(ReadStoreListing(path_).ok());
}

// Whoever has the key could write such a file; references in it would have two meanings.
TEST_F(StoreAlterationTest, RefusesEntriesThatDoNotHoldTogether) {
  const std::string two_defaults =
      std::regex_replace(text_, std::regex("\"default\": (true|false)"), "\"default\": true");
  for (const std::string& text :
       {Replace("\"alias\": \"one\"", "\"alias\": \"two\""), two_defaults,
        Replace("\"version\": 1,\n      \"created", "\"version\": 0,\n      \"created"),
        Replace("\"version\": 1,\n      \"created",
                "\"version\": 18446744073709551615,\n      \"created")}) {
    WriteText(text);
    EXPECT_FALSE(ReadStoreListing(path_).ok()) << text;
  }
}

TEST_F(StoreAlterationTest, NamesALaterFormatVersion) {
  const Error error = OpenText(Replace("\"version\": 1", "\"version\": 2")).error();
  EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
  EXPECT_THAT(error.message(), HasSubstr("format version 2"));
}

class StoreHeaderTest : public StoreDamageTest {};

TEST_F(StoreHeaderTest, RefusesScryptCostsOutOfBoundsWithoutPayingThem) {
  MakeStore(CheapPassphrase());
  const std::string text = ReadText();
  const std::pair<std::string, std::string> rows[] = {
      {"\"log2N\": 14", "\"log2N\": 30"},
      {"\"log2N\": 14", "\"log2N\": 13"},
      {"\"log2N\": 14", "\"log2N\": 1.4"},
      {"\"r\": 8", "\"r\": 4294967304"},
      {"\"r\": 8", "\"r\": 1"},
      {"\"p\": 1", "\"p\": 0"},
      {"\"p\": 1", "\"p\": 1000000"},
  };
  for (const auto& [from, to] : rows) {
    std::string altered = text;
    altered.replace(altered.find(from), from.size(), to);
    const Result<Store> store = OpenText(altered);
    ASSERT_FALSE(store.ok()) << to;
    EXPECT_EQ(store.error().code(), ErrorCode::kDataLoss) << to;
  }
}

}  // namespace
}  // namespace injector
