#pragma once
// Which of the processor's instructions the scrubber's innermost loops use. What they compute is
// the same with all.

#include <array>

namespace runner_shim {

enum class Instructions {
  kPlain,  // C++ alone: any processor
  kSse2,   // any x86-64 processor
  kAvx2,   // x86-64 with AVX2, BMI, BMI2 and POPCNT
};

// All that there are, the slowest first.
inline constexpr std::array kAllInstructions = {Instructions::kPlain, Instructions::kSse2,
                                                Instructions::kAvx2};

// Whether this processor has them.
inline bool AreThere(Instructions instructions) {
#if defined(__x86_64__)
  if (instructions != Instructions::kAvx2) return true;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#else
  return instructions == Instructions::kPlain;
#endif
}

// The fastest that this processor has.
inline Instructions BestInstructions() {
  Instructions best = Instructions::kPlain;
  for (const Instructions instructions : kAllInstructions) {
    if (AreThere(instructions)) best = instructions;
  }
  return best;
}

}  // namespace runner_shim
