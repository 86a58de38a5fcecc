#pragma once
// Removes directories by descriptor: never through a symbolic link, whoever changes the tree
// meanwhile.

#include <string>
#include <vector>

namespace runner_shim {

// The names in the directory open at `directory`, without "." and ".."; empty when it cannot be
// read.
std::vector<std::string> EntriesOf(int directory);

// Removes `name` below the directory open at `parent`, and everything in it. Links are removed, not
// followed; directories that the job made unreadable for their owner are opened up first. Returns
// whether all is gone.
bool RemoveTree(int parent, const std::string& name);

}  // namespace runner_shim
