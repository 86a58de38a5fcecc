#pragma once
// MaskServer: takes values to mask from the processes of a job while it runs, and gives its tools
// the logins they ask for, in the loop that also carries the job's output. A client costs a
// descriptor and what it has sent, for at most ten seconds; when too many are connected, the one
// that has been silent for longest has to go.
//
// Trust: clients are the job, or what the job runs. The worst they can do is to have too much
// masked; they learn nothing of what is masked already, but the logins that the job was given.

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "runner_shim/mask/mask_protocol.h"
#include "runner_shim/mask/mask_socket.h"
#include "runner_shim/process/supervisor_options.h"

namespace runner_shim {

// Has each of `values` masked from now on; one answer for each, in their order. Called with the
// values of all clients that are ready, because each call builds a new matcher.
using TakeMaskValues =
    std::function<std::vector<MaskAnswer>(std::span<const injector::Secret> values)>;

// The login that the job has for `query`; nullopt: none. It is masked already.
using FindLogin = std::function<std::optional<ShimLogin>(ShimRequest kind, std::string_view query)>;

struct MaskServerOptions {
  // How long a client may take to send its request.
  std::chrono::milliseconds patience{10'000};
  // How long a shim around this one may take to answer.
  std::chrono::milliseconds outer_patience{5'000};
  std::size_t most_clients = 128;
  // The socket of a shim around this one, which is told of every value too, and which tools are
  // sent on to for logins; empty: none.
  std::string outer_socket;
};

class MaskServer final : public Companion {
 public:
  // Requires: `listener` and `loop` outlive it.
  MaskServer(EventLoop& loop, const MaskListener& listener, TakeMaskValues take, FindLogin find,
             MaskServerOptions options);
  ~MaskServer() override;

 private:
  class Conversation;

  void Accept();
  bool MayConnect(int client) const;
  // False: none is silent.
  bool DropOldestSilent();
  void RestAccepting();
  // The requests that are complete, all at once.
  void TakeComplete();
  void RemoveFinished();

  EventLoop& loop_;
  const MaskListener& listener_;
  TakeMaskValues take_;
  FindLogin find_;
  MaskServerOptions options_;
  std::list<std::unique_ptr<Conversation>> conversations_;  // the oldest first
  injector::Secret buffer_;                                 // of whichever conversation reads
  FdWatch watch_;
  Timer take_timer_;    // due at once: runs after all that is ready has been read
  Timer accept_timer_;  // accepting rests after it has failed
};

}  // namespace runner_shim
