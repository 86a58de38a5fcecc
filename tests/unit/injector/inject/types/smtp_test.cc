#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::VariableLines;

TEST(SmtpTest, WritesAnAccountForMsmtpAndNamesItsParts) {
  const Injection injection =
      JobUnderTest()
          .With("smtp.mail", R"({"host": "mail.example.com", "port": 2525, "login": "me",
                                 "password": "a \"b\" #c\\", "from": "me@example.com"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("SMTP_HOST=mail.example.com", "SMTP_PORT=2525", "SMTP_USER=me",
                          "SMTP_PASSWORD=a \"b\" #c\\", "SMTP_FROM=me@example.com",
                          "MSMTPRC=<path of smtp.mail/msmtprc>"));
  EXPECT_EQ(testing::ContentOf(injection, "smtp.mail/msmtprc"),
            "account default\nhost \"mail.example.com\"\nport \"2525\"\nfrom \"me@example.com\"\n"
            "tls on\nauth on\nuser \"me\"\npassword \"a \"b\" #c\\\"\n");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              Contains("smtp.mail.password=AG1lAGEgImIiICNjXA=="));
  EXPECT_THAT(injection.notes, Contains(HasSubstr("msmtp --file=\"$MSMTPRC\"")));
}

struct FileRow {
  const char* fields;
  const char* file;
};

TEST(SmtpTest, TlsBeginsAsThePortWantsIt) {
  for (const FileRow& row :
       {FileRow{R"({"host": "h", "port": 465})",
                "host \"h\"\nport \"465\"\ntls on\ntls_starttls off\nauth off\n"},
        FileRow{R"({"host": "h", "port": 587, "tls": true})",
                "host \"h\"\nport \"587\"\ntls on\nauth off\n"},
        FileRow{R"({"host": "h", "tls": "false"})", "host \"h\"\ntls off\nauth off\n"}}) {
    const Injection injection = JobUnderTest().With("smtp.mail", row.fields).Injected();
    EXPECT_EQ(testing::ContentOf(injection, "smtp.mail/msmtprc"),
              std::string("account default\n") + row.file);
  }
}

TEST(SmtpTest, WithoutTlsThePasswordIsSentAndThatIsSaid) {
  const auto job = [](const char* host) {
    return JobUnderTest()
        .With("smtp.mail", R"({"tls": false, "login": "u", "password": "p", "host": ")" +
                               std::string(host) + R"("})")
        .Injected();
  };
  EXPECT_THAT(testing::ContentOf(job("h"), "smtp.mail/msmtprc"),
              HasSubstr("tls off\nauth plain\n"));
  EXPECT_THAT(job("h").warnings, ElementsAre(HasSubstr("travels unencrypted")));
  EXPECT_TRUE(job("127.0.0.1").warnings.empty());
}

TEST(SmtpTest, AnInheritedPasswordDoesNotGoToAnotherServer) {
  EXPECT_THAT(
      testing::RemovedNames(JobUnderTest().With("smtp.mail", R"({"host": "h"})").Injected()),
      ElementsAre("SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM"));
}

TEST(SmtpTest, SaysWhatIsWrong) {
  const std::string longer(481, 'x');
  for (const auto& [fields, says] :
       {std::pair<std::string, const char*>(R"({"login": "canary"})", "host is missing"),
        {R"({"host": "h", "tls": "canary"})", "tls is neither"},
        {R"({"host": "h", "password": "canary\nx"})", "password holds a control"},
        {R"({"host": "h", "password": ")" + longer + R"("})", "password is longer than 480"}}) {
    EXPECT_THAT(JobUnderTest().With("smtp.mail", fields).Refusal(),
                AllOf(HasSubstr(says), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
