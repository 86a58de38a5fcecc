#pragma once
// Which users may speak to the sidecar over its Unix socket, by what the kernel says of them
// (SO_PEERCRED, unix(7)).

#include <sys/types.h>

#include <vector>

#include "injector/base/result.h"
#include "injector/http/server/server.h"

namespace injector::sidecar {

class PeerPolicy {
 public:
  // The user that we run as, and `more`. kInvalidArgument when one of them is the overflow uid: it
  // stands for everybody whom the kernel cannot name here (user_namespaces(7)), so it names nobody.
  static Result<PeerPolicy> Make(std::vector<uid_t> more);

  bool Admits(const http::Peer& peer) const;
  // Whether others than our own user may come.
  bool AdmitsOthers() const { return users_.size() > 1; }

 private:
  PeerPolicy(std::vector<uid_t> users, uid_t overflow)
      : users_(std::move(users)), overflow_(overflow) {}

  std::vector<uid_t> users_;
  uid_t overflow_;
};

}  // namespace injector::sidecar
