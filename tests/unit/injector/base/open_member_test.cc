#include "injector/base/open_member.h"

#include <gtest/gtest.h>

#include "injector/base/url.h"

namespace injector {
namespace {

TEST(OpenMemberTest, NamesOfKeyFilesAreOpenAndTheirSecretsAreNot) {
  for (const char* name : {"type", "project_id", "private_key_id", "client_id", "client_email",
                           "universe_domain", "region", "host", "user", "username", "name"}) {
    EXPECT_TRUE(IsOpenMember(name, "anything")) << name;
  }
  for (const char* name : {"private_key", "password", "TYPE", "uri", "0", ""}) {
    EXPECT_FALSE(IsOpenMember(name, "anything")) << name;
  }
}

TEST(OpenMemberTest, UrlsAreOpenWithoutLoginAndQuery) {
  for (const char* value : {"https://h/token", "https://h/a#b?c", "no URL", "1x://u@h?q", ""}) {
    EXPECT_TRUE(IsOpenMember("token_uri", value)) << value;
    EXPECT_TRUE(IsOpenMember("cert_url", value)) << value;
  }
  for (const char* value : {"https://u:p@h/", "https://u@h/", "https://h/?key=k", "https://h?k"}) {
    EXPECT_FALSE(IsOpenMember("token_uri", value)) << value;
  }
}

TEST(UrlTest, SplitsUserPasswordAndPath) {
  const auto url = SplitUrl("https://u%40:p:w@h:1/a?b#c");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->user, "u%40");
  EXPECT_EQ(url->password, "p:w");
  EXPECT_EQ(url->path_and_query, "/a?b");
  EXPECT_FALSE(SplitUrl("https:/h").has_value());
  EXPECT_FALSE(SplitUrl(" https://h").has_value());
}

TEST(UrlTest, KnowsThisMachine) {
  EXPECT_EQ(AuthorityOf("https://u@h:1/a@b"), "u@h:1");
  for (const char* url : {"http://127.0.0.1:80/x", "http://localhost", "http://[::1]:8/?q"}) {
    EXPECT_TRUE(IsOnThisMachine(url)) << url;
  }
  for (const char* url : {"http://h", "http://127.0.0.1.example.com/", "http://h/127.0.0.1"}) {
    EXPECT_FALSE(IsOnThisMachine(url)) << url;
  }
}

}  // namespace
}  // namespace injector
