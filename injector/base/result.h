#pragma once
// Result<T>: a T or an Error, never neither. Result<void> (Status) is "done" or an Error.
//
//   Result<Secret> key = LoadKey(path);
//   if (!key.ok()) return std::move(key).error();
//
// or, inside a function that itself returns a Result:
//
//   ASSIGN_OR_RETURN(Secret key, LoadKey(path));
//   RETURN_IF_ERROR(Verify(key));

#include <optional>
#include <utility>
#include <variant>

#include "injector/base/error.h"

namespace injector {

template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error(...);` both read as they should.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }

  // Requires: ok().
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // Requires: !ok().
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }

  // Requires: !ok().
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace injector

#define INJECTOR_CONCAT_INNER(a, b) a##b
#define INJECTOR_CONCAT(a, b) INJECTOR_CONCAT_INNER(a, b)

// Evaluates `expression` (a Result); hands its error to our caller, else goes on.
#define RETURN_IF_ERROR(expression)                   \
  do {                                                \
    if (auto status_ = (expression); !status_.ok()) { \
      return std::move(status_).error();              \
    }                                                 \
  } while (false)

// Evaluates `expression` (a Result<T>); hands its error to our caller, else moves the value into
// `declaration`. A declaration with a comma in it (std::pair<A, B> x) needs `auto`.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_IMPL(INJECTOR_CONCAT(result_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_IMPL(result, declaration, expression) \
  auto result = (expression);                                  \
  if (!result.ok()) return std::move(result).error();          \
  declaration = std::move(result).value()
