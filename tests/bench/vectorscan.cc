#include "tests/bench/vectorscan.h"

#include <algorithm>
#include <utility>

#ifdef HAVE_VECTORSCAN
#include <hs/hs.h>
#endif

namespace runner_shim::bench {

#ifdef HAVE_VECTORSCAN

struct Vectorscan::State {
  ~State() {
    hs_close_stream(stream, scratch, nullptr, nullptr);
    hs_free_scratch(scratch);
    hs_free_database(database);
  }

  hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;
  hs_stream_t* stream = nullptr;
};

std::unique_ptr<Vectorscan> Vectorscan::Compile(const std::vector<std::string>& needles) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> ids;
  for (const std::string& needle : needles) {
    texts.push_back(needle.data());
    lengths.push_back(needle.size());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  const std::vector<unsigned> flags(needles.size(), 0);
  auto state = std::make_unique<State>();
  hs_compile_error_t* error = nullptr;
  const bool works = hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(),
                                          static_cast<unsigned>(needles.size()), HS_MODE_STREAM,
                                          nullptr, &state->database, &error) == HS_SUCCESS &&
                     hs_alloc_scratch(state->database, &state->scratch) == HS_SUCCESS &&
                     hs_open_stream(state->database, 0, &state->stream) == HS_SUCCESS;
  hs_free_compile_error(error);
  if (!works) return nullptr;
  return std::unique_ptr<Vectorscan>(new Vectorscan(std::move(state)));
}

void Vectorscan::Scan(std::string_view text, std::size_t chunk) {
  const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) {
    return 0;
  };
  for (std::size_t i = 0; i < text.size(); i += chunk) {
    const std::string_view piece = text.substr(i, chunk);
    hs_scan_stream(state_->stream, piece.data(), static_cast<unsigned>(piece.size()), 0,
                   state_->scratch, on_match, nullptr);
  }
}

#else

struct Vectorscan::State {};
std::unique_ptr<Vectorscan> Vectorscan::Compile(const std::vector<std::string>&) { return nullptr; }
void Vectorscan::Scan(std::string_view, std::size_t) {}

#endif

Vectorscan::Vectorscan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vectorscan::~Vectorscan() = default;

}  // namespace runner_shim::bench
