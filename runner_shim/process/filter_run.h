#pragma once
// RunFilter: stdin through a filter to stdout, for a program that stands in a pipeline. Signals do
// what they do to any filter: this process is ended by them; but the caller gets the time to write
// down what it has to.

#include <memory>
#include <optional>

#include "injector/base/result.h"
#include "runner_shim/process/inherited_state.h"
#include "runner_shim/process/stream_filter.h"

namespace runner_shim {

struct FilterOutcome {
  enum class End {
    kInputEnded,
    kReaderLeft,  // who reads stdout went away
    kSignal,      // HUP, INT, QUIT or TERM, which is still pending
  };
  End end = End::kInputEnded;
  // Reading or writing failed.
  std::optional<injector::Error> error;
};

// Copies until the end. kFailedPrecondition if stdin or stdout is closed. Blocks. Requires:
// `inherited` was taken over by this process; the main thread.
injector::Result<FilterOutcome> RunFilter(std::unique_ptr<StreamFilter> filter,
                                          const InheritedState& inherited);

// Ends this process as `end` asks: by the signal that is pending, or by SIGPIPE. Returns the exit
// status where nothing does: after the end of the input, or when the signal is ignored.
int EndAs(FilterOutcome::End end, const InheritedState& inherited);

}  // namespace runner_shim
