#pragma once
// Secret: bytes that must not be seen. Move-only, wiped when they go, compared in constant time,
// and impossible to stream, format or turn into JSON by accident: every read is spelled Reveal(),
// so that `grep Reveal` lists all of them.
//
// Trust: protects against our own mistakes (logs, copies left in freed memory), not against
// somebody who can read this process's memory.

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace injector {

// Overwrites memory in a way that the compiler may not leave out (explicit_bzero(3)).
void Wipe(void* data, std::size_t size);
// Overwrites the characters of `text`, then empties it.
void Wipe(std::string& text);

class Secret {
 public:
  Secret() = default;
  // `size` zero bytes, to be filled through RevealMutable().
  explicit Secret(std::size_t size);
  static Secret CopyOf(std::string_view bytes);
  // Copies, then wipes the source: for strings that a library handed us.
  static Secret TakeFrom(std::string& text);
  static Secret TakeFrom(std::string&& text) { return TakeFrom(text); }
  // One secret from several pieces, without an intermediate copy.
  static Secret Concat(std::initializer_list<std::string_view> pieces);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // An explicit copy.
  Secret Clone() const { return CopyOf(Reveal()); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // The bytes. The view is valid until this Secret is moved from or destroyed.
  std::string_view Reveal() const { return {data_.get(), size_}; }
  std::span<char> RevealMutable() { return {data_.get(), size_}; }

  // Takes the same time for all contents of one length; the length itself is not hidden.
  friend bool operator==(const Secret& a, const Secret& b) {
    return ConstantTimeEquals(a.Reveal(), b.Reveal());
  }
  static bool ConstantTimeEquals(std::string_view a, std::string_view b);

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
};

// Builds a Secret piece by piece; what growth leaves behind is wiped.
class SecretBuilder {
 public:
  SecretBuilder() = default;
  void Append(std::string_view bytes);
  void Append(char byte) { Append(std::string_view(&byte, 1)); }
  std::size_t size() const { return size_; }
  // The bytes so far; valid until the next call.
  std::string_view Reveal() const { return buffer_.Reveal().substr(0, size_); }
  Secret Build() &&;

 private:
  Secret buffer_;
  std::size_t size_ = 0;
};

}  // namespace injector
