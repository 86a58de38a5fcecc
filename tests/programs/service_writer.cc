// Makes connections in four threads until it is killed, and prints the name of each, with a dot
// after it, once it is made: service_writer DATABASE-URL ORG-ID. The master key is 64 times '1'.

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/service/connections.h"

namespace {

using namespace injector;

void MakeConnections(Desk& desk, const std::string& org_id, const std::string& prefix) {
  Principal admin;
  admin.id = "token:writer";
  admin.org_id = org_id;
  admin.role = Role::kAdmin;
  for (int i = 0;; ++i) {
    const std::string name = prefix + std::to_string(i);
    const auto body =
        ParseJson(R"({"name":")" + name + R"(","type":"postgres","config":{"host":"h"}})");
    if (!Connections(desk).Create(admin, *body).ok()) return;
    std::printf("%s.\n", name.c_str());
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const SystemClock clock;
  const auto database = Database::Open(argv[1], {});
  const auto key = KeyText::Parse(std::string(64, '1'));
  if (!database.ok() || !key.ok()) return 1;
  const auto keys = Keys::Open(**database, *key, {}, clock);
  if (!keys.ok()) return 1;
  Desk desk(**database, **keys, clock);
  std::vector<std::jthread> threads;
  for (const char* prefix : {"a", "b", "c", "d"}) {
    threads.emplace_back([&desk, argv, prefix] { MakeConnections(desk, argv[2], prefix); });
  }
}
