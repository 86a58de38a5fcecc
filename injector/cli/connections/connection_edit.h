#pragma once
// Changing a stored connection field by field. Pure: nothing is read or written here.

#include <span>
#include <string_view>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

// `connection` with one field changed; a null `value` removes it. It takes the place of a field
// that means the same under another name (login, user; sslmode, extra.sslmode). "extra.region_name"
// changes that member alone if there is, or by the type can be, a map named `extra`; otherwise a
// dot is a part of the name. A map that a removal empties goes as well. kInvalidArgument when the
// way leads through something that is no map.
Result<Connection> WithField(Connection connection, std::string_view name, Value value);

// As WithField() with null: no spelling of the field is left, nor the word that it is secret.
// kNotFound, naming the fields there are and the nearest, when it is not there.
Result<Connection> WithoutField(Connection connection, std::string_view name);

// `connection` with `name` declared secret by the user.
Connection WithSecretField(Connection connection, std::string_view name);

// kConflict when two of `fields`, all given at once, mean one field under two names and hold
// different values. Of two with one name the later counts.
Status CheckAgreement(const ConnectionName& name, std::span<const Field> fields);

}  // namespace injector
