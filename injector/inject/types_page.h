#pragma once
// TYPES.md: every type's fields and what becomes of them, for people who look for one. Made of the
// catalogue and of the translators, as `injector types` is; `injector types --page` prints it.

#include <string>

namespace injector {

// Markdown.
std::string TypesPage();

}  // namespace injector
