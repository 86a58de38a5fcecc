#pragma once
// A PostgreSQL database that only reads for as long as this is there, as a standby: whoever is
// connected to it has to connect anew, at both ends.

#include <string>

#include "injector/base/result.h"

namespace injector::testing {

class ReadOnlyDatabase {
 public:
  explicit ReadOnlyDatabase(std::string url);
  ~ReadOnlyDatabase();
  ReadOnlyDatabase(const ReadOnlyDatabase&) = delete;
  ReadOnlyDatabase& operator=(const ReadOnlyDatabase&) = delete;

 private:
  void Set(const std::string& value) const;

  const std::string url_;
};

}  // namespace injector::testing
