// Writes the input of end_to_end: end_to_end_input DIRECTORY makes DIRECTORY/log, 64 MiB of log
// text in which one line in some thousand holds a secret, and DIRECTORY/values.json with 100
// secrets.

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/log_text.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string directory = argv[1];
  const std::vector<std::string> secrets = runner_shim::bench::SecretValues(100, 16, 2);
  std::ofstream values(directory + "/values.json");
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    values << (i == 0 ? "[\n\"" : ",\n\"");
    for (const char c : secrets[i]) values << (c == '"' || c == '\\' ? "\\" : "") << c;
    values << '"';
  }
  values << "]\n";

  constexpr std::size_t kPieces = 128;
  constexpr std::size_t kPiece = std::size_t{512} * 1024;
  std::ofstream log(directory + "/log");
  for (std::size_t i = 0; i < kPieces; ++i) {
    log << runner_shim::bench::LogText(kPiece, i) << "\ntoken=" << secrets[i % secrets.size()]
        << '\n';
  }
  return values.flush() && log.flush() ? 0 : 1;
}
