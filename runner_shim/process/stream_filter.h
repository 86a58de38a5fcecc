#pragma once
// What the output of the job passes through on its way out. process/ moves bytes and knows nothing
// of secrets; the scrubber implements this.

#include <string>
#include <string_view>

namespace runner_shim {

class StreamFilter {
 public:
  virtual ~StreamFilter() = default;
  // Takes the next bytes of the stream and appends to `out` what may be shown now. What is
  // undecided is held back until a later call.
  virtual void Feed(std::string_view bytes, std::string& out) = 0;
  // The output goes to a terminal and has rested for a moment (--hold-back), perhaps in the middle
  // of a line that a person types: appends what may be shown early. Called once per rest.
  virtual void ShowIdle(std::string& out);
  // What is to be filtered out may have changed since the last call: appends what may be shown now.
  virtual void Update(std::string& out);
  // The stream has ended: appends whatever is left.
  virtual void Finish(std::string& out) = 0;
};

inline void StreamFilter::ShowIdle(std::string&) {}
inline void StreamFilter::Update(std::string&) {}

}  // namespace runner_shim
