#pragma once
// Log text as jobs write it, generated: compilers, package managers, test runners, JSON logs,
// container builds, progress bars, colour, stack traces, a long line now and then. The same seed
// gives the same text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace runner_shim::bench {

std::string LogText(std::size_t size, std::uint64_t seed);
// The same with every line in colour, as test runners and package managers like it.
std::string ColouredText(std::size_t size, std::uint64_t seed);

// Values as people have them: random letters, digits and a few symbols, `length` bytes and more,
// up to three times that.
std::vector<std::string> SecretValues(std::size_t count, std::size_t length, std::uint64_t seed);

}  // namespace runner_shim::bench
