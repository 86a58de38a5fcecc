// output_writer BYTES [FD]: writes that many bytes of a fixed pattern, 61 to a line, to FD (1).

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

int main(int argc, char** argv) {
  const std::size_t total = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  const int fd = argc > 2 ? std::atoi(argv[2]) : STDOUT_FILENO;
  constexpr std::size_t kLine = 61;
  std::array<char, kLine * 1024> block{};
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = i % kLine == kLine - 1 ? '\n' : static_cast<char>('!' + i % kLine);
  }
  for (std::size_t done = 0; done < total;) {
    // From where the pattern stands, so that a short write does not shift it.
    const std::size_t offset = done % block.size();
    const std::size_t size = std::min(block.size() - offset, total - done);
    const ssize_t wrote = ::write(fd, block.data() + offset, size);
    if (wrote < 0) return 1;
    done += static_cast<std::size_t>(wrote);
  }
  return 0;
}
