#pragma once
// Collects what all connections and variables of one job ask for, and refuses what contradicts
// itself: two owners that want one variable, one file or one entry of a shared file with different
// contents. Equal wishes are one wish.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection.h"

namespace injector {

// Who wants something, as errors name it and help with it.
struct InjectionOwner {
  std::string name;    // "@postgres.db", "variable api_token"
  std::string remedy;  // how to move it out of the way: "give it a prefix: -c @postgres.db=DB_"
};

class InjectionBuilder {
 public:
  // Errors: kInvalidArgument for a name that is no variable name and for a text with a NUL byte
  // (neither can be in an environment), kConflict when another owner wants it otherwise.
  Status SetVariable(const InjectionOwner& owner, InjectedVariable variable);

  // The inherited variable `name` is to go. Has no effect on what `owner` itself sets.
  void RemoveVariable(const InjectionOwner& owner, RemovedVariable variable);

  // The index of the new file. A second file of the same name and content is the first.
  Result<std::size_t> AddFile(const InjectionOwner& owner, InjectedFile file);

  // For files that several connections share: the index of the file called `name`, made empty when
  // there is none.
  std::size_t SharedFile(std::string_view name, std::string_view origin);
  Secret& ContentOf(std::size_t file) { return injection_.files[file].content; }
  // The path of `mentioned` belongs into `file` at `offset` of its content. Requires: offsets of
  // one file come in order.
  void MentionPath(std::size_t file, std::size_t offset, std::size_t mentioned);

  // `owner` wants `value` for `what` ("registry ghcr.io"): kConflict when another wants another.
  Status Claim(const InjectionOwner& owner, std::string what, Secret value);

  void AddLink(InjectedLink link);
  void AddGitSetting(GitSetting setting);
  void AddSearchDirectory(std::string name);
  void AddHelperLogin(HelperLogin login);
  // Empty values are left out.
  void AddScrubValue(ScrubValue value);
  void AddNote(std::string note);
  void AddWarning(std::string warning);

  // kConflict when one owner wants a variable removed that another sets.
  Result<Injection> Build() &&;

 private:
  struct ClaimRecord {
    std::string what;
    InjectionOwner owner;
    Secret value;
  };
  struct Removal {
    RemovedVariable variable;
    InjectionOwner owner;
  };

  const ClaimRecord* FindClaim(std::string_view what) const;

  Injection injection_;
  std::vector<ClaimRecord> claims_;
  std::vector<Removal> removals_;
};

}  // namespace injector
