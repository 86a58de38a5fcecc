#include "injector/crypto/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/hex.h"

namespace injector {
namespace {

const std::string kBytes = "0123456789abcdef0123456789ABCDEF";
const std::string kHex = HexEncode(kBytes);
const std::string kBase64(Base64Encode(kBytes).Reveal());

// The raw key, empty for a passphrase.
Secret RawKeyOf(const KeyText& key) {
  const Secret* raw_key = key.raw_key();
  return raw_key == nullptr ? Secret() : raw_key->Clone();
}

TEST(KeyText, KnowsARawKeyByItsForm) {
  const std::string long_passphrase = "correct horse battery staple";
  struct Row {
    std::string text;
    bool raw;
  };
  const Row rows[] = {
      {kHex, true},
      {ToAsciiUpper(kHex), true},
      {kHex + "\n", true},
      {kHex + "\r\n", true},
      {kBase64, true},
      {kBase64 + "\n", true},
      {kHex.substr(9), false},
      {kHex + "012345678", false},
      {"g" + kHex.substr(1), false},
      {" " + kHex, true},
      {std::string(Base64Encode(kBytes + "1").Reveal()), false},
      {long_passphrase, false},
  };
  for (const Row& row : rows) {
    const Result<KeyText> key = KeyText::Parse(row.text);
    ASSERT_TRUE(key.ok()) << row.text;
    EXPECT_EQ(key->raw_key() != nullptr, row.raw) << row.text;
    EXPECT_EQ(RawKeyOf(*key).Reveal(), row.raw ? kBytes : "") << row.text;
  }
}

// A key that was copied badly must not pass for a passphrase that nobody meant.
TEST(KeyText, RefusesARawKeyThatLostOrGainedACharacter) {
  struct Row {
    std::string text;
    std::string problem;
  };
  const Row rows[] = {
      {kHex.substr(1), "63 hex digits"},
      {kHex.substr(8) + "\n", "56 hex digits"},
      {kHex + "0", "65 hex digits"},
      {" " + kHex + "01234567 ", "72 hex digits"},
      {kBase64.substr(0, kBase64.size() - 1), "43 characters of base64"},
      {kBase64.substr(1), "43 characters of base64"},
      {std::string(Base64Encode(kBytes.substr(1)).Reveal()), "44 characters of base64"},
      {std::string(Base64Encode(kBytes + "12").Reveal()), "48 characters of base64"},
  };
  for (const Row& row : rows) {
    const Result<KeyText> key = KeyText::Parse(row.text);
    ASSERT_FALSE(key.ok()) << row.text;
    EXPECT_EQ(key.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(key.error().message(), testing::HasSubstr(row.problem));
    EXPECT_THAT(key.error().message() + key.error().hint(),
                testing::Not(testing::HasSubstr(row.text.substr(8, 16))));
  }
}

TEST(KeyText, RefusesRawBytes) {
  std::string bytes(32, 'k');
  bytes[7] = '\x01';
  EXPECT_THAT(KeyText::Parse(bytes).error().message(), ::testing::HasSubstr("32 raw bytes"));
  bytes[7] = '\xff';
  const Error error = KeyText::Parse(bytes).error();
  EXPECT_THAT(error.hint(), ::testing::HasSubstr("hex digits"));
  EXPECT_TRUE(KeyText::Parse(std::string(32, 'k')).ok());
  EXPECT_TRUE(KeyText::Parse(std::string(30, 'k') + "ä").ok());
}

TEST(KeyText, WhiteSpaceAroundARawKeyIsNoPartOfIt) {
  for (const std::string& spelled : {kHex, kBase64}) {
    for (const std::string& text : {"  " + spelled, spelled + " ", "\t" + spelled + " \r\n",
                                    "\n" + spelled + "\n", " \n " + spelled + " \n "}) {
      EXPECT_EQ(RawKeyOf(KeyText::Parse(text).value()).Reveal(), kBytes) << text;
      EXPECT_THAT(KeyText::Parse(text).value().warnings(), testing::IsEmpty()) << text;
    }
  }
  EXPECT_EQ(KeyText::Parse(kHex.substr(0, 32) + " " + kHex.substr(32)).value().raw_key(), nullptr);
}

TEST(KeyText, BlanksBelongToAPassphrase) {
  EXPECT_EQ(KeyText::Parse("  a pass phrase of words \n").value().text().Reveal(),
            "  a pass phrase of words ");
}

TEST(KeyText, KeepsTheTextWithoutLineEnds) {
  EXPECT_EQ(KeyText::Parse("a pass phrase of words\n").value().text().Reveal(),
            "a pass phrase of words");
  EXPECT_EQ(KeyText::Parse(kHex + "\n").value().text().Reveal(), kHex);
}

TEST(KeyText, RefusesNothing) {
  for (const std::string text : {"", "\n", "\r\n\r\n"}) {
    EXPECT_EQ(KeyText::Parse(text).error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(KeyText, WarnsOfAPassphraseUnder16Bytes) {
  EXPECT_EQ(KeyText::Parse("fifteen letters").value().warnings().size(), 1U);
  EXPECT_THAT(KeyText::Parse("sixteen letters!").value().warnings(), testing::IsEmpty());
  EXPECT_THAT(KeyText::Parse(kHex).value().warnings(), testing::IsEmpty());
}

TEST(KeyText, GeneratesRawKeysThatParseBack) {
  const KeyText key = KeyText::Generate().value();
  EXPECT_EQ(RawKeyOf(key).size(), KeyText::kRawKeySize);
  EXPECT_TRUE(RawKeyOf(KeyText::Parse(key.text().Reveal()).value()) == RawKeyOf(key));
  EXPECT_FALSE(RawKeyOf(KeyText::Generate().value()) == RawKeyOf(key));
}

TEST(KeyText, ClonesWhole) {
  const KeyText key = KeyText::Parse("short").value();
  const KeyText copy = key.Clone();
  EXPECT_TRUE(copy.text() == key.text());
  EXPECT_EQ(copy.warnings(), key.warnings());
  EXPECT_EQ(RawKeyOf(KeyText::Parse(kHex).value().Clone()).Reveal(), kBytes);
}

class KeyFileTest : public testing::Test {
 protected:
  void Write(std::string_view content, mode_t mode) {
    std::ofstream(path_) << content;
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
  }
  ~KeyFileTest() override { ::unlink(path_.c_str()); }

  std::string path_ = testing::TempDir() + "key-file-test-" + std::to_string(::getpid());
};

TEST_F(KeyFileTest, ReadsAPrivateFileWithoutWarning) {
  Write(kHex + "\n", 0600);
  const Result<KeyText> key = KeyText::ReadFile(path_);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(RawKeyOf(*key).Reveal(), kBytes);
  EXPECT_THAT(key->warnings(), testing::IsEmpty());
}

TEST_F(KeyFileTest, WarnsOfAFileThatOthersCanRead) {
  for (const mode_t mode : {0640U, 0604U, 0644U}) {
    Write(kHex, mode);
    EXPECT_THAT(KeyText::ReadFile(path_).value().warnings(),
                testing::ElementsAre(testing::HasSubstr("chmod 600 " + path_)));
  }
}

TEST_F(KeyFileTest, NamesTheFileInErrorsAndShowsNoContent) {
  EXPECT_THAT(KeyText::ReadFile(path_).error().message(), testing::HasSubstr(path_));
  Write("\n", 0600);
  EXPECT_EQ(KeyText::ReadFile(path_).error().message(), path_ + ": the key is empty");
}

TEST(KeyFingerprint, NamesAKeyWithoutShowingIt) {
  const Secret key = Secret::CopyOf(kBytes);
  // HKDF-SHA256 as header and format page describe it, computed with pyca/cryptography.
  EXPECT_EQ(KeyFingerprint(key).value(), "0dd73a6e71fd01df");
  EXPECT_NE(KeyFingerprint(Secret::CopyOf(kBytes.substr(0, 31) + "G")).value(),
            KeyFingerprint(key).value());
}

}  // namespace
}  // namespace injector
