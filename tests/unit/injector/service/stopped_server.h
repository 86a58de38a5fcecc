#pragma once
// A PostgreSQL server that stands still for as long as this is there: what takes connections, and
// the process behind each connection to one database. The kernel goes on acknowledging for them.

#include <sys/types.h>

#include <string>
#include <vector>

namespace injector::testing {

class StoppedServer {
 public:
  // Of the database at `url`, with the connections that it has now.
  explicit StoppedServer(const std::string& url);
  ~StoppedServer();
  StoppedServer(const StoppedServer&) = delete;
  StoppedServer& operator=(const StoppedServer&) = delete;

  int connections() const { return static_cast<int>(processes_.size()) - 1; }

 private:
  void Signal(int signal_number) const;

  std::vector<pid_t> processes_;
};

}  // namespace injector::testing
