#include "injector/base/own_settings.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(OwnSettings, AreTheseAndNoOthers) {
  for (const char* name : {"INJECTOR_TOKEN_FILE", "INJECTOR_", "PIPELINE_CONN_DB", "PIPELINE_VAR_X",
                           "PIPELINE_ENCRYPTION_KEY", "SERVICE_CONN_KEY"}) {
    EXPECT_TRUE(IsOwnSetting(name)) << name;
  }
  for (const char* name : {"", "INJECTOR", "injector_token", "PIPELINE_ID", "PIPELINE_CONN",
                           "PIPELINE_ENCRYPTION_KEYS", "SERVICE_CONN_KEY_FILE", "MY_INJECTOR_X"}) {
    EXPECT_FALSE(IsOwnSetting(name)) << name;
  }
}

}  // namespace
}  // namespace injector
