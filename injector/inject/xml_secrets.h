#pragma once
// Secrets in XML configuration (Maven's settings.xml, NuGet.config, web.config): just enough of
// XML 1.0 to find elements and attributes, whether or not the document is well-formed.

#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

// Whether `text` begins as XML does.
bool MayBeXml(std::string_view text);

// The text of elements, and the values of attributes, that have a secret name
// (IsAssignedSecretName); `value` where `key` or `name` beside it is one. Each as written and, with
// entities and CDATA, as a parser reads it.
std::vector<Secret> XmlSecrets(std::string_view text);

}  // namespace injector
