#pragma once
// Value -> YAML 1.2 text in block style, as a person would write it. ParseYaml (parse.h) and
// ToValue (node.h) give the same value back.

#include "injector/base/secret.h"
#include "injector/model/value.h"

namespace injector {

// One document, with a newline at its end. Texts stand plain where that reads back as the same
// text, else in double quotes. Requires: every string is valid UTF-8.
Secret WriteYaml(const Value& value);

}  // namespace injector
