#include "injector/doctor/stream_reader.h"

namespace injector::doctor {
namespace {

constexpr std::size_t kPiece = 4096;

char Byte(std::uint32_t number, int shift) { return static_cast<char>((number >> shift) & 0xFF); }

}  // namespace

Status StreamReader::Fill() {
  ASSIGN_OR_RETURN(const std::string bytes, stream_.Receive(kPiece));
  buffer_ += bytes;
  return {};
}

Result<std::string> StreamReader::Exactly(std::size_t size) {
  while (buffer_.size() < size) RETURN_IF_ERROR(Fill());
  std::string piece = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return piece;
}

Result<std::string> StreamReader::Line(std::size_t most) {
  std::size_t end = buffer_.find('\n');
  while (end == std::string::npos && buffer_.size() <= most) {
    RETURN_IF_ERROR(Fill());
    end = buffer_.find('\n');
  }
  if (end == std::string::npos || end > most) {
    return Error(ErrorCode::kDataLoss, "the server speaks another protocol: a line without end");
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string BigEndian16(std::uint16_t number) { return {Byte(number, 8), Byte(number, 0)}; }

std::string BigEndian32(std::uint32_t number) {
  return {Byte(number, 24), Byte(number, 16), Byte(number, 8), Byte(number, 0)};
}

std::uint32_t ReadBigEndian32(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace injector::doctor
