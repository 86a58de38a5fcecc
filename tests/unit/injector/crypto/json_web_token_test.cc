#include "injector/crypto/json_web_token.h"

#include <gtest/gtest.h>

#include "tests/support/rsa_key.h"

namespace injector {
namespace {

// Signed by openssl(1) with the same key.
constexpr const char* kToken =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxIiwiaWF0IjoyfQ.uD5rmSSRO2KEtBZp"
    "ykOsh5AWXAQpvfMpbGPcuwpofuVyuR_6JiR04tq8rOdbfzqirZKYVkklEnvc85oEMJ-h70yUfXCIvY8J"
    "mOpocdXKdwC0DYDqdAvpdINYyyecQ476V9GRx2QVaq4B0NOwPXEIJPX-mqj5VOs_cpXavcJ_AFM";

TEST(JsonWebTokenTest, IsSignedAsOpensslSigns) {
  const auto token = SignedJsonWebToken(R"({"iss":"1","iat":2})", Secret::CopyOf(testing::kRsaKey));
  ASSERT_TRUE(token.ok()) << token.error().message();
  EXPECT_EQ(token->Reveal(), kToken);
}

TEST(JsonWebTokenTest, WhatIsNoRsaKeyIsNotRepeated) {
  for (const char* text : {"", "s3cret", "-----BEGIN PRIVATE KEY-----\ns3cret\n"}) {
    const auto token = SignedJsonWebToken("{}", Secret::CopyOf(text));
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().message(), "private key: is not an RSA key in PEM");
  }
}

}  // namespace
}  // namespace injector
