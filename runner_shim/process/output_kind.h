#pragma once
// Which of the job's outputs a stream carries.

namespace runner_shim {

enum class OutputKind {
  kStandardOutput,
  kStandardError,
  kBoth,  // our descriptors 1 and 2 are one file, so the child has one pipe and the order is exact
};

}  // namespace runner_shim
