#pragma once
// A real service over SQLite, an org of its own for each test, and the programs that work with it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "injector/model/value.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/run_program.h"
#include "tests/support/temp_dir.h"

namespace injector::testing {

class ServedOrgTest : public ::testing::Test {
 protected:
  // One service for all tests of a suite.
  static void SetUpTestSuite();
  static void TearDownTestSuite();

  ServedOrgTest();

  // `injector WORDS…` with the service and a token in its environment: the admin's by default.
  ProgramResult Run(std::vector<std::string> words, std::string stdin_text = "") const {
    return RunAs(admin_, std::move(words), std::move(stdin_text));
  }
  ProgramResult RunAs(const std::string& token_file, std::vector<std::string> words,
                      std::string stdin_text = "") const;
  // Run(), which has to succeed; what it wrote to stdout, and to stderr.
  std::string Do(std::vector<std::string> words, std::string stdin_text = "") const;
  std::string Told(std::vector<std::string> words, std::string stdin_text = "") const;
  // Do() with --output json.
  Value DoJson(std::vector<std::string> words) const;
  // RunAs(), which has to fail with `exit_status`; what it wrote to stderr.
  std::string Fail(int exit_status, std::vector<std::string> words,
                   std::string stdin_text = "") const {
    return FailAs(admin_, exit_status, std::move(words), std::move(stdin_text));
  }
  std::string FailAs(const std::string& token_file, int exit_status, std::vector<std::string> words,
                     std::string stdin_text = "") const;

  // A file with a new token, made by `tokens create WORDS…`.
  std::string TokenFile(const std::string& name, std::vector<std::string> words) const;

  // `runner-shim OPTIONS… -- sh -c SCRIPT` for a job of acme/web.
  ProgramResult RunJob(const std::string& token_file, std::vector<std::string> options,
                       const std::string& script) const;

  std::string url() const { return service_->url(); }
  static std::string database_url();

  const TempDir directory_;
  std::string admin_;  // token file
  std::string org_;

 private:
  static std::unique_ptr<TempDir> files_;
  static std::unique_ptr<ServiceProgram> service_;
};

}  // namespace injector::testing
