#pragma once
// What a sidecar hands out at most (`--allow`), whatever its token could get.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/reference.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/source.h"

namespace injector::sidecar {

class AllowList {
 public:
  // Allows everything until something is added.
  AllowList() = default;

  // "@type.alias", an alias in whatever type, "@type" for all of that type, "var.KEY"; several
  // with commas between them. kInvalidArgument, also for nothing at all: that would allow
  // everything.
  Status Add(std::string_view references);

  // Whether the request may be sent at all: false when what it names is certainly not allowed.
  bool MayAsk(const FetchRequest& wanted) const;

  // Takes out of `grant` what is not allowed and was not asked for by name. NotAllowed() when
  // something named is among it.
  Status Cap(const FetchRequest& wanted, JobGrant& grant) const;
  void Cap(JobRenewal& renewal) const;

 private:
  Status AddOne(std::string_view text);
  bool Allows(const ConnectionName& name) const;
  bool AllowsKey(std::string_view key) const;
  template <typename Granted>
  void Drop(Granted& granted) const;

  bool allows_all_ = true;
  std::vector<Reference> references_;
  std::vector<std::string> keys_;
};

// kPermissionDenied.
Error NotAllowed();

}  // namespace injector::sidecar
