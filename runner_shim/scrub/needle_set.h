#pragma once
// NeedleSet: everything that is to be scrubbed, in every form, ready for matching. Immutable once
// built; the scrubbers of stdout and stderr share one, and a thread may build it while the job
// starts. A value that joins later makes a new set.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "runner_shim/scrub/block_filter.h"
#include "runner_shim/scrub/forms.h"
#include "runner_shim/scrub/instructions.h"
#include "runner_shim/scrub/matcher.h"
#include "runner_shim/scrub/scrub_value.h"

namespace runner_shim {

enum class ShortSecrets {
  kWarn,   // leave them in the log, say so
  kError,  // refuse to start
  kMask,   // scrub them too, whatever else they tear out of the log
};

struct ScrubOptions {
  // Values with fewer bytes, line ends apart, are short. 0 counts as 1.
  std::size_t min_length = 6;
  ShortSecrets short_secrets = ShortSecrets::kWarn;
  // Stands for each run of covered bytes. `{name}` in it is replaced by the secret's name.
  std::string mask = "***";
  // A secret that is this name (the user's) is warned about: masking it tears up paths and more.
  std::string user_name;
  // Others than the best are for tests. Requires: AreThere(instructions).
  Instructions instructions = BestInstructions();
};

// Something that a person should know about a secret. Never holds a value.
struct ScrubWarning {
  enum class Reason { kTooShort, kPartTooShort, kCommonWord, kUserName };
  std::string name;
  Reason reason;
};

// "too short to be scrubbed (fewer than 6 bytes)" and the like.
std::string DescribeWarning(const ScrubWarning& warning, const ScrubOptions& options);

class NeedleSet {
 public:
  // kInvalidArgument if a secret is short and options.short_secrets is kError.
  static injector::Result<std::shared_ptr<const NeedleSet>> Build(std::vector<ScrubSecret> secrets,
                                                                  ScrubOptions options);

  // A set that holds `secrets` too; those already here keep their precedence. Same errors.
  injector::Result<std::shared_ptr<const NeedleSet>> With(std::vector<ScrubSecret> secrets) const;

  const ScrubOptions& options() const { return options_; }
  // Of the secrets given to the Build or With that made this set.
  const std::vector<ScrubWarning>& warnings() const { return warnings_; }

  // The needles for the reading that skips line ends alone, and for the one that skips escape
  // sequences too.
  const Matcher& lines() const { return *lines_; }
  const Matcher& escapes() const { return escapes_ ? *escapes_ : *lines_; }
  // Tells where no needle of either begins.
  const BlockFilter& filter() const { return *filter_; }
  // No needle holds an ESC byte. Then both readings look for the same needles, and what one finds
  // outside of escape sequences the other finds too.
  bool without_escapes() const { return escapes_ == nullptr; }

  // By Matcher::order: the secret that a needle is a form of, and the form.
  std::size_t secret_of(std::uint32_t order) const { return needles_[order]->secret; }
  Form form_of(std::uint32_t order) const { return needles_[order]->form; }
  // By secret.
  const std::string& name(std::size_t secret) const { return names_[secret]; }

  std::size_t memory_bytes() const;

 private:
  struct Needle {
    injector::Secret bytes;
    std::size_t secret;
    Form form;
    // Fewer bytes than this in one reading and the needle is not used in it.
    std::size_t shortest;
  };

  NeedleSet() = default;
  injector::Status Add(std::vector<ScrubSecret> secrets);
  injector::Status AddSecret(const ScrubSecret& secret);
  void Warn(ScrubWarning warning);
  injector::Status AddValue(std::string_view value, const ScrubSecret& secret, bool is_part);
  void AddNeedles(std::string_view value, std::size_t shortest);
  void WarnIfCommon(std::string_view value, const std::string& name);
  std::vector<Matcher::Needle> DistinctNeedles(const std::vector<std::string_view>& bytes) const;
  void BuildMatchers();

  ScrubOptions options_;
  std::vector<ScrubWarning> warnings_;
  std::vector<std::string> names_;
  std::vector<std::shared_ptr<const Needle>> needles_;
  std::vector<injector::Secret> stripped_;  // the needles without escape sequences, if that matters
  std::unique_ptr<const Matcher> lines_;
  std::unique_ptr<const Matcher> escapes_;  // nullptr: both readings look for the same needles
  std::unique_ptr<const BlockFilter> filter_;
};

}  // namespace runner_shim
