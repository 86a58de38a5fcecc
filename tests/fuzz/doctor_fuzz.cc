// Any bytes as what a server sends: no check crashes or hangs over them.

#include "injector/doctor/challenge.h"
#include "injector/doctor/postgres_error.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/unit/injector/doctor/fake_network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace injector;
  using namespace injector::doctor;
  const std::string bytes(fuzz::TextOf(data, size));
  DescribePostgresError(ParsePostgresError(bytes));
  ParseChallenge(bytes);
  static const Connection kConnections[] = {
      testing::ConnectionOf("redis", R"({"host":"h","password":"s3cret-s3cret","db":1})"),
      testing::ConnectionOf("mongodb", R"({"host":"h"})"),
      testing::ConnectionOf("kafka", R"({"bootstrap_servers":"a,b"})"),
      testing::ConnectionOf("smtp", R"({"host":"h","login":"u","password":"s3cret-s3cret"})"),
      testing::ConnectionOf("ssh", R"({"host":"h","strict_host_checking":"accept-new"})"),
  };
  for (const Connection& connection : kConnections) {
    testing::FakeNetwork network(testing::FakeNetwork::Script{bytes});
    const CheckResult result = testing::CheckOver(network, connection);
    fuzz::Require(result.message.find("s3cret-s3cret") == std::string::npos);
  }
  testing::FakeNetwork network([&bytes](const http::ClientRequest&) {
    return testing::Answer(401, bytes, {{"WWW-Authenticate", bytes}});
  });
  for (const char* type : {"docker", "slack", "aws"}) {
    static constexpr const char* kFields =
        R"({"login":"u","password":"s3cret-s3cret","bot_token":"s3cret-s3cret"})";
    testing::CheckOver(network, testing::ConnectionOf(type, kFields));
  }
  return 0;
}
