#include "injector/base/loopback.h"
#include "injector/sources/service/service_client.h"

namespace injector {

Result<std::string> ParseServiceUrl(std::string_view text) {
  constexpr std::string_view kEncrypted = "https://";
  constexpr std::string_view kPlain = "http://";
  const auto refuse = [](std::string_view why) {
    return Error(ErrorCode::kInvalidArgument, "service URL: " + std::string(why))
        .WithHint("https://HOST[:PORT]; http:// is for this machine only");
  };
  const bool encrypted = text.starts_with(kEncrypted);
  if (!encrypted && !text.starts_with(kPlain)) return refuse("expected https://");
  while (text.ends_with('/')) text.remove_suffix(1);
  for (const char c : text) {
    const bool visible = c > ' ' && c <= '~';
    if (!visible || c == '?' || c == '#' || c == '\\') return refuse("holds what no URL may");
  }
  const std::size_t scheme_size = encrypted ? kEncrypted.size() : kPlain.size();
  if (text.size() <= scheme_size) return refuse("names no host");
  const std::string_view rest = text.substr(scheme_size);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != std::string_view::npos) return refuse("holds a user name");
  const std::size_t end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
  const std::size_t host_size = authority.starts_with('[') ? end + 1 : end;
  const std::string_view host = authority.substr(0, host_size);
  if (host.empty()) return refuse("names no host");
  if (!encrypted && !IsLoopback(host)) return refuse("http:// would send the token unencrypted");
  return std::string(text);
}

}  // namespace injector
