#include "injector/base/secret.h"

#include <string.h>  // explicit_bzero: not in <cstring>

#include <algorithm>
#include <utility>

namespace injector {

void Wipe(void* data, std::size_t size) {
  if (size > 0) explicit_bzero(data, size);
}

void Wipe(std::string& text) {
  // The whole capacity: an earlier, longer content may still be there.
  text.resize(text.capacity());
  Wipe(text.data(), text.size());
  text.clear();
}

Secret::Secret(std::size_t size) : data_(size > 0 ? new char[size]() : nullptr), size_(size) {}

Secret Secret::CopyOf(std::string_view bytes) {
  Secret secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), secret.data_.get());
  return secret;
}

Secret Secret::TakeFrom(std::string& text) {
  Secret secret = CopyOf(text);
  Wipe(text);
  return secret;
}

Secret Secret::Concat(std::initializer_list<std::string_view> pieces) {
  std::size_t total = 0;
  for (std::string_view piece : pieces) total += piece.size();
  Secret secret(total);
  char* next = secret.data_.get();
  for (std::string_view piece : pieces) next = std::copy(piece.begin(), piece.end(), next);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe(data_.get(), size_);
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { Wipe(data_.get(), size_); }

bool Secret::ConstantTimeEquals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // volatile: the loop must not be turned into an early exit.
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

void SecretBuilder::Append(std::string_view bytes) {
  if (size_ + bytes.size() > buffer_.size()) {
    Secret larger(std::max(size_ + bytes.size(), 2 * buffer_.size() + 64));
    std::copy_n(buffer_.Reveal().begin(), size_, larger.RevealMutable().begin());
    buffer_ = std::move(larger);
  }
  std::copy(bytes.begin(), bytes.end(),
            buffer_.RevealMutable().begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += bytes.size();
}

Secret SecretBuilder::Build() && {
  Secret exact = Secret::CopyOf(Reveal());
  buffer_ = Secret();
  size_ = 0;
  return exact;
}

}  // namespace injector
