#pragma once
// What `injector variables set` makes of a variable, wherever that is kept.

#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

struct VariableChange {
  std::string key;
  std::optional<bool> is_secret;           // nullopt: as it was, or as key and value look
  std::optional<std::string> description;  // nullopt: as it was
  bool keep_newline = false;               // of the value
  bool keep_value = false;                 // none is read
  bool allow_empty = false;
  bool allow_readable = false;  // everybody may see a value that holds a secret by its shape
};

// Whether there is such a variable already.
enum class VariableIs { kNew, kThere };

// The new value, from stdin or a terminal; nullopt: the one there is stays.
Result<std::optional<Secret>> ReadNewValue(const VariableChange& change, VariableIs is);

// The variable as it is to be. kNotFound when there is none to keep the value of; kInvalidArgument
// when everybody could see what is a secret by its shape.
Result<Variable> ChangedVariable(const std::optional<Variable>& former,
                                 const VariableChange& change, const std::optional<Secret>& value);

// "changed secret variable x: its value holds a secret by its shape"
std::string DescribeChange(const std::optional<Variable>& former, const Variable& variable,
                           const VariableChange& change);

// "secret variable x"
std::string NameForPeople(const Variable& variable);

}  // namespace injector
