#pragma once
// A queue in one contiguous piece: elements join at the back and leave at the front (or, when a
// hypothesis is dropped, at the back). Unlike std::deque it keeps its memory, so that a stream in
// its steady state allocates nothing.

#include <cstddef>
#include <vector>

namespace runner_shim {

template <typename T>
class SlidingQueue {
 public:
  std::size_t size() const { return items_.size() - head_; }
  bool empty() const { return head_ == items_.size(); }
  // Requires: i < size().
  T& operator[](std::size_t i) { return items_[head_ + i]; }
  const T& operator[](std::size_t i) const { return items_[head_ + i]; }
  T& front() { return items_[head_]; }
  const T& front() const { return items_[head_]; }
  T& back() { return items_.back(); }
  const T& back() const { return items_.back(); }
  const T* begin() const { return items_.data() + head_; }
  const T* end() const { return items_.data() + items_.size(); }

  void push_back(const T& item) {
    if (items_.size() == items_.capacity()) Compact();
    items_.push_back(item);
  }
  void pop_back() { items_.pop_back(); }
  void pop_front() {
    if (++head_ == items_.size()) clear();
  }
  void clear() {
    items_.clear();
    head_ = 0;
  }

 private:
  // Moves only when at least half of the room is vacant, so a push costs O(1) on average.
  void Compact() {
    if (head_ < items_.size() - head_) return;
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  std::vector<T> items_;
  std::size_t head_ = 0;
};

}  // namespace runner_shim
