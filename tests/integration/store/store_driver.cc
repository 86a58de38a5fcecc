// Works on an encrypted file store as the command line does, one action a run, so that tests can
// run several at once and kill them:
//   store_driver put FILE KEY ALIAS PASSWORD    sets @generic.ALIAS
//   store_driver count FILE KEY WRITER TIMES    TIMES transactions: counts the variable `counter`
//   up
//                                               and adds @generic.<WRITER>-<n>
//   store_driver show FILE KEY                  prints every connection and variable with its value
// A failure prints one line and exits 125.

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "injector/base/clock.h"
#include "injector/crypto/key.h"
#include "injector/sources/encrypted_file/store.h"
#include "injector/sources/encrypted_file/store_editor.h"

namespace injector {
namespace {

using Arguments = std::vector<std::string>;

Connection MakeConnection(const std::string& alias, const std::string& password) {
  Connection connection;
  connection.name = {.type = "generic", .alias = alias};
  connection.fields.push_back({"password", Value::String(password)});
  return connection;
}

Result<StoreEditor> Edit(const Arguments& arguments) {
  static const SystemClock clock;
  ASSIGN_OR_RETURN(KeyText key, KeyText::Parse(arguments.at(1)));
  return StoreEditor::OpenOrCreate(arguments.at(0), Protection::WithKey(std::move(key)), clock);
}

Status Put(const Arguments& arguments) {
  ASSIGN_OR_RETURN(StoreEditor editor, Edit(arguments));
  RETURN_IF_ERROR(editor.Put(MakeConnection(arguments.at(2), arguments.at(3))));
  return editor.Save();
}

Status CountOnce(const Arguments& arguments, int turn) {
  ASSIGN_OR_RETURN(StoreEditor editor, Edit(arguments));
  Variable counter;
  counter.key = "counter";
  const Result<Variable> old = editor.store().GetVariable("counter");
  const int count = old.ok() ? std::stoi(std::string(old->value.Reveal())) : 0;
  counter.value = Secret::TakeFrom(std::to_string(count + 1));
  RETURN_IF_ERROR(editor.PutVariable(counter));
  RETURN_IF_ERROR(editor.Put(MakeConnection(arguments.at(2) + "-" + std::to_string(turn), "x")));
  return editor.Save();
}

Status Count(const Arguments& arguments) {
  for (int turn = 0; turn < std::stoi(arguments.at(3)); ++turn) {
    RETURN_IF_ERROR(CountOnce(arguments, turn));
  }
  return {};
}

Status Show(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const KeyText key, KeyText::Parse(arguments.at(1)));
  ASSIGN_OR_RETURN(const Store store, Store::Open(arguments.at(0), &key));
  for (const ConnectionSummary& summary : store.listing().connections) {
    ASSIGN_OR_RETURN(const Connection connection, store.Get(summary.name));
    std::cout << summary.name.Full() << " v" << summary.version << ' '
              << connection.FieldNamed("password")->value.string().Reveal() << '\n';
  }
  for (const VariableSummary& summary : store.listing().variables) {
    ASSIGN_OR_RETURN(const Variable variable, store.GetVariable(summary.key));
    std::cout << summary.key << " v" << summary.version << ' ' << variable.value.Reveal() << '\n';
  }
  return {};
}

int Main(const Arguments& arguments) {
  static const std::map<std::string, std::function<Status(const Arguments&)>> kActions = {
      {"put", Put}, {"count", Count}, {"show", Show}};
  const Status status =
      kActions.at(arguments.at(0))(Arguments(arguments.begin() + 1, arguments.end()));
  if (status.ok()) return 0;
  std::cerr << "store_driver: " << status.error().message() << '\n';
  return ExitStatus(status.error().code());
}

}  // namespace
}  // namespace injector

int main(int argc, char** argv) { return injector::Main({argv + 1, argv + argc}); }
