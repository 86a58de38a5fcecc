#include "tests/unit/injector/service/read_only_database.h"

#include <gtest/gtest.h>

#include <utility>

#include "injector/service/store/soci_session.h"
#include "tests/unit/injector/service/databases.h"

namespace injector::testing {

ReadOnlyDatabase::ReadOnlyDatabase(std::string url) : url_(std::move(url)) { Set("on"); }

ReadOnlyDatabase::~ReadOnlyDatabase() { Set("off"); }

void ReadOnlyDatabase::Set(const std::string& value) const {
  const auto session = ConnectPostgres(url_).value();
  const std::string name = url_.substr(url_.rfind('/') + 1);
  for (const std::string& statement :
       {std::string("SET default_transaction_read_only = off"),
        "ALTER DATABASE " + name + " SET default_transaction_read_only = " + value}) {
    EXPECT_TRUE(session->Execute(statement, {}).ok()) << statement;
  }
  CutConnections(url_);
}

}  // namespace injector::testing
