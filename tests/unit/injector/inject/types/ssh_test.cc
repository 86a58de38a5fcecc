#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

constexpr std::string_view kTail =
    "Host *\n  Include ~/.ssh/config\n  Include /etc/ssh/ssh_config\n";

TEST(SshTest, WritesAConfigurationWithTheKeysOfBothSides) {
  const Injection injection =
      JobUnderTest()
          .With("ssh.box", R"({"host": "box.example.com", "port": 2222, "user": "me",
                "private_key": "-----BEGIN X-----\nk", "known_hosts": "ssh-ed25519 AAAA\n# x"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAre("GIT_SSH_COMMAND=ssh -F '<path of ssh/config>'",
                                                    "SSH_CONFIG_FILE=<path of ssh/config>"));
  ASSERT_EQ(injection.files.size(), 3U);
  EXPECT_EQ(ContentIn(injection, injection.files[2], "/p").Reveal(),
            "Host box box.example.com\n  HostName box.example.com\n  Port 2222\n  User me\n"
            "  UserKnownHostsFile \"/p/ssh.box/known_hosts\"\n  GlobalKnownHostsFile /dev/null\n"
            "  StrictHostKeyChecking yes\n  IdentityFile \"/p/ssh.box/private_key\"\n"
            "  IdentitiesOnly yes\n" +
                std::string(kTail));
  EXPECT_EQ(testing::ContentOf(injection, "ssh.box/known_hosts"),
            "[box.example.com]:2222 ssh-ed25519 AAAA\n# x\n");
  EXPECT_EQ(testing::ContentOf(injection, "ssh.box/private_key"), "-----BEGIN X-----\nk\n");
}

TEST(SshTest, SeveralHostsShareOneConfigurationInFrontOfTheUsers) {
  const Injection injection =
      JobUnderTest()
          .With("ssh.a", R"({"host": "a", "known_hosts": "a ssh-rsa A"})")
          .With("sftp.b", R"({"host": "b", "strict_host_checking": "accept-new"})")
          .With("ssh.a", R"({"host": "a", "known_hosts": "a ssh-rsa A"})")
          .Injected();
  const std::string config = testing::ContentOf(injection, "ssh/config");
  EXPECT_THAT(config,
              AllOf(::testing::StartsWith("Host a a\n"), HasSubstr("\nHost b b\n"),
                    HasSubstr("StrictHostKeyChecking accept-new\n"), ::testing::EndsWith(kTail)));
  EXPECT_EQ(config.find(kTail), config.size() - kTail.size());
  EXPECT_EQ(testing::ContentOf(injection, "sftp.b/known_hosts"), "");
}

TEST(SshTest, TwoLoginsForOneHostContradict) {
  EXPECT_THAT(JobUnderTest()
                  .With("ssh.a", R"({"host": "h", "login": "a", "known_hosts": "h ssh-rsa A"})")
                  .With("ssh.b", R"({"host": "h", "login": "b", "known_hosts": "h ssh-rsa A"})")
                  .Refusal(),
              AllOf(HasSubstr("ssh host h"), HasSubstr("-c @ssh.b=B_")));
}

TEST(SshTest, WhatSshAsksForIsThereForSshpass) {
  const auto job = [](const char* secrets) {
    return JobUnderTest()
        .With("ssh.a", R"({"host": "h", "known_hosts": "h ssh-rsa A", )" + std::string(secrets))
        .Injected();
  };
  EXPECT_EQ(ValueOf(job(R"("password": "p"})"), "SSHPASS"), "p");
  const Injection both = job(R"("password": "p", "passphrase": "q", "private_key": "/k"})");
  EXPECT_EQ(ValueOf(both, "SSHPASS"), "q");
  EXPECT_THAT(both.notes, Contains(HasSubstr("the password is not injected beside it")));
  EXPECT_THAT(testing::RemovedNames(job(R"("login": "u"})")), Contains("SSHPASS"));
  EXPECT_THAT(testing::ContentOf(both, "ssh/config"), HasSubstr("  IdentityFile \"/k\"\n"));
}

// OpenSSH says of both "error in libcrypto", and no more.
TEST(SshTest, LineEndsOfAKeyAreWhatSshReads) {
  for (const char* key :
       {"-----BEGIN X-----\\r\\nk\\r\\n", "-----BEGIN X-----\\\\nk\\\\n",
        "-----BEGIN X-----\\\\r\\\\nk", "-----BEGIN X-----\\nk", "\\n -----BEGIN X-----\\nk"}) {
    const Injection injection =
        JobUnderTest()
            .With("ssh.a", R"({"host": "h", "known_hosts": "x", "private_key": ")" +
                               std::string(key) + "\"}")
            .Injected();
    EXPECT_EQ(testing::ContentOf(injection, "ssh.a/private_key"), "-----BEGIN X-----\nk\n") << key;
  }
}

struct RefusedRow {
  const char* fields;
  const char* says;
};

TEST(SshTest, SaysWhatIsWrong) {
  for (const RefusedRow& row :
       {RefusedRow{R"({"known_hosts": "canary"})", "host is missing"},
        RefusedRow{R"({"host": "canary"})", "known_hosts is missing: the host could be anybody"},
        RefusedRow{R"({"host": "h", "strict_host_checking": "no"})", "is neither yes nor"},
        RefusedRow{R"({"host": "-oProxyCommand=canary"})", "host holds a character"},
        RefusedRow{R"({"host": "h canary"})", "host holds a character"},
        RefusedRow{R"({"host": "h", "port": "22 canary"})", "port is not a TCP port"},
        RefusedRow{R"({"host": "h", "known_hosts": "x", "private_key": "-----BEGIN canary"})",
                   "private_key is one line"},
        RefusedRow{R"({"host": "h", "login": "canary\nx"})", "login holds a character"},
        RefusedRow{R"({"host": "h", "known_hosts": "x", "private_key": "canary\"\n"})",
                   "private_key is neither a key nor the path"}}) {
    EXPECT_THAT(JobUnderTest().With("ssh.a", row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
