#pragma once
// What a connection type gives to a job, for people to read before they store one: which variables,
// from which fields. Nothing here is a list of its own: the type's translator is asked, with
// connections made up for the purpose, so that what is said and what is done cannot differ.

#include <string>
#include <string_view>
#include <vector>

#include "injector/inject/inject.h"

namespace injector {

struct TypeOutline {
  // No variables of its own: each field becomes one, under its name in upper case. Of generic, and
  // of any type without a translator.
  bool acts_as_generic = false;
  std::string_view readers;              // who reads the variables: "psql and other users of libpq"
  std::vector<FieldVariable> variables;  // by name; no name twice. Those of http begin with NAME,
                                         // where a job has the connection's name
  std::vector<std::string> removed;      // inherited variables that go; by name
};

TypeOutline OutlineOfType(std::string_view type);

}  // namespace injector
