#pragma once
// Vectorscan's streaming scan for literals, what the scrubber is compared with. Only where the
// library is installed.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runner_shim::bench {

class Vectorscan {
 public:
#ifdef HAVE_VECTORSCAN
  static constexpr bool kIsThere = true;
#else
  static constexpr bool kIsThere = false;
#endif

  // nullptr if the library is not there or refuses. Requires: `needles` are distinct.
  static std::unique_ptr<Vectorscan> Compile(const std::vector<std::string>& needles);
  ~Vectorscan();
  Vectorscan(const Vectorscan&) = delete;
  Vectorscan& operator=(const Vectorscan&) = delete;

  // `text` as the next bytes of one stream, in writes of `chunk` bytes.
  void Scan(std::string_view text, std::size_t chunk);

 private:
  struct State;
  explicit Vectorscan(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace runner_shim::bench
