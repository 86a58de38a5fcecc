#pragma once
// Changing the master key while the service serves. First the new key becomes the active one: it
// wraps what is written from then on. Then what older keys have wrapped is wrapped again, a few
// rows at a time; no ciphertext is touched. When nothing is left to them, they are retired.

#include <cstddef>
#include <cstdint>
#include <string>

#include "injector/base/result.h"
#include "injector/crypto/key.h"
#include "injector/service/desk.h"

namespace injector {

// Makes `key` the active one, in the database and in this program, and records it in the service
// org's log. Programs that are started from now on need both keys until the rotation is done.
// kAlreadyExists for a key that was ever active here.
Status ActivateMasterKey(Desk& desk, const KeyText& key);

class Rewrapper {
 public:
  // `desk` must outlive it.
  explicit Rewrapper(Desk& desk) : desk_(desk) {}

  struct Progress {
    std::size_t rewrapped = 0;
    std::size_t damaged = 0;  // rows that do not open: left as they are
    bool done = false;        // nothing more to look at
  };

  // Wraps up to `limit` data keys again, in one transaction. May run in several programs at once.
  // The step that is done retires the previous keys, if no row needs them any more.
  Result<Progress> Step(std::size_t limit);

 private:
  // Where a step has stopped.
  struct Position {
    bool orgs_done = false;
    std::string connection;
    std::int64_t version = 0;
  };
  struct Stepped {
    Progress progress;
    Position next;
  };
  Result<Stepped> RewrapOrgs(SqlSession& session, std::size_t limit) const;
  Result<Stepped> RewrapVersions(SqlSession& session, std::size_t limit) const;

  Desk& desk_;
  Position position_;
};

}  // namespace injector
