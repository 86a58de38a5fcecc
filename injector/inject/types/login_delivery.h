#pragma once
// The field `delivery` of types whose tools log in somewhere.

#include "injector/inject/translation.h"

namespace injector {

enum class LoginDelivery {
  kStatic,  // in a file that the tool reads
  kHelper,  // by a program that the tool asks each time: a changed login is seen at the next use
};

// kStatic when the field is absent; kInvalidArgument for another word.
Result<LoginDelivery> ReadLoginDelivery(const Translation& translation);

}  // namespace injector
