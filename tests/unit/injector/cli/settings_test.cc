#include "injector/cli/settings.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

namespace injector {
namespace {

// The variables that TakeSettings reads, absent at the start of each test and put back after it.
class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kNames) {
      const char* value = ::getenv(name);
      before_.push_back(value == nullptr ? std::optional<std::string>() : value);
      ::unsetenv(name);
    }
  }
  void TearDown() override {
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      if (before_[i]) {
        ::setenv(kNames[i], before_[i]->c_str(), 1);
      } else {
        ::unsetenv(kNames[i]);
      }
    }
  }

 private:
  static constexpr const char* kNames[] = {"PIPELINE_ENCRYPTION_KEY",
                                           "INJECTOR_KEY_FILE",
                                           "INJECTOR_STORE",
                                           "HOME",
                                           "INJECTOR_SERVICE",
                                           "INJECTOR_TOKEN_FILE",
                                           "INJECTOR_CA_FILE",
                                           "NO_COLOR",
                                           "INJECTOR_CLIENT_CERT",
                                           "INJECTOR_CLIENT_KEY",
                                           "TERM"};
  std::vector<std::optional<std::string>> before_;
};

TEST_F(SettingsTest, TakesTheKeyOutOfTheEnvironment) {
  ::setenv("PIPELINE_ENCRYPTION_KEY", "canary", 1);
  const char* place = ::getenv("PIPELINE_ENCRYPTION_KEY");
  const Settings settings = TakeSettings();
  ASSERT_TRUE(settings.key_text.has_value());
  EXPECT_EQ(settings.key_text->Reveal(), "canary");
  EXPECT_EQ(::getenv("PIPELINE_ENCRYPTION_KEY"), nullptr);
  EXPECT_EQ(std::string_view(place, 6), std::string_view("\0\0\0\0\0\0", 6));
}

TEST_F(SettingsTest, TakesAnEmptyKeyForNone) {
  ::setenv("PIPELINE_ENCRYPTION_KEY", "", 1);
  EXPECT_FALSE(TakeSettings().key_text.has_value());
  EXPECT_EQ(::getenv("PIPELINE_ENCRYPTION_KEY"), nullptr);
}

TEST_F(SettingsTest, FindsTheKeyFile) {
  EXPECT_EQ(TakeSettings().key_file, "");
  ::setenv("INJECTOR_KEY_FILE", "here.key", 1);
  EXPECT_EQ(TakeSettings().key_file, "here.key");
}

TEST_F(SettingsTest, FindsTheService) {
  EXPECT_EQ(TakeSettings().service.url, "");
  ::setenv("INJECTOR_SERVICE", "https://h", 1);
  ::setenv("INJECTOR_TOKEN_FILE", "token", 1);
  ::setenv("INJECTOR_CA_FILE", "ca", 1);
  ::setenv("INJECTOR_CLIENT_CERT", "crt", 1);
  ::setenv("INJECTOR_CLIENT_KEY", "key", 1);
  const ServiceGlobalOptions service = TakeSettings().service;
  EXPECT_EQ(service.url, "https://h");
  EXPECT_EQ(service.token_file, "token");
  EXPECT_EQ(service.ca_file, "ca");
  EXPECT_EQ(service.client_certificate, "crt");
  EXPECT_EQ(service.client_key, "key");
}

TEST_F(SettingsTest, FindsTheStore) {
  EXPECT_EQ(TakeSettings().store_path, "");
  ::setenv("HOME", "/home/a", 1);
  EXPECT_EQ(TakeSettings().store_path, "/home/a/.config/injector/connections.enc.json");
  ::setenv("INJECTOR_STORE", "here.json", 1);
  EXPECT_EQ(TakeSettings().store_path, "here.json");
}

TEST_F(SettingsTest, HonoursNoColorAndDumbTerminals) {
  EXPECT_TRUE(TakeSettings().colours_allowed);
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(TakeSettings().colours_allowed);
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(TakeSettings().colours_allowed);
}

}  // namespace
}  // namespace injector
