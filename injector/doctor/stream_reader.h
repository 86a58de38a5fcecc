#pragma once
// Reads a stream in the pieces that a protocol is made of. A server may send anything: every piece
// has a length that it may not exceed.

#include <cstddef>
#include <string>

#include "injector/base/result.h"
#include "injector/doctor/network.h"

namespace injector::doctor {

class StreamReader {
 public:
  // `stream` must outlive this object.
  explicit StreamReader(Stream& stream) : stream_(stream) {}

  // The next `size` bytes.
  Result<std::string> Exactly(std::size_t size);
  // Up to the next LF, without it and a CR before it. kDataLoss for a line over `most` bytes.
  Result<std::string> Line(std::size_t most = 4096);
  // Whether nothing has been received that was not asked for: what comes before TLS starts must
  // not be taken for what comes after.
  bool empty() const { return buffer_.empty(); }

 private:
  Status Fill();

  Stream& stream_;
  std::string buffer_;
};

// Big-endian numbers, as network protocols have them.
std::string BigEndian16(std::uint16_t number);
std::string BigEndian32(std::uint32_t number);
// Of the first four bytes. Requires: there are four.
std::uint32_t ReadBigEndian32(std::string_view bytes);

}  // namespace injector::doctor
