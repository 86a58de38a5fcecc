#pragma once
// The body of an entry: everything of a connection or variable that is not readable beside it, as a
// JSON value (FORMAT.md).

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/sources/encrypted_file/store.h"

namespace injector {

// kInvalidArgument, naming the connection and the field, for what would not come back as it went
// in: an invalid name, a field named twice, text that is not UTF-8, a value nested too deep.
Result<Value> EncodeBody(const Connection& connection);
Result<Value> EncodeBody(const Variable& variable);

// The whole entry again. kDataLoss for what EncodeBody() did not make.
Result<Connection> DecodeBody(const ConnectionSummary& summary, const Value& body);
Result<Variable> DecodeBody(const VariableSummary& summary, const Value& body);

}  // namespace injector
