#pragma once
// What the benchmarks of the service ask for grants of: an org with connections, and a token of its
// jobs.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector::bench {

// Ends the program.
[[noreturn]] void Stop(const std::string& why);

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) Stop(result.error().message());
  return *std::move(result);
}

class ServiceScene {
 public:
  // An org `name` with connections c0, c1, …: ten of them are attached to the repo of the jobs, the
  // others to repos of their own, ten to each. Under testing::kServiceKey.
  ServiceScene(const std::string& url, const std::string& name, int connections);

  // Whole HTTP requests, each for a grant of one of the ten.
  std::vector<std::string> Grants() const;

 private:
  void Fill(int connections);
  void Add(int number);
  // What a service does within minutes of so many new rows, and PostgreSQL by itself: or it would
  // be measured.
  void Settle();

  SystemClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
  std::string org_;
  std::string token_;
};

}  // namespace injector::bench
