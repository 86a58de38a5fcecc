#include "injector/cli/served/attachment_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The example of APPLY.md.
constexpr char kExample[] = R"(version: 1
org:
  variables: [region]
repos:
  acme/web:
    connections:
      - "@postgres.releases"
      - ref: aws-prod
        environments: [production, staging]
        protectedOnly: true
    variables:
      - {key: api_token, environments: [production]}
  acme/docs:
)";

TEST(AttachmentFileTest, ReadsNamesAndScopes) {
  const auto repos = ParseAttachmentFile(kExample, "a.yaml");
  ASSERT_TRUE(repos.ok()) << repos.error().message();
  ASSERT_EQ(repos->size(), 3U);
  EXPECT_EQ((*repos)[0].repo, "*");
  EXPECT_EQ((*repos)[0].attachments[0].key, "region");
  const WantedRepo& web = (*repos)[1];
  EXPECT_EQ(web.repo, "acme/web");
  ASSERT_EQ(web.attachments.size(), 3U);
  EXPECT_EQ(web.attachments[0].connection.ToString(), "@postgres.releases");
  EXPECT_FALSE(web.attachments[0].protected_only);
  EXPECT_EQ(web.attachments[1].connection.ToString(), "aws-prod");
  EXPECT_THAT(web.attachments[1].environments, ElementsAre("production", "staging"));
  EXPECT_TRUE(web.attachments[1].protected_only);
  EXPECT_EQ(web.attachments[2].kind, AttachedKind::kVariable);
  EXPECT_THAT((*repos)[2].attachments, IsEmpty());
}

TEST(AttachmentFileTest, SaysWhereSomethingIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"repos: {}\n", "version"},
      {"version: 2\n", "a.yaml:1:"},
      {"version: 1\nrepo: {}\n", "a.yaml:2:1: unknown key repo; did you mean repos?"},
      {"version: 1\nrepos: []\n", "a.yaml:2:"},
      {"version: 1\nrepos:\n  web: {connection: [a]}\n", "did you mean connections?"},
      {"version: 1\nrepos:\n  web: {connections: a}\n", "a.yaml:3:"},
      {"version: 1\nrepos:\n  web: {connections: [\"@mysql\"]}\n", "a.yaml:3:"},
      {"version: 1\nrepos:\n  web: {connections: [{environments: [x]}]}\n", "ref"},
      {"version: 1\nrepos:\n  web: {connections: [{ref: a, environments: x}]}\n", "environments"},
      {"version: 1\nrepos:\n  web: {connections: [{ref: a, protectedOnly: 1}]}\n", "protectedOnly"},
      {"version: 1\nrepos:\n  web: {variables: [a-b]}\n", "a.yaml:3:"},
      {"version: 1\nrepos:\n  \"*\": {variables: [a]}\n", "a.yaml:3:3: repo"},
      {"version: 1\nrepos:\n  web: {connections: [{ref: a, environments: [\"x y\"]}]}\n",
       "environment"},
  };
  for (const auto& [text, says] : rows) {
    const auto repos = ParseAttachmentFile(text, "a.yaml");
    ASSERT_FALSE(repos.ok()) << text;
    EXPECT_THAT(repos.error().message() + " " + repos.error().hint(), HasSubstr(says)) << text;
  }
}

}  // namespace
}  // namespace injector
