#pragma once
// Lists in pages by key: a page says where the next one begins, and what is added or removed
// meanwhile shifts nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/result.h"

namespace injector {

struct PageRequest {
  static constexpr std::size_t kMaxLimit = 500;

  std::string after = {};  // Page::next of the page before; empty: the first page
  std::size_t limit = 100;

  // How many rows to ask for: one more than fit shows that there is a next page.
  std::size_t rows() const { return std::clamp<std::size_t>(limit, 1, kMaxLimit) + 1; }
};

// `after` of a list of numbers that goes down: the number, or one above all when it is empty.
// kInvalidArgument for what is no number.
Result<std::int64_t> ParsePosition(const std::string& after);

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;  // empty: this is the last page
};

// `items` as one page: at most rows() of them, in the order of `key`.
template <typename T, typename Key>
Page<T> MakePage(std::vector<T> items, const PageRequest& request, Key key) {
  Page<T> page{.items = std::move(items), .next = {}};
  if (page.items.size() < request.rows()) return page;
  page.items.pop_back();
  page.next = key(page.items.back());
  return page;
}

}  // namespace injector
