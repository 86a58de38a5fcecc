#include "injector/sources/encrypted_file/store_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/sources/store_fixture.h"

namespace injector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoreEditorTest : public StoreFixture {
 protected:
  Store Reopen(const KeyText& key = RawKey()) { return Store::Open(path_, &key).value(); }
  std::vector<std::string> FileNames() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_F(StoreEditorTest, ReplacingCountsVersionsAndKeepsTheFirstDate) {
  StoreEditor editor = Edit();
  EXPECT_EQ(editor.Put(MakeConnection("postgres", "main", "first")).value().version, 1U);
  clock_.now += std::chrono::hours(1);
  EXPECT_EQ(editor.Put(MakeConnection("postgres", "main", "second")).value().version, 2U);
  ASSERT_TRUE(editor.Save().ok());
  const Store store = Reopen();
  EXPECT_EQ(PasswordOf(store.Get(ConnectionName{"postgres", "main"}).value()), "second");
  const ConnectionSummary summary = store.listing().connections.at(0);
  EXPECT_EQ(summary.version, 2U);
  EXPECT_EQ(summary.created_at, "2026-01-01T00:00:00Z");
  EXPECT_EQ(summary.updated_at, "2026-01-01T01:00:00Z");
}

TEST_F(StoreEditorTest, VariablesCountVersionsAndChangeSecrecy) {
  StoreEditor editor = Edit();
  EXPECT_EQ(editor.PutVariable(MakeVariable("region", "eu", false)).value(), 1U);
  EXPECT_EQ(editor.PutVariable(MakeVariable("region", "us-now-secret", true)).value(), 2U);
  ASSERT_TRUE(editor.Save().ok());
  EXPECT_EQ(ReadText().find("us-now-secret"), std::string::npos);
  EXPECT_EQ(Reopen().GetVariable("region").value().value.Reveal(), "us-now-secret");
}

TEST_F(StoreEditorTest, ListsSortedByName) {
  StoreEditor editor = Edit();
  for (const auto& [type, alias] : {std::pair{"mysql", "b"}, {"aws", "z"}, {"mysql", "a"}}) {
    ASSERT_TRUE(editor.Put(MakeConnection(type, alias)).ok());
  }
  std::vector<std::string> names;
  for (const auto& summary : editor.store().listing().connections) {
    names.push_back(summary.name.Full());
  }
  EXPECT_THAT(names, ElementsAre("@aws.z", "@mysql.a", "@mysql.b"));
}

TEST_F(StoreEditorTest, DeletesWhatIsThere) {
  MakeStore();
  {
    StoreEditor editor = Edit();
    ASSERT_TRUE(editor.Delete({"postgres", "main"}).ok());
    ASSERT_TRUE(editor.DeleteVariable("region").ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  EXPECT_TRUE(Reopen().listing().connections.empty());
  EXPECT_EQ(Reopen().listing().variables.size(), 1U);
}

TEST_F(StoreEditorTest, DeletingWhatIsNotThereNamesWhatIs) {
  MakeStore();
  StoreEditor editor = Edit();
  const Error connection = editor.Delete({"postgres", "mian"}).error();
  EXPECT_EQ(connection.code(), ErrorCode::kNotFound);
  EXPECT_THAT(connection.message() + connection.hint(), HasSubstr("main"));
  const Error variable = editor.DeleteVariable("regoin").error();
  EXPECT_EQ(variable.code(), ErrorCode::kNotFound);
  EXPECT_THAT(variable.hint(), HasSubstr("region"));
}

TEST_F(StoreEditorTest, NewDefaultTakesTheFlagFromTheFormerOfItsType) {
  StoreEditor editor = Edit();
  for (const auto& [type, alias] :
       {std::pair{"mysql", "old"}, {"aws", "other"}, {"mysql", "new"}}) {
    Connection connection = MakeConnection(type, alias);
    connection.is_default = true;
    const PutOutcome outcome = editor.Put(connection).value();
    EXPECT_EQ(outcome.former_default.value_or(ConnectionName{}).alias,
              std::string_view(alias) == "new" ? "old" : "");
  }
  ASSERT_TRUE(editor.Save().ok());
  const Store store = Reopen();
  const Connection old = store.Get(ConnectionName{"mysql", "old"}).value();
  EXPECT_FALSE(old.is_default);
  EXPECT_EQ(old.version, 2U);
  EXPECT_EQ(PasswordOf(old), "swordfish-0815");
  EXPECT_EQ(store.Get(Reference::Parse("@mysql").value()).value().name.alias, "new");
  EXPECT_EQ(store.Get(Reference::Parse("@aws").value()).value().name.alias, "other");
}

TEST_F(StoreEditorTest, PuttingTheDefaultAgainNamesNoFormerOne) {
  StoreEditor editor = Edit();
  Connection connection = MakeConnection("mysql", "main");
  connection.is_default = true;
  ASSERT_TRUE(editor.Put(connection).ok());
  EXPECT_FALSE(editor.Put(connection).value().former_default.has_value());
}

TEST_F(StoreEditorTest, AliasesAreUniqueAcrossTypes) {
  StoreEditor editor = Edit();
  ASSERT_TRUE(editor.Put(MakeConnection("mysql", "main")).ok());
  const Error error = editor.Put(MakeConnection("postgres", "main")).error();
  EXPECT_EQ(error.code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(error.message(), HasSubstr("@mysql.main"));
  EXPECT_EQ(editor.store().listing().connections.size(), 1U);
}

TEST_F(StoreEditorTest, RefusesWhatWouldNotComeBackAsItWentIn) {
  Value deep = Value::String("bottom");
  for (int level = 0; level < 49; ++level) {
    std::vector<Value> list;
    list.push_back(std::move(deep));
    deep = Value::List(std::move(list));
  }
  const auto with_field = [](std::string name, Value value) {
    Connection connection = MakeConnection("generic", "c");
    connection.fields.push_back({std::move(name), std::move(value)});
    return connection;
  };
  std::vector<Value::Member> twice;
  twice.push_back({"member", Value()});
  twice.push_back({"member", Value()});
  const std::pair<std::string, Connection> rows[] = {
      {"type", MakeConnection("no type", "c")},
      {"connection name", MakeConnection("generic", "c.")},
      {"field host: is there twice", with_field("host", Value())},
      {"field x: not UTF-8", with_field("x", Value::String("\xFF"))},
      {"field's name: not UTF-8", with_field("\xFF", Value())},
      {"field x: nested deeper", with_field("x", std::move(deep))},
      {"field x: has a member twice", with_field("x", Value::Map(std::move(twice)))},
  };
  StoreEditor editor = Edit();
  for (const auto& [message, connection] : rows) {
    const Result<PutOutcome> outcome = editor.Put(connection);
    ASSERT_FALSE(outcome.ok()) << message;
    EXPECT_EQ(outcome.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(outcome.error().message(), HasSubstr(message));
  }
  EXPECT_FALSE(editor.PutVariable(MakeVariable("no key", "v", false)).ok());
  EXPECT_FALSE(editor.PutVariable(MakeVariable("key", "\xC0\x80", true)).ok());
  EXPECT_TRUE(editor.store().listing().connections.empty());
}

TEST_F(StoreEditorTest, RefusesWhatTheModelRefuses) {
  StoreEditor editor = Edit();
  Connection large = MakeConnection("generic", "c");
  large.fields.push_back({"x", Value::String(std::string(64 * 1024 + 1, 'x'))});
  EXPECT_EQ(editor.Put(large).error().message(), "@generic.c: field x: longer than 65536 bytes");
  Connection expired = MakeConnection("generic", "c");
  expired.expires_at = "2026-02-29T00:00:00Z";
  EXPECT_THAT(editor.Put(expired).error().message(), HasSubstr("@generic.c: expiresAt: "));
  EXPECT_EQ(editor.Put(expired).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(editor.store().listing().connections.empty());
}

TEST_F(StoreEditorTest, KeepsTheDeepestValueItTakes) {
  Value deep = Value::String("bottom");
  for (int level = 0; level < 48; ++level) {
    std::vector<Value> list;
    list.push_back(std::move(deep));
    deep = Value::List(std::move(list));
  }
  Connection connection = MakeConnection("generic", "c");
  connection.fields.push_back({"deep", deep.Clone()});
  StoreEditor editor = Edit(Protection::Plaintext());
  ASSERT_TRUE(editor.Put(connection).ok());
  ASSERT_TRUE(editor.Save().ok());
  const Store store = Store::Open(path_, nullptr).value();
  EXPECT_TRUE(store.Get(connection.name).value().FieldNamed("deep")->value == deep);
}

TEST_F(StoreEditorTest, ChangesNothingWithoutSave) {
  MakeStore();
  const std::string before = ReadText();
  {
    StoreEditor editor = Edit();
    ASSERT_TRUE(editor.Delete({"postgres", "main"}).ok());
    ASSERT_TRUE(editor.Rekey(Protection::Plaintext()).ok());
  }
  EXPECT_EQ(ReadText(), before);
}

TEST_F(StoreEditorTest, LeavesOtherEntriesAsTheyAre) {
  MakeStore();
  const auto sealed = [](const std::string& text) {
    return text.substr(text.find("postgres"), text.find("variables") - text.find("postgres"));
  };
  const std::string before = sealed(ReadText());
  {
    StoreEditor editor = Edit();
    ASSERT_TRUE(editor.PutVariable(MakeVariable("more", "value", true)).ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  EXPECT_EQ(sealed(ReadText()), before);
}

TEST_F(StoreEditorTest, SavesAgainAfterFurtherChanges) {
  StoreEditor editor = Edit();
  ASSERT_TRUE(editor.Save().ok());
  ASSERT_TRUE(editor.Put(MakeConnection("mysql", "main")).ok());
  ASSERT_TRUE(editor.Save().ok());
  EXPECT_EQ(Reopen().listing().connections.size(), 1U);
}

TEST_F(StoreEditorTest, MakesMissingDirectoriesForTheOwnerOnly) {
  path_ = directory_ + "/.config/injector/connections.enc.json";
  ASSERT_TRUE(Edit().Save().ok());
  using std::filesystem::perms;
  for (const std::string made : {"/.config", "/.config/injector"}) {
    EXPECT_EQ(std::filesystem::status(directory_ + made).permissions(), perms::owner_all);
  }
}

TEST_F(StoreEditorTest, OpeningWhatIsNotThereLeavesNothingBehind) {
  const KeyText key = RawKey();
  EXPECT_EQ(StoreEditor::Open(path_, &key, clock_).error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(FileNames(), testing::IsEmpty());
}

// Only "no such file" means that there is no store: whoever is told so makes a new one.
TEST_F(StoreEditorTest, AStoreThatCannotBeLookedAtIsNotSaidToBeMissing) {
  const std::string path = path_ + std::string(256, 'x');  // longer than NAME_MAX
  const KeyText key = RawKey();
  const Result<StoreEditor> editor = StoreEditor::Open(path, &key, clock_);
  ASSERT_FALSE(editor.ok());
  EXPECT_EQ(editor.error().errno_value(), ENAMETOOLONG);
}

TEST_F(StoreEditorTest, SweepsWhatKilledWritersLeftAndNothingElse) {
  MakeStore();
  for (const std::string name :
       {".connections.enc.json.a1B2c3.tmp", ".connections.enc.json.a1B2c.tmp",
        ".connections.enc.json.a1B2c-.tmp", "connections.enc.json.a1B2c3.tmp",
        ".other.enc.json.a1B2c3.tmp"}) {
    std::ofstream(directory_ + "/" + name) << "x";
  }
  ASSERT_TRUE(Edit().Save().ok());
  EXPECT_THAT(FileNames(),
              ElementsAre(".connections.enc.json.a1B2c-.tmp", ".connections.enc.json.a1B2c.tmp",
                          ".other.enc.json.a1B2c3.tmp", "connections.enc.json",
                          "connections.enc.json.a1B2c3.tmp", "connections.enc.json.lock"));
}

struct RekeyRow {
  std::string name;
  Protection (*from)();
  Protection (*to)();
};

void PrintTo(const RekeyRow& row, std::ostream* out) { *out << row.name; }

class RekeyTest : public StoreFixture, public testing::WithParamInterface<RekeyRow> {};

TEST_P(RekeyTest, KeepsEverythingAndLocksTheOldKeyOut) {
  const Protection from = GetParam().from();
  const Protection to = GetParam().to();
  MakeStore(from);
  {
    StoreEditor editor = Edit(from);
    ASSERT_TRUE(editor.Rekey(to).ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  const Store store = Store::Open(path_, to.key()).value();
  EXPECT_EQ(store.listing().mode, to.mode());
  EXPECT_EQ(PasswordOf(store.Get(ConnectionName{"postgres", "main"}).value()), "swordfish-0815");
  EXPECT_EQ(store.GetVariable("api_token").value().value.Reveal(), "tkn-4711-0815");
  EXPECT_EQ(store.GetVariable("region").value().value.Reveal(), "eu-west-1");
  EXPECT_EQ(store.listing().connections.at(0).version, 1U);
  EXPECT_FALSE(Store::Open(path_, from.key()).ok());
}

const auto kRaw = [] { return Protection::WithKey(RawKey()); };
const auto kOtherRaw = [] { return Protection::WithKey(RawKey('2')); };
const auto kPassphrase = [] { return CheapPassphrase(); };
INSTANTIATE_TEST_SUITE_P(
    KeyAndMode, RekeyTest,
    testing::Values(RekeyRow{"RawToOtherRaw", kRaw, kOtherRaw},
                    RekeyRow{"RawToPassphrase", kRaw, kPassphrase},
                    RekeyRow{"PassphraseToRaw", kPassphrase, kRaw},
                    RekeyRow{"PlaintextToRaw", [] { return Protection::Plaintext(); }, kRaw},
                    RekeyRow{"RawToPlaintext", kRaw, [] { return Protection::Plaintext(); }},
                    RekeyRow{"RawToMachine", kRaw, [] { return Protection::Machine(); }}),
    [](const auto& row) { return row.param.name; });

TEST_F(StoreEditorTest, RefusesAPassphraseCheapToGuess) {
  const Protection cheap =
      Protection::WithKey(Passphrase()).WithScryptCost({.log2_n = 13, .r = 8, .p = 1});
  EXPECT_EQ(StoreEditor::OpenOrCreate(path_, cheap, clock_).error().code(),
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace injector
