// Types whose tools log in by protocols of their own: redis, kafka, smtp, and mysql.

#include <gmock/gmock.h>

#include "tests/integration/doctor/servers.h"
#include "tests/integration/types/tool_fixture.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class MessagesTest : public ToolTest {
 protected:
  const std::string password_ = EveryKindOfText();
};

TEST_F(MessagesTest, RedisCliLogsInByVariableAndByUrl) {
  NEEDS("redis-server");
  const RedisServer server({.user = "", .password = password_, .tls = {}},
                           RedisServer::Transport::kPlain);
  const std::string port = std::to_string(server.port());
  Add("cache", "redis",
      R"({"host": "127.0.0.1", "port": )" + port + R"(, "password": )" + Quoted(password_) + "}");
  EXPECT_EQ(Output("cache", password_, R"(redis-cli -u "$REDIS_URL" set k "$REDISCLI_AUTH"
      redis-cli -p )" + port + R"( get k; echo "$REDIS_URL"
      )" + Example("redis-counter.sh")),
            "OK\n***\nredis://default:***@127.0.0.1:" + port + "/\nbuild 1\n");
}

TEST_F(MessagesTest, KcatLogsInAtTheBroker) {
  NEEDS("kcat");
  Add("events", "kafka",
      R"({"bootstrap_servers": "127.0.0.1:)" + ServeSasl("kafka", password_) +
          R"(", "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "login": "me",
          "password": )" +
          Quoted(password_) + "}");
  EXPECT_THAT(Output("events", password_, R"(kcat -L -m 60 2>&1; kcat -X dump | grep '^sasl\.'
      cat "$KCAT_CONFIG" "$KAFKA_CLIENT_PROPERTIES")"),
              HasSubstr(" 1 brokers:\n"));
  EXPECT_THAT(Visitors(), StartsWith("in\n"));
}

TEST_F(MessagesTest, JavaReadsThePropertiesOfAKafkaClient) {
  NEEDS_DEAR("javac");
  Add("events", "kafka",
      R"({"bootstrap_servers": "127.0.0.1:1", "sasl_mechanism": "PLAIN", "login": "me", "password": )" +
          Quoted(password_) + "}");
  Output("events", password_,
         "java -Dfile.encoding=UTF-8 " + tests::SourceFile("integration/types/ReadJaas.java") +
             R"( "$KAFKA_CLIENT_PROPERTIES" | tee read)");
  EXPECT_EQ(directory_.Read("read"), "me\n" + password_ + "\n");
}

TEST_F(MessagesTest, MsmtpLogsIn) {
  NEEDS("msmtp");
  Add("mail", "smtp",
      R"({"host": "127.0.0.1", "tls": false, "from": "me@example.com", "port": )" +
          ServeSasl("smtp", password_) + R"(, "login": "me", "password": )" + Quoted(password_) +
          "}");
  Output("mail", password_,
         R"(echo hello | msmtp --file="$MSMTPRC" --debug you@example.com 2>&1
      cat "$MSMTPRC"; echo hello | )" +
             Example("mail-report.sh") + " you@example.com");
  EXPECT_EQ(Visitors(), "in\nin\n");
}

TEST_F(MessagesTest, MariadbLogsInByItsOptionFile) {
  NEEDS_DEAR("mariadbd");
  const CertificateFiles tls = MakeCertificate(directory_, "server", "IP:127.0.0.1");
  const MariadbServer server({.user = "me", .password = password_, .tls = tls});
  Add("db", "mysql",
      R"({"host": "127.0.0.1", "schema": "movies", "login": "me", "port": )" +
          std::to_string(server.port()) + R"(, "password": )" + Quoted(password_) + "}");
  EXPECT_EQ(Output("db", password_, R"(mariadb --batch -Ne 'select database()'
      cat "$MYSQL_HOME/my.cnf" >&2; echo "$DATABASE_URL" >&2; mariadb -e "$MYSQL_PWD" || true)"),
            "movies\n");
  Output("db", password_, Example("mysql-backup.sh") + " movies movies.sql");
  EXPECT_THAT(directory_.Read("movies.sql"), HasSubstr("-- Dump completed"));
}

}  // namespace
}  // namespace injector::testing
