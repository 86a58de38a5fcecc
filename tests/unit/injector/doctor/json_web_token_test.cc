#include "injector/doctor/json_web_token.h"

#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector::doctor {
namespace {

// Made for this test by openssl(1), which has signed the expected token as well.
constexpr const char* kKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMAJxD6NpR74yINQ\n"
    "23cI+OZR5jf4Ytd7/s9V/XU2712HpeT+0u4t9dwvpMEP7eecLi15lSc0njFWr7BA\n"
    "51fGw8c42Lo0tmKO3JjQ9hME6Zv7JrFQCH95kIMIaFknv4KvIg1HdFi8Nw6BbYHy\n"
    "XGeqFxqMPY0iFQqbi69Goxbn4PvDAgMBAAECgYBrDAasp+CHZz6+lHAB5qp4GOcw\n"
    "A/F1FNVxVgm3MSw1Asxi3flOc6g9WQGJ7Qs8tD65crDF7frQnfXJViSfNVkj2FFb\n"
    "uzLw/Hl5TPZOPEAawG00GPF3ro0W+TqgLOxj7FhnDdmCIP5dU7vYSp4zt6jxFhuc\n"
    "pyJ4UxMIw0x8FX/CAQJBAPIhcVGi8cugDx0SJwmgE8jZwMe2x17I9UUwVWsABZnP\n"
    "gwLM08Ie9+3Xw2HYvDexDuLXNM0rhL2yMfOXep+WgUECQQDLCcb9tsVyLxIqLjxM\n"
    "XL1duDxPqL+lBOa22KVc2keRhaS2gln9M7WwedN8XwSR5mQFBpMQVBHPh9aySIZD\n"
    "x3gDAkBteT9h+Lk4JpsOuslZqb2oPwPRiEtmCJgUe0DziuP9YfxLBM7tYtEYAUi+\n"
    "cZ7P00b2uvSNmxJ+LhY1m5R+mS7BAkEAjOJ87KH9Qaz92rz4ZDhZwgVL/C5oxLWw\n"
    "7aFIpTRlQsnMMEQk8zgFU65FHGDGSALo1j/ongTn0uw8ArumRrPLRwJBAMN9ko2D\n"
    "vcXSZfKe0TFKKyLgpdeMXVulmjAh5I4G9gucW20dHo/jRtex715q+31i0lh+d8Hn\n"
    "g3QKjWN5uTjq5LE=\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* kToken =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxIiwiaWF0IjoyfQ.uD5rmSSRO2KEtBZp"
    "ykOsh5AWXAQpvfMpbGPcuwpofuVyuR_6JiR04tq8rOdbfzqirZKYVkklEnvc85oEMJ-h70yUfXCIvY8J"
    "mOpocdXKdwC0DYDqdAvpdINYyyecQ476V9GRx2QVaq4B0NOwPXEIJPX-mqj5VOs_cpXavcJ_AFM";

TEST(JsonWebTokenTest, IsSignedAsOpensslSigns) {
  const Value claims = *ParseJson(R"({"iss":"1","iat":2})");
  const auto token = SignedJsonWebToken(claims, Secret::CopyOf(kKey));
  ASSERT_TRUE(token.ok()) << token.error().message();
  EXPECT_EQ(token->Reveal(), kToken);
}

TEST(JsonWebTokenTest, WhatIsNoRsaKeyIsNotRepeated) {
  for (const char* text : {"", "s3cret", "-----BEGIN PRIVATE KEY-----\ns3cret\n"}) {
    const auto token = SignedJsonWebToken(*ParseJson("{}"), Secret::CopyOf(text));
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().message(), "private key: is not an RSA key in PEM");
  }
}

}  // namespace
}  // namespace injector::doctor
