#include "tests/unit/injector/service/stopped_server.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "injector/service/store/soci_session.h"

namespace injector::testing {
namespace {

// proc(5): PID (NAME) STATE PPID. The names here hold no parenthesis.
pid_t ParentOf(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text, ')');
  char state = 0;
  pid_t parent = 0;
  file >> state >> parent;
  return parent;
}

}  // namespace

StoppedServer::StoppedServer(const std::string& url) {
  const auto session = ConnectPostgres(url).value();
  const auto own = session->QueryOne("SELECT pg_backend_pid()", {}, "own process").value();
  const auto others = session->Query(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> :1",
      {own.Integer(0)});
  processes_ = {ParentOf(static_cast<pid_t>(own.Integer(0)))};
  for (const SqlRow& row : others.value()) {
    processes_.push_back(static_cast<pid_t>(row.Integer(0)));
  }
  Signal(SIGSTOP);
}

StoppedServer::~StoppedServer() { Signal(SIGCONT); }

void StoppedServer::Signal(int signal_number) const {
  for (const pid_t process : processes_) EXPECT_EQ(::kill(process, signal_number), 0) << process;
}

}  // namespace injector::testing
