#pragma once
// What the references of templates mean, given the connections and variables at hand.
//
// `conn.a.b.c` can be read as field c of a connection called a.b, as field c of b of type a, as
// field b.c of a …. Of the readings that exist, the one with the longest name holds; two of the
// same length are an error that names both.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"
#include "injector/templates/template.h"

namespace injector {

// Every connection that `reference` may mean, for whoever has to fetch them. Requires: it is of
// kind kConnection.
std::vector<Reference> PossibleConnections(const TemplateReference& reference);

class TemplateScope {
 public:
  // Both must outlive this object. A connection or variable added twice counts once.
  void Add(const Connection& connection);
  void Add(const Variable& variable);
  // What else there is, for messages about what is not: names that may have been meant.
  void AddHeld(std::span<const ConnectionEntry> connections,
               std::span<const std::string> variables);

  struct Meaning {
    Secret text;
    const Connection* connection = nullptr;  // one of these two is set
    const Variable* variable = nullptr;
  };
  // kNotFound says what is missing and the nearest name there is; kConflict names both readings.
  // An empty value counts as missing; then the default that the catalogue has for it, if any,
  // holds. Messages hold no value.
  Result<Meaning> Find(const TemplateReference& reference) const;

 private:
  Result<Meaning> FindVariable(const TemplateReference& reference) const;
  Result<Meaning> FindField(const TemplateReference& reference) const;
  std::vector<const Connection*> Named(const Reference& name) const;
  Error NoSuchField(const Connection& connection, std::string_view field) const;
  Error NoSuchConnection(const TemplateReference& reference) const;

  std::vector<const Connection*> connections_;
  std::vector<const Variable*> variables_;
  std::vector<ConnectionEntry> held_connections_;
  std::vector<std::string> held_variables_;
};

struct RenderedText {
  Secret text;
  // What it was made with, each once.
  std::vector<const Connection*> connections;
  std::vector<const Variable*> variables;
};

// Errors of TemplateScope::Find(), with the template's name, line and column in front.
Result<RenderedText> Render(const Template& source, const TemplateScope& scope);

}  // namespace injector
