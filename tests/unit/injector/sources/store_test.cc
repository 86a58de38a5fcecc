#include "injector/sources/encrypted_file/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/sources/encrypted_file/store_editor.h"
#include "tests/unit/injector/sources/store_fixture.h"

namespace injector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using StoreTest = StoreFixture;

std::string FingerprintOf(const KeyText& key) {
  const Secret* raw_key = key.raw_key();
  return raw_key == nullptr ? "" : KeyFingerprint(*raw_key).value();
}

struct ModeRow {
  std::string name;
  Protection (*protection)();
  StoreMode mode;
};

void PrintTo(const ModeRow& row, std::ostream* out) { *out << row.name; }

class StoreModeTest : public StoreFixture, public testing::WithParamInterface<ModeRow> {};

INSTANTIATE_TEST_SUITE_P(
    AllModes, StoreModeTest,
    testing::Values(ModeRow{"Raw", [] { return Protection::WithKey(RawKey()); }, StoreMode::kRaw},
                    ModeRow{"Passphrase", [] { return CheapPassphrase(); }, StoreMode::kPassphrase},
                    ModeRow{"Machine", [] { return Protection::Machine(); }, StoreMode::kMachine},
                    ModeRow{"Plaintext", [] { return Protection::Plaintext(); },
                            StoreMode::kPlaintext}),
    [](const auto& row) { return row.param.name; });

TEST_P(StoreModeTest, GivesBackWholeEntries) {
  const Protection protection = GetParam().protection();
  Connection connection = MakeConnection("generic", "all.kinds");
  connection.fields.push_back({"flag", Value::Bool(true)});
  connection.fields.push_back({"none", Value()});
  std::vector<Value> list;
  list.push_back(Value::String("first"));
  list.push_back(Value::Number(std::string("1.10")));
  connection.fields.push_back({"list", Value::List(std::move(list))});
  connection.fields.push_back({"text", Value::String("quote\" newline\n é \xF0\x9F\x94\x91 \x01")});
  connection.secret_fields = {"host"};
  connection.no_scrub = {"port"};
  connection.is_default = true;
  connection.description = "what it is for";
  connection.expires_at = "2027-01-01T00:00:00Z";
  {
    StoreEditor editor = Edit(protection);
    ASSERT_TRUE(editor.Put(connection).ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  const Result<Store> store = Store::Open(path_, protection.key());
  ASSERT_TRUE(store.ok()) << store.error().message();
  const Connection got = store->Get(connection.name).value();
  ASSERT_EQ(got.fields.size(), connection.fields.size());
  for (std::size_t i = 0; i < got.fields.size(); ++i) {
    EXPECT_EQ(got.fields[i].name, connection.fields[i].name);
    EXPECT_TRUE(got.fields[i].value == connection.fields[i].value) << got.fields[i].name;
  }
  EXPECT_EQ(got.secret_fields, connection.secret_fields);
  EXPECT_EQ(got.no_scrub, connection.no_scrub);
  EXPECT_TRUE(got.is_default);
  EXPECT_EQ(got.description, connection.description);
  EXPECT_EQ(got.expires_at, connection.expires_at);
  EXPECT_EQ(got.version, 1U);
}

TEST_P(StoreModeTest, GivesBackVariables) {
  const Protection protection = GetParam().protection();
  MakeStore(protection);
  const Store store = Store::Open(path_, protection.key()).value();
  EXPECT_EQ(store.GetVariable("region").value().value.Reveal(), "eu-west-1");
  EXPECT_FALSE(store.GetVariable("region").value().is_secret);
  EXPECT_EQ(store.GetVariable("api_token").value().value.Reveal(), "tkn-4711-0815");
  EXPECT_TRUE(store.GetVariable("api_token").value().is_secret);
}

TEST_P(StoreModeTest, ListsWithoutAKey) {
  MakeStore(GetParam().protection());
  const StoreListing listing = ReadStoreListing(path_).value();
  EXPECT_EQ(listing.mode, GetParam().mode);
  EXPECT_EQ(listing.fingerprint.empty(), GetParam().mode == StoreMode::kPlaintext);
  ASSERT_EQ(listing.connections.size(), 1U);
  EXPECT_EQ(listing.connections[0].name.Full(), "@postgres.main");
  EXPECT_EQ(listing.connections[0].version, 1U);
  EXPECT_EQ(listing.connections[0].created_at, "2026-01-01T00:00:00Z");
  ASSERT_EQ(listing.variables.size(), 2U);
  EXPECT_EQ(listing.variables[0].key, "api_token");
  EXPECT_EQ(listing.variables[0].value, "");
  EXPECT_EQ(listing.variables[1].key, "region");
  EXPECT_EQ(listing.variables[1].value, "eu-west-1");
}

TEST_P(StoreModeTest, WarnsOnEveryUseWhereNothingOrLittleIsProtected) {
  const Protection protection = GetParam().protection();
  MakeStore(protection);
  const bool warns =
      GetParam().mode == StoreMode::kMachine || GetParam().mode == StoreMode::kPlaintext;
  EXPECT_EQ(ReadStoreListing(path_).value().warnings.size(), warns ? 1U : 0U);
  EXPECT_EQ(Store::Open(path_, protection.key()).value().listing().warnings.size(),
            warns ? 1U : 0U);
}

TEST_P(StoreModeTest, HoldsNoSecretInAnyFormUnlessPlaintext) {
  MakeStore(GetParam().protection());
  const std::string text = ReadText();
  for (const std::string secret : {"swordfish-0815", "tkn-4711-0815"}) {
    // The middle of the base64 forms, which does not depend on what stands around the secret.
    std::vector<std::string> forms = {secret, HexEncode(secret)};
    for (const std::string prefix : {"", "x", "xx"}) {
      const Secret encoded = Base64Encode(prefix + secret);
      forms.emplace_back(encoded.Reveal().substr(4, encoded.size() - 8));
    }
    const bool plain = GetParam().mode == StoreMode::kPlaintext;
    EXPECT_EQ(text.find(forms[0]) != std::string::npos, plain);
    for (std::size_t i = 1; i < forms.size(); ++i) EXPECT_THAT(text, Not(HasSubstr(forms[i])));
  }
  EXPECT_THAT(text, HasSubstr("postgres"));
  EXPECT_THAT(text, HasSubstr("eu-west-1"));
}

TEST_P(StoreModeTest, IsReadableByItsOwnerOnly) {
  MakeStore(GetParam().protection());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(StoreTest, ErrorForAMissingFileSaysWhatMakesOne) {
  const Error error = Store::Open(path_, nullptr).error();
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_THAT(error.message(), HasSubstr(path_));
  EXPECT_THAT(error.hint(), HasSubstr("connections set"));
}

TEST_F(StoreTest, ErrorForAMissingKeyNamesTheThreeWays) {
  MakeStore();
  const Error error = Store::Open(path_, nullptr).error();
  EXPECT_EQ(error.code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(error.message(), HasSubstr(ReadStoreListing(path_).value().fingerprint));
  EXPECT_THAT(error.hint(), HasSubstr("PIPELINE_ENCRYPTION_KEY"));
  EXPECT_THAT(error.hint(), HasSubstr("--key-file"));
  EXPECT_THAT(error.hint(), HasSubstr("--machine-key"));
}

TEST_F(StoreTest, ErrorForAWrongKeyNamesBothFingerprints) {
  MakeStore();
  const KeyText wrong = RawKey('2');
  const Error error = Store::Open(path_, &wrong).error();
  EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
  EXPECT_THAT(error.message(), HasSubstr("wrong key"));
  EXPECT_THAT(error.message(), HasSubstr(FingerprintOf(RawKey())));
  EXPECT_THAT(error.message(), HasSubstr(FingerprintOf(wrong)));
}

TEST_F(StoreTest, ErrorForAPassphraseWhereARawKeyIsDueSaysSo) {
  MakeStore();
  const KeyText passphrase = Passphrase();
  EXPECT_THAT(Store::Open(path_, &passphrase).error().message(), HasSubstr("got a passphrase"));
}

TEST_F(StoreTest, WrongPassphraseIsRefused) {
  MakeStore(CheapPassphrase());
  const KeyText wrong = Passphrase("correct horse battery stable");
  EXPECT_EQ(Store::Open(path_, &wrong).error().code(), ErrorCode::kFailedPrecondition);
}

TEST_F(StoreTest, StoreOfAnotherMachineSaysWhatItsKeyIsMadeOf) {
  MakeStore(Protection::Machine());
  std::string text = ReadText();
  const std::string fingerprint = ReadStoreListing(path_).value().fingerprint;
  text.replace(text.find(fingerprint), fingerprint.size(), "0123456789abcdef");
  WriteText(text);
  const Error error = Store::Open(path_, nullptr).error();
  EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
  EXPECT_THAT(error.hint(), HasSubstr("host name"));
}

TEST_F(StoreTest, HeaderDecidesWhatATextMeans) {
  // Made as a passphrase store, whose passphrase looks like a raw key.
  MakeStore(CheapPassphrase());
  const KeyText hex = RawKey();
  EXPECT_THAT(Store::Open(path_, &hex).error().message(), Not(HasSubstr("got a passphrase")));
}

TEST_F(StoreTest, KeyThatTheHeaderDoesNotUseIsRefused) {
  const std::pair<Protection, std::string> rows[] = {
      {Protection::Plaintext(), "the store is not encrypted, but a key was given"},
      {Protection::Machine(), "the store takes its key from this machine, but a key was given"},
  };
  for (const auto& [protection, message] : rows) {
    std::filesystem::remove(path_);
    MakeStore(protection);
    EXPECT_TRUE(Store::Open(path_, nullptr).ok());
    const KeyText keys[] = {RawKey(), Passphrase()};
    for (const KeyText& key : keys) {
      const Result<Store> store = Store::Open(path_, &key);
      ASSERT_FALSE(store.ok()) << message;
      EXPECT_EQ(store.error().code(), ErrorCode::kFailedPrecondition);
      EXPECT_THAT(store.error().message(), HasSubstr(path_ + ": " + message));
      EXPECT_THAT(store.error().hint(), HasSubstr("connections rekey"));
      EXPECT_FALSE(StoreEditor::Open(path_, &key, clock_).ok());
    }
  }
}

TEST_F(StoreTest, TwoFilesWithOneKeyShareNoKeys) {
  MakeStore();
  const std::string first = ReadText();
  std::filesystem::remove(path_);
  MakeStore();
  const std::string second = ReadText();
  // The key section with its salt from one, all else from the other.
  const std::size_t cut = first.find("\"connections\"");
  ASSERT_EQ(second.find("\"connections\""), cut);
  WriteText(first.substr(0, cut) + second.substr(cut));
  const KeyText key = RawKey();
  EXPECT_EQ(Store::Open(path_, &key).error().code(), ErrorCode::kDataLoss);
}

TEST_F(StoreTest, FindsConnectionsByReference) {
  {
    StoreEditor editor = Edit();
    Connection main = MakeConnection("postgres", "main", "password-of-main");
    main.is_default = true;
    ASSERT_TRUE(editor.Put(main).ok());
    ASSERT_TRUE(editor.Put(MakeConnection("postgres", "copy.eu", "password-of-copy")).ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  const KeyText key = RawKey();
  const Store store = Store::Open(path_, &key).value();
  const std::pair<std::string, std::string> rows[] = {
      {"main", "password-of-main"},
      {"@postgres", "password-of-main"},
      {"@postgres.copy.eu", "password-of-copy"},
  };
  for (const auto& [reference, password] : rows) {
    EXPECT_EQ(PasswordOf(store.Get(Reference::Parse(reference).value()).value()), password);
  }
  EXPECT_EQ(store.Get(Reference::Parse("copy").value()).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(store.GetVariable("nothing").error().code(), ErrorCode::kNotFound);
}

TEST_F(StoreTest, PipeInThePlaceOfAStoreIsAnErrorAndNoWait) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(Store::Open(path_, nullptr).error().message(), HasSubstr("not a regular file"));
  EXPECT_THAT(ReadStoreListing(path_).error().message(), HasSubstr("not a regular file"));
}

TEST_F(StoreTest, FollowsLinks) {
  MakeStore();
  const std::string link = directory_ + "/link";
  std::filesystem::create_symlink(path_, link);
  const KeyText key = RawKey();
  EXPECT_EQ(Store::Open(link, &key).value().path(), std::filesystem::canonical(path_));
  ASSERT_TRUE(StoreEditor::Open(link, &key, clock_).value().Save().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_FALSE(std::filesystem::exists(link + ".lock"));
}

}  // namespace
}  // namespace injector
