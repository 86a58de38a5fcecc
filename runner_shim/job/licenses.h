#pragma once
// What `runner-shim --licenses` prints: our licence, and the notices of everything that the static
// file contains. The texts are the files of licenses/.

#include <string>

namespace runner_shim {

std::string LicenseText();

}  // namespace runner_shim
