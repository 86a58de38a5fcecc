#include "runner_shim/job/user_option.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace runner_shim {
namespace {

std::optional<std::uint32_t> ParseId(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id == UINT32_MAX) {
    return std::nullopt;
  }
  return id;
}

}  // namespace

injector::Result<ChildUser> ParseUser(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::optional<std::uint32_t> uid = ParseId(text.substr(0, colon));
  const std::optional<std::uint32_t> gid =
      colon == std::string_view::npos ? uid : ParseId(text.substr(colon + 1));
  if (!uid || !gid) {
    return injector::Error(injector::ErrorCode::kInvalidArgument,
                           "expected UID or UID:GID, as numbers");
  }
  return ChildUser{.uid = *uid, .gid = *gid, .supplementary_groups = {}};
}

}  // namespace runner_shim
