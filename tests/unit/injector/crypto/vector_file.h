#pragma once
// Published test vectors: blocks of `Name = value` lines, as NIST's .rsp files have them; `#`
// begins a comment.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "injector/base/hex.h"
#include "injector/base/secret.h"
#include "tests/support/paths.h"

namespace injector {

class Vector {
 public:
  bool empty() const { return values_.empty(); }
  void Set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  std::string Text(const std::string& name) const { return values_.at(name); }
  Secret Bytes(const std::string& name) const { return HexDecode(Text(name)).value(); }
  std::uint32_t Number(const std::string& name) const {
    return static_cast<std::uint32_t>(std::stoul(Text(name)));
  }

 private:
  std::map<std::string, std::string> values_;
};

inline std::vector<Vector> ReadVectors(const std::string& file_name) {
  std::ifstream file(tests::SourceFile("unit/injector/crypto/data/" + file_name));
  EXPECT_TRUE(file.is_open()) << file_name;
  std::vector<Vector> vectors;
  Vector current;
  const auto finish_block = [&] {
    if (!current.empty()) vectors.push_back(std::exchange(current, {}));
  };
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find(" =");
    if (line.starts_with('#')) continue;
    if (equals == std::string::npos) {
      finish_block();
    } else {
      current.Set(line.substr(0, equals), line.substr(std::min(line.size(), equals + 3)));
    }
  }
  finish_block();
  return vectors;
}

}  // namespace injector
