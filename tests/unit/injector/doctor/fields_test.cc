#include "injector/doctor/fields.h"

#include <gtest/gtest.h>

#include <ostream>

namespace injector::doctor {
namespace {

struct AddressRow {
  const char* text;
  const char* host;
  int port;  // 0: an error
};
std::ostream& operator<<(std::ostream& out, const AddressRow& row) { return out << row.text; }

class HostAndPortTest : public ::testing::TestWithParam<AddressRow> {};

TEST_P(HostAndPortTest, IsRead) {
  const auto address = ParseHostAndPort(GetParam().text, 5432);
  ASSERT_EQ(address.ok(), GetParam().port != 0);
  if (!address.ok()) return;
  EXPECT_EQ(address->host, GetParam().host);
  EXPECT_EQ(address->port, GetParam().port);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, HostAndPortTest,
    ::testing::Values(AddressRow{"db", "db", 5432}, AddressRow{"db:1", "db", 1},
                      AddressRow{"db:65535", "db", 65535}, AddressRow{"::1", "::1", 5432},
                      AddressRow{"[::1]", "::1", 5432}, AddressRow{"[::1]:7", "::1", 7},
                      AddressRow{"db:", "", 0}, AddressRow{"db:0", "", 0},
                      AddressRow{"db:65536", "", 0}, AddressRow{"db:x", "", 0},
                      AddressRow{"[::1", "", 0}, AddressRow{"[::1]7", "", 0},
                      AddressRow{"[::1]:", "", 0}));

TEST(BaseUrlTest, IsHttpsUnlessOfThisMachine) {
  EXPECT_EQ(*BaseUrl("h.example.com/"), "https://h.example.com");
  EXPECT_EQ(*BaseUrl("https://h/a//"), "https://h/a");
  EXPECT_EQ(*BaseUrl("http://127.0.0.1:80/x"), "http://127.0.0.1:80/x");
  EXPECT_EQ(*BaseUrl("http://[::1]:80"), "http://[::1]:80");
  EXPECT_FALSE(BaseUrl("http://h").ok());
  EXPECT_FALSE(BaseUrl("http://127.0.0.1.example.com").ok());
  EXPECT_FALSE(BaseUrl("http://localhost@h").ok());
  EXPECT_FALSE(BaseUrl("https://u:p@h").ok());
  EXPECT_FALSE(BaseUrl("ftp://h").ok());
}

}  // namespace
}  // namespace injector::doctor
