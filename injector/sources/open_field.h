#pragma once
// Fields of connections that variables complete: `token: "Bearer {{ var.api_token }}"`.

#include <functional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/sources/source.h"

namespace injector {

// The variable called `key`; an error says that there is none. It outlives the call.
using VariableLookup = std::function<Result<const Variable*>(const std::string& key)>;

// Puts the variables into `open`'s place in `connection`, which becomes secret when one of them is.
// Returns the secret ones: of a secret field, all. Errors of `find` say where the field stands.
Result<std::vector<Ingredient>> CompleteField(Connection& connection, const OpenText& open,
                                              const VariableLookup& find);

}  // namespace injector
