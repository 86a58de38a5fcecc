// Keys and modes of a store.

#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class KeysTest : public InjectorCliTest {
 protected:
  std::vector<std::string> FileNames() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(Path("."))) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
};

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST_F(KeysTest, NewPrintsTheKeyAloneAndItsFingerprintToStderr) {
  const ProgramResult result = Run({"key", "new"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.out, MatchesRegex("[0-9a-f]{64}\n"));
  EXPECT_THAT(result.err, MatchesRegex("fingerprint [0-9a-f]+\n"));
  EXPECT_NE(Do({"key", "new"}), result.out);
}

TEST_F(KeysTest, NewWritesAPrivateFileAndNothingToStdout) {
  EXPECT_EQ(Do({"key", "new", "--out", Path("k")}), "");
  EXPECT_EQ(ModeOf(Path("k")), 0600U);
  EXPECT_THAT(FileContent(Path("k")), MatchesRegex("[0-9a-f]{64}\n"));
}

TEST_F(KeysTest, NewNeverOverwritesAFile) {
  WriteFile("k", "precious");
  EXPECT_THAT(Fail(1, {"key", "new", "--out", Path("k")}),
              AllOf(HasSubstr("\"" + Path("k") + "\""), HasSubstr("hint: ")));
  EXPECT_EQ(FileContent(Path("k")), "precious");
}

TEST_F(KeysTest, AStoreThatEverybodyMayWriteIsWarnedOf) {
  Do({"connections", "set", "db", "--type", "postgres", "--field", "host=h"});
  std::filesystem::permissions(StorePath(), std::filesystem::perms::all);
  EXPECT_THAT(
      Run({"connections", "list"}).err,
      HasSubstr("chmod o-w " + std::filesystem::path(StorePath()).lexically_normal().string()));
}

TEST_F(KeysTest, AKeyFileThatCanBeReadOnceIsReadOnce) {
  Do({"connections", "set", "db", "--type", "postgres", "--field", "host=h"});
  const std::string key = key_;
  key_.clear();
  const std::string file = "file:" + StorePath();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"connections", "list"},
        {"connections", "get", "db"},
        {"connections", "list", "--source", file, "--source", file}}) {
    std::vector<std::string> with_key = {"--key-file", "/dev/stdin"};
    with_key.insert(with_key.end(), words.begin(), words.end());
    EXPECT_THAT(Do(std::move(with_key), key + "\n"), HasSubstr("db")) << words[1];
  }
}

TEST_F(KeysTest, AStoreIsMadeWithTheKeyAtHandAndIsPrivate) {
  Do({"connections", "set", "db", "--type", "postgres", "--field", "host=h"});
  EXPECT_EQ(ModeOf(StorePath()), 0600U);
}

TEST_F(KeysTest, TheFirstSetSaysWhatItMadeAndWhatProtectsIt) {
  const std::vector<std::string> set = {"connections", "set",     "db",    "--type",
                                        "postgres",    "--field", "host=h"};
  const auto said = [&](std::vector<std::string> more) {
    std::filesystem::remove(StorePath());
    more.insert(more.begin(), set.begin(), set.end());
    return Run(more).err;
  };
  const std::string made = "made the store " + StorePath() + ": ";
  EXPECT_THAT(said({}), HasSubstr(made + "encrypted with the key in PIPELINE_ENCRYPTION_KEY, "
                                         "fingerprint "));
  EXPECT_THAT(Run(set).err, Not(HasSubstr("made the store")));
  const std::string file = WriteFile("k", "correct horse battery staple");
  EXPECT_THAT(said({"--key-file", file}),
              HasSubstr(made + "encrypted with the passphrase in the file " + file));
  key_.clear();
  EXPECT_THAT(said({"--machine-key"}), HasSubstr(made + "encrypted with a key derived from this"));
  EXPECT_THAT(said({"--plaintext"}), HasSubstr(made + "not encrypted (--plaintext)"));
}

TEST_F(KeysTest, AKeyThatWasCutShortIsNoPassphrase) {
  key_ = std::string(63, '7');
  EXPECT_THAT(
      Fail(1, {"connections", "set", "db", "--type", "postgres", "--field", "host=h"}),
      AllOf(HasSubstr("PIPELINE_ENCRYPTION_KEY"), HasSubstr("63 hex digits"), HasSubstr("cut")));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(KeysTest, WithoutAKeyNoStoreIsMadeAndTheWaysAreNamed) {
  key_.clear();
  const std::string message =
      Fail(1, {"connections", "set", "db", "--type", "postgres", "--field", "host=h"});
  for (const char* way : {"PIPELINE_ENCRYPTION_KEY", "--key-file", "key new", "--machine-key"}) {
    EXPECT_THAT(message, HasSubstr(way));
  }
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(KeysTest, AKeyFileWinsOverTheEnvironment) {
  Do({"key", "new", "--out", Path("k")});
  Do({"--key-file", Path("k"), "variables", "set", "a"}, "1");
  EXPECT_EQ(Do({"variables", "get", "a", "--key-file", Path("k")}), "1\n");
  EXPECT_THAT(Fail(1, {"variables", "get", "a"}), HasSubstr("wrong key"));
}

// Besides key_, INJECTOR_KEY_FILE names a file.
class KeyFileVariableTest : public InjectorCliTest {
 protected:
  ProgramResult RunWith(const std::string& key_file, std::vector<std::string> words) const {
    ProgramRun call = Call(std::move(words), "1");
    call.environment.push_back("INJECTOR_KEY_FILE=" + key_file);
    return RunProgram(call);
  }
};

TEST_F(KeyFileVariableTest, WinsOverTheKeyInTheEnvironment) {
  Do({"key", "new", "--out", Path("k")});
  EXPECT_EQ(RunWith(Path("k"), {"variables", "set", "a"}).exit_status, 0);
  EXPECT_EQ(RunWith(Path("k"), {"variables", "get", "a"}).out, "1\n");
  EXPECT_THAT(Fail(1, {"variables", "get", "a"}), HasSubstr("wrong key"));
  EXPECT_EQ(Do({"variables", "get", "a", "--key-file", Path("k")}), "1\n");
}

TEST_F(KeyFileVariableTest, YieldsToTheOption) {
  Do({"key", "new", "--out", Path("k")});
  Do({"--key-file", Path("k"), "variables", "set", "a"}, "1");
  EXPECT_EQ(RunWith(Path("missing"), {"variables", "get", "a", "--key-file", Path("k")}).out,
            "1\n");
}

TEST_F(KeyFileVariableTest, IsNamedWhenItsFileCannotBeRead) {
  Do({"variables", "set", "a"}, "1");  // key_ would open it
  const ProgramResult result = RunWith(Path("missing"), {"variables", "get", "a"});
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.err, HasSubstr("INJECTOR_KEY_FILE: "));
}

TEST_F(KeysTest, AWrongKeyNamesTheFingerprintThatIsNeededAndChangesNothing) {
  const std::string fingerprint = Run({"key", "new", "--out", Path("k")}).err.substr(12, 16);
  Do({"--key-file", Path("k"), "variables", "set", "a"}, "1");
  const std::string before = FileContent(StorePath());
  EXPECT_THAT(Fail(1, {"variables", "set", "a"}, "2"), HasSubstr(fingerprint));
  EXPECT_EQ(FileContent(StorePath()), before);
}

TEST_F(KeysTest, WithoutAKeyNamesAreListedAndNothingElse) {
  Do({"connections", "set", "db", "--type", "postgres", "--field", "host=host-canary"});
  key_.clear();
  const ProgramResult list = Run({"connections", "list"});
  EXPECT_EQ(list.exit_status, 0);
  EXPECT_THAT(list.out, HasSubstr("postgres\n    db\n"));
  EXPECT_THAT(list.out, Not(HasSubstr("host-canary")));
  EXPECT_THAT(list.err, HasSubstr("no key"));
  EXPECT_THAT(Fail(1, {"connections", "get", "db"}), HasSubstr("PIPELINE_ENCRYPTION_KEY"));
}

struct ModeRow {
  const char* option;
  const char* warning;
};

TEST_F(KeysTest, OtherModesAreChosenAtCreationAndSaidOnEveryUse) {
  key_.clear();
  for (const ModeRow& row :
       {ModeRow{"--machine-key", "machine"}, ModeRow{"--plaintext", "NOT ENCRYPTED"}}) {
    const std::string store = Path(row.option);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--store", store, "variables", "set", "a", row.option},
          std::vector<std::string>{"--store", store, "variables", "get", "a"},
          std::vector<std::string>{"--store", store, "variables", "list"}}) {
      const ProgramResult result = Run(words, "1");
      EXPECT_EQ(result.exit_status, 0) << result.err;
      EXPECT_THAT(result.err, HasSubstr("warning"));
      EXPECT_THAT(result.err, HasSubstr(row.warning));
    }
  }
}

TEST_F(KeysTest, AStoreThatNeedsNoKeyIsRefusedToWhoeverGivesOne) {
  const std::string file = WriteFile("k", std::string(64, '8'));
  const std::string key = std::exchange(key_, "");
  for (const char* option : {"--machine-key", "--plaintext"}) {
    const std::string store = Path(option);
    Do({"--store", store, "variables", "set", "a", option}, "1");
    for (std::vector<std::string> words : {std::vector<std::string>{"variables", "get", "a"},
                                           {"variables", "set", "a"},
                                           {"variables", "set", "a", option}}) {
      words.insert(words.end(), {"--store", store});
      key_ = key;
      EXPECT_THAT(Fail(1, words, "2"), HasSubstr("but a key was given"));
      key_.clear();
      words.insert(words.end(), {"--key-file", file});
      EXPECT_THAT(Fail(1, words, "2"), HasSubstr("but a key was given"));
    }
    EXPECT_EQ(Do({"--store", store, "variables", "get", "a"}), "1\n");
  }
}

TEST_F(KeysTest, NoStoreThatUsesNoKeyIsMadeWithOne) {
  for (const char* option : {"--machine-key", "--plaintext"}) {
    EXPECT_THAT(Fail(1, {"variables", "set", "a", option}, "1"), HasSubstr("uses no key"));
    EXPECT_FALSE(std::filesystem::exists(StorePath()));
  }
}

TEST_F(KeysTest, AnExistingStoreKeepsItsMode) {
  Do({"variables", "set", "a"}, "1");
  const std::string before = FileContent(StorePath());
  EXPECT_THAT(Fail(1, {"variables", "set", "a", "--plaintext"}, "2"), HasSubstr("rekey"));
  EXPECT_THAT(Fail(1, {"variables", "set", "a", "--machine-key"}, "2"), HasSubstr("rekey"));
  EXPECT_EQ(FileContent(StorePath()), before);
}

TEST_F(KeysTest, RekeyMovesTheStoreToAnotherKey) {
  Do({"connections", "set", "db", "--type", "generic", "--secret", "pw=-"}, "s3cret");
  Do({"key", "new", "--out", Path("k")});
  Do({"connections", "rekey", "--new-key-file", Path("k")});
  EXPECT_THAT(Fail(1, {"connections", "get", "db"}), HasSubstr("wrong key"));
  key_.clear();
  const Value json = DoJson({"--key-file", Path("k"), "connections", "get", "db", "--reveal"});
  EXPECT_EQ(TextAt(json, {"fields", "pw"}), "s3cret");
}

TEST_F(KeysTest, RekeyMovesThroughEveryMode) {
  Do({"variables", "set", "a", "--secret"}, "1");
  const std::string passphrase = WriteFile("p", "correct horse battery staple\n");
  Do({"connections", "rekey", "--plaintext"});
  EXPECT_THAT(Fail(1, {"connections", "rekey", "--machine-key"}), HasSubstr("a key was given"));
  const std::string key = std::exchange(key_, "");
  EXPECT_EQ(Do({"variables", "get", "a", "--reveal"}), "1\n");
  Do({"connections", "rekey", "--machine-key"});
  EXPECT_EQ(Do({"variables", "get", "a", "--reveal"}), "1\n");
  Do({"connections", "rekey", "--new-key-file", passphrase});
  EXPECT_EQ(Do({"variables", "get", "a", "--reveal", "--key-file", passphrase}), "1\n");
  key_ = key;
  EXPECT_THAT(Fail(1, {"variables", "get", "a", "--reveal"}), HasSubstr("wrong key"));
}

TEST_F(KeysTest, RekeyThatFailsLeavesTheStoreAsItWas) {
  Do({"variables", "set", "a"}, "1");
  const std::string before = FileContent(StorePath());
  Fail(1, {"connections", "rekey", "--new-key-file", Path("missing")});
  key_ = std::string(64, '8');
  Fail(1, {"connections", "rekey", "--plaintext"});
  EXPECT_EQ(FileContent(StorePath()), before);
}

TEST_F(KeysTest, AFileSizeLimitIsAnErrorAndLeavesNothingBehind) {
  Do({"variables", "set", "large"}, std::string(10000, 'x'));
  const std::string before = FileContent(StorePath());
  rlimit previous{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &previous), 0);
  const rlimit small = {.rlim_cur = 4096, .rlim_max = previous.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const ProgramResult result = Run({"variables", "set", "a"}, "2");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &previous), 0);
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.err, HasSubstr("file too large"));
  EXPECT_EQ(FileContent(StorePath()), before);
  EXPECT_THAT(FileNames(), ::testing::UnorderedElementsAre("store.json", "store.json.lock"));
}

TEST_F(KeysTest, TheNextWriteRemovesWhatKilledOnesLeft) {
  WriteFile(".store.json.aB3xY9.tmp", "half");
  WriteFile(".store.json.000000.tmp", "half");
  WriteFile(".other.json.aB3xY9.tmp", "half");
  Do({"variables", "set", "a"}, "1");
  EXPECT_THAT(FileNames(), ::testing::UnorderedElementsAre("store.json", "store.json.lock",
                                                           ".other.json.aB3xY9.tmp"));
}

TEST_F(KeysTest, ADamagedStoreIsOneClearErrorAndStaysAsItIs) {
  Do({"variables", "set", "a"}, "1");
  std::string damaged = FileContent(StorePath());
  damaged.resize(damaged.size() / 2);
  WriteFile("store.json", damaged);
  EXPECT_THAT(Fail(1, {"variables", "set", "a"}, "2"), HasSubstr("store.json"));
  EXPECT_EQ(FileContent(StorePath()), damaged);
}

}  // namespace
}  // namespace injector
