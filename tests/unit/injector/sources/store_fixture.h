#pragma once
// A directory of its own for a store, a key, a clock that stands still, and connections to put in.

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/clock.h"
#include "injector/crypto/key.h"
#include "injector/model/connection.h"
#include "injector/sources/encrypted_file/store.h"
#include "injector/sources/encrypted_file/store_editor.h"

namespace injector {

class FixedClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::steady_clock::time_point Monotonic() const override { return {}; }
  std::chrono::system_clock::time_point now{std::chrono::seconds(1'767'225'600)};  // 2026-01-01
};

inline KeyText RawKey(char digit = '1') { return KeyText::Parse(std::string(64, digit)).value(); }
inline KeyText Passphrase(std::string_view text = "correct horse battery staple") {
  return KeyText::Parse(text).value();
}
// As cheap as a store allows.
inline Protection CheapPassphrase(std::string_view text = "correct horse battery staple") {
  return Protection::WithKey(Passphrase(text)).WithScryptCost({.log2_n = 14, .r = 8, .p = 1});
}

inline Connection MakeConnection(std::string type, std::string alias,
                                 std::string_view password = "swordfish-0815") {
  Connection connection;
  connection.name = {.type = std::move(type), .alias = std::move(alias)};
  connection.fields.push_back({"host", Value::String("db.example.com")});
  connection.fields.push_back({"port", Value::Number(std::int64_t{5432})});
  connection.fields.push_back({"password", Value::String(password)});
  return connection;
}

inline Variable MakeVariable(std::string key, std::string_view value, bool is_secret) {
  Variable variable;
  variable.key = std::move(key);
  variable.value = Secret::CopyOf(value);
  variable.is_secret = is_secret;
  return variable;
}

inline std::string PasswordOf(const Connection& connection) {
  const Field* field = connection.FieldNamed("password");
  return field == nullptr ? "" : std::string(field->value.string().Reveal());
}

class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    std::string pattern = testing::TempDir() + "store-test-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    path_ = directory_ + "/connections.enc.json";
  }
  ~StoreFixture() override { std::filesystem::remove_all(directory_); }

  StoreEditor Edit(const Protection& protection) {
    return StoreEditor::OpenOrCreate(path_, protection, clock_).value();
  }
  StoreEditor Edit() { return Edit(Protection::WithKey(RawKey())); }

  // A saved store with one connection and two variables.
  void MakeStore(const Protection& protection) {
    StoreEditor editor = Edit(protection);
    ASSERT_TRUE(editor.Put(MakeConnection("postgres", "main")).ok());
    ASSERT_TRUE(editor.PutVariable(MakeVariable("region", "eu-west-1", false)).ok());
    ASSERT_TRUE(editor.PutVariable(MakeVariable("api_token", "tkn-4711-0815", true)).ok());
    ASSERT_TRUE(editor.Save().ok());
  }
  void MakeStore() { MakeStore(Protection::WithKey(RawKey())); }

  std::string ReadText() const {
    std::ostringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    return std::move(text).str();
  }
  void WriteText(std::string_view text) const {
    // Anew each time: ext4 writes a truncated file to the disk when it is closed.
    std::filesystem::remove(path_);
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
  }

  std::string directory_;
  std::string path_;
  FixedClock clock_;
};

}  // namespace injector
