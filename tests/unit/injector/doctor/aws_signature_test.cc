// Against published signatures: the AWS Signature Version 4 test suite (Apache-2.0), cases
// get-vanilla, post-vanilla and post-x-www-form-urlencoded; and what botocore 1.43 (Apache-2.0)
// signs for S3.

#include "injector/doctor/aws_signature.h"

#include <gtest/gtest.h>

#include "injector/base/clock.h"
#include "injector/doctor/http_question.h"

namespace injector::doctor {
namespace {

AwsKeys SuiteKeys() {
  return {"AKIDEXAMPLE", Secret::CopyOf("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}};
}

std::string SignatureOf(http::ClientRequest request, const AwsKeys& keys, const AwsScope& scope) {
  const auto time = *ParseRfc3339("2015-08-30T12:36:00Z");
  const auto request_signed = SignForAws(std::move(request), keys, scope, time);
  if (!request_signed.ok()) return request_signed.error().message();
  const std::string text(request_signed->headers.back().value.Reveal());
  return text.substr(text.find("Signature=") + 10);
}

TEST(AwsSignatureTest, IsThatOfThePublishedSuite) {
  const AwsScope scope{"us-east-1", "service"};
  http::ClientRequest get = Get("https://example.amazonaws.com/");
  EXPECT_EQ(SignatureOf(std::move(get), SuiteKeys(), scope),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  http::ClientRequest post = Get("https://EXAMPLE.amazonaws.com:443");
  post.method = "POST";
  EXPECT_EQ(SignatureOf(std::move(post), SuiteKeys(), scope),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  http::ClientRequest form = Get("https://example.amazonaws.com/");
  form.method = "POST";
  form.headers.push_back({"Content-Type", Secret::CopyOf("application/x-www-form-urlencoded")});
  form.body = Secret::CopyOf("Param1=value1");
  EXPECT_EQ(SignatureOf(std::move(form), SuiteKeys(), scope),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST(AwsSignatureTest, CoversTokenAndBodyWhereS3WantsIt) {
  AwsKeys keys = SuiteKeys();
  keys.session_token = Secret::CopyOf("session/token+1==");
  http::ClientRequest head = Get("http://127.0.0.1:9000/bucket.1");
  head.method = "HEAD";
  EXPECT_EQ(SignatureOf(std::move(head), keys, {"eu-central-1", "s3"}),
            "11b38d2d0d550f0b8010fdf56cdbbb254fbfafedf447374cc2b8c4ff365cbc57");
}

}  // namespace
}  // namespace injector::doctor
