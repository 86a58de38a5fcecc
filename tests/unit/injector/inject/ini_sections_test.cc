#include "injector/inject/ini_sections.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

struct Row {
  const char* what;
  const char* before;
  const char* after;
};

class WithoutProfileTest : public ::testing::TestWithParam<Row> {};

TEST_P(WithoutProfileTest, LeavesTheRestAlone) {
  EXPECT_EQ(WithoutProfile(GetParam().before, "prod").Reveal(), GetParam().after)
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WithoutProfileTest,
    ::testing::Values(Row{"nothing", "", ""}, Row{"no section", "# mine\n", "# mine\n"},
                      Row{"no final newline", "[a]\nx=1", "[a]\nx=1\n"},
                      Row{"first", "[prod]\nx = 1\n\n[b]\ny = 2\n", "[b]\ny = 2\n"},
                      Row{"last", "[b]\ny = 2\n[prod]\nx = 1\n", "[b]\ny = 2\n"},
                      Row{"keyword", "[profile prod]\nx = 1\n[profile b]\n", "[profile b]\n"},
                      Row{"quotes and blanks", "[ profile \"prod\" ]\nx\n[b]\n", "[b]\n"},
                      Row{"comment after", "[prod] ; x\nx\n[b]\n", "[b]\n"},
                      Row{"twice", "[prod]\na\n[b]\nb\n[prod]\nc\n", "[b]\nb\n"},
                      Row{"longer name", "[prod-eu]\nx\n[profile produ]\ny\n",
                          "[prod-eu]\nx\n[profile produ]\ny\n"},
                      Row{"nested setting", "[prod]\ns3 =\n  a = 1\n[b]\ns3 =\n  a = [1]\n",
                          "[b]\ns3 =\n  a = [1]\n"},
                      Row{"CRLF", "[prod]\r\nx\r\n[b]\r\ny\r\n", "[b]\r\ny\r\n"}));

}  // namespace
}  // namespace injector
