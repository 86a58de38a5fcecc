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

std::string File(const Injection& injection, std::string_view name) {
  for (const InjectedFile& file : injection.files) {
    if (file.name == name) return std::string(ContentIn(injection, file, "/p").Reveal());
  }
  return "(no file)";
}

TEST(KafkaTest, WritesOneFileForJavaAndOneForKcat) {
  const Injection injection =
      JobUnderTest()
          .With("kafka.k", R"({"bootstrap_servers": "a:9093,b:9093", "sasl_username": "me",
                               "sasl_password": "p\"\\ü", "ssl_ca": "-----BEGIN C-----\n"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("KAFKA_CLIENT_PROPERTIES=<path of kafka.k/client.properties>",
                          "KCAT_CONFIG=<path of kafka.k/kcat.conf>",
                          "KAFKA_BOOTSTRAP_SERVERS=a:9093,b:9093"));
  EXPECT_EQ(File(injection, "kafka.k/kcat.conf"),
            "bootstrap.servers=a:9093,b:9093\nsecurity.protocol=SASL_SSL\nsasl.mechanisms=PLAIN\n"
            "sasl.username=me\nsasl.password=p\"\\ü\nssl.ca.location=/p/kafka.k/ssl_ca.pem\n");
  EXPECT_EQ(File(injection, "kafka.k/client.properties"),
            "bootstrap.servers=a:9093,b:9093\nsecurity.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n"
            "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required "
            "username=\"me\" password=\"p\\\\\"\\\\\\\\\\u00fc\";\n"
            "ssl.truststore.type=PEM\nssl.truststore.location=/p/kafka.k/ssl_ca.pem\n");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("kafka.k.sasl_password=p\"\\ü", "kafka.k.sasl_password=\"p\\\"\\\\ü\"",
                          "kafka.k.sasl_password=\"p\\\\\"\\\\\\\\\\u00fc\""));
}

struct FileRow {
  const char* fields;
  const char* file;
};

TEST(KafkaTest, TheProtocolIsWhatTheConnectionSays) {
  for (const FileRow& row :
       {FileRow{R"({"host": "h:1"})", "bootstrap.servers=h:1\n"},
        FileRow{R"({"host": "h:1", "ssl_ca": "/ca"})",
                "bootstrap.servers=h:1\nsecurity.protocol=SSL\nssl.ca.location=/ca\n"},
        FileRow{R"({"host": "h:1", "security.protocol": "SSL", "ssl_ca": "/ca"})",
                "bootstrap.servers=h:1\nsecurity.protocol=SSL\nssl.ca.location=/ca\n"},
        FileRow{R"({"host": "h:1", "security_protocol": "SASL_PLAINTEXT", "login": "u",
                    "password": "p", "sasl_mechanism": "SCRAM-SHA-256"})",
                "bootstrap.servers=h:1\nsecurity.protocol=SASL_PLAINTEXT\n"
                "sasl.mechanisms=SCRAM-SHA-256\nsasl.username=u\nsasl.password=p\n"}}) {
    EXPECT_EQ(File(JobUnderTest().With("kafka.k", row.fields).Injected(), "kafka.k/kcat.conf"),
              row.file);
  }
}

TEST(KafkaTest, SaysWhatIsWrong) {
  for (const FileRow& row :
       {FileRow{R"({"sasl_password": "canary"})", "bootstrap_servers is missing"},
        FileRow{R"({"host": "h", "sasl_password": "canary"})", "sasl_username is missing"},
        FileRow{R"({"host": "h", "sasl_username": "canary"})", "sasl_password is missing"},
        FileRow{R"({"host": "h", "login": "u", "password": "canary "})", "ends with a blank"},
        FileRow{R"({"host": "h", "login": "u", "password": "canary\n"})", "holds a control"},
        FileRow{R"({"host": "h", "login": "u", "password": "p", "sasl_mechanism": "canary"})",
                "sasl_mechanism is neither"}}) {
    EXPECT_THAT(JobUnderTest().With("kafka.k", row.fields).Refusal(),
                AllOf(HasSubstr(row.file), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
