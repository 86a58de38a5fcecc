#pragma once
// Connections and variables on their way between programs: what an export holds, whatever it is
// written in.

#include <vector>

#include "injector/model/connection.h"

namespace injector {

struct Bundle {
  std::vector<Connection> connections;
  std::vector<Variable> variables;
};

}  // namespace injector
