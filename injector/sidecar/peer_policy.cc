#include "injector/sidecar/peer_policy.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "injector/base/file.h"

namespace injector::sidecar {
namespace {

constexpr const char* kOverflowFile = "/proc/sys/kernel/overflowuid";
constexpr uid_t kUsualOverflow = 65534;

uid_t OverflowUid() {
  constexpr std::size_t kLimit = 64;
  const Result<Secret> text = ReadFile(kOverflowFile, kLimit);
  uid_t uid = kUsualOverflow;
  if (!text.ok()) return uid;
  const std::string_view digits = text->Reveal();
  std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  return uid;
}

}  // namespace

Result<PeerPolicy> PeerPolicy::Make(std::vector<uid_t> more) {
  const uid_t overflow = OverflowUid();
  const auto refusal = [overflow](const std::string& where) {
    return Error(ErrorCode::kInvalidArgument,
                 where + ": user " + std::to_string(overflow) +
                     " stands for all whom the kernel cannot name, so it is never served");
  };
  if (std::find(more.begin(), more.end(), overflow) != more.end()) {
    return refusal("--allow-uid").WithHint("give the jobs a user of their own");
  }
  if (::geteuid() == overflow) {
    return refusal("the sidecar's own user").WithHint("give it, and its jobs, another user");
  }
  std::vector<uid_t> users = std::move(more);
  users.push_back(::geteuid());
  return PeerPolicy(std::move(users), overflow);
}

bool PeerPolicy::Admits(const http::Peer& peer) const {
  if (!peer.uid || *peer.uid == overflow_) return false;
  return std::find(users_.begin(), users_.end(), *peer.uid) != users_.end();
}

}  // namespace injector::sidecar
