// What stays in the sidecar's memory when the last job has given its lease back: no value.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/sanitizers.h"

namespace injector::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

struct Region {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string line;  // of /proc/PID/maps
};

// What the process has written, or may write.
std::vector<Region> WritableRegions(pid_t pid) {
  std::vector<Region> regions;
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    Region region;
    std::string rights;
    char dash = 0;
    std::istringstream(line) >> std::hex >> region.begin >> dash >> region.end >> rights;
    region.line = line;
    if (rights.starts_with("rw")) regions.push_back(region);
  }
  return regions;
}

// Not valid where this is not ours to read: that takes CAP_SYS_PTRACE.
UniqueFd MemoryOf(pid_t pid) {
  return UniqueFd(::open(("/proc/" + std::to_string(pid) + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
}

// The mappings of the process in which `bytes` stand, a line for each place.
std::vector<std::string> PlacesInMemory(pid_t pid, std::string_view bytes) {
  const UniqueFd memory = MemoryOf(pid);
  std::vector<std::string> places;
  constexpr std::size_t kChunk = std::size_t{1} << 20;
  std::string chunk;
  for (const Region& region : WritableRegions(pid)) {
    for (std::uint64_t at = region.begin; at < region.end; at += kChunk) {
      // A little of the next chunk, for what stands across the border.
      chunk.resize(std::min<std::uint64_t>(kChunk + bytes.size(), region.end - at));
      const ssize_t size =
          ::pread(memory.get(), chunk.data(), chunk.size(), static_cast<off_t>(at));
      if (size <= 0) break;
      const std::string_view read(chunk.data(), static_cast<std::size_t>(size));
      const std::size_t found = read.find(bytes);
      if (found == std::string_view::npos) continue;
      places.push_back(region.line + ": " +
                       std::string(read.substr(found > 40 ? found - 40 : 0, 120)));
    }
  }
  return places;
}

// Long enough to stand in every corner of a buffer.
std::string Long(std::string_view secret) {
  std::string text;
  while (text.size() < std::size_t{12} << 10) text += secret;
  return text;
}

class MemoryTest : public OutageTest, public ::testing::WithParamInterface<const char*> {
 protected:
  MemoryTest() { Rotate(Long(kFirstSecret), 1); }

  // Those of either secret, once the threads that had them have gone on.
  std::vector<std::string> PlacesLeft(pid_t pid) const {
    std::vector<std::string> places;
    for (int tries = 0; tries < 100; ++tries) {
      places = PlacesInMemory(pid, kFirstSecret);
      for (std::string& place : PlacesInMemory(pid, kSecondSecret)) {
        places.push_back(std::move(place));
      }
      if (places.empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return places;
  }

  const CertificateFiles served_ = MakeCertificate(directory_, "served", "IP:127.0.0.1");
  const ServiceProgram service_{world_.database().url(),
                                std::string(kServiceKey),
                                {},
                                std::string_view(GetParam()) == "https"
                                    ? std::optional<CertificateFiles>(served_)
                                    : std::nullopt};
};

TEST_P(MemoryTest, HoldsNoValueOnceNobodyHasALease) {
  if (kAddressSanitizer || kThreadSanitizer) GTEST_SKIP() << "memory is the sanitizer's";
  SidecarProgram sidecar(
      socket_,
      {"--service", std::string(GetParam()) + "://127.0.0.1:" + std::to_string(service_.port()),
       "--token-file", token_file_, "--ca-file", served_.certificate, "--use-delay", "10ms",
       "--endpoint-listen", "127.0.0.1:0", "--mask-wait", "1ms"});
  const pid_t pid = sidecar.process().pid();
  JobClient job = Job();
  const Reply granted = job.Post("/v1/grants", kMainGrant);
  const HeldGrant one(granted);
  const HeldGrant two(job.Post("/v1/grants", kMainGrant));
  if (!MemoryOf(pid).valid()) GTEST_SKIP() << "another's memory is not ours";
  EXPECT_THAT(PlacesInMemory(pid, kFirstSecret), Not(IsEmpty()));
  Rotate(Long(kSecondSecret), 2);
  EXPECT_EQ(job.Get(one.Path("/changes?after=1&wait=25"), one.proof).At({"revision"}), "2");
  const Reply renewed = job.Post(one.Path("/renew"), "", one.proof);
  const std::string after = "/changes?after=" + renewed.At({"revision"});
  EXPECT_EQ(job.Get(one.Path(after), one.proof).status, 200);
  JobClient sdk("");
  EXPECT_EQ(sdk.Send("GET", granted.At({"endpoint", "url"}) + "/aws/main", "",
                     {{"Authorization", granted.At({"endpoint", "token"})}})
                .status,
            200);
  EXPECT_THAT(PlacesInMemory(pid, kSecondSecret), Not(IsEmpty()));
  for (const HeldGrant* grant : {&one, &two}) {
    EXPECT_EQ(job.Delete(grant->Path(), grant->proof).status, 204);
  }
  AwaitRecorded("grant.release", 1);
  EXPECT_THAT(PlacesLeft(pid), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, MemoryTest, ::testing::Values("http", "https"),
                         [](const auto& way) { return std::string(way.param); });

}  // namespace
}  // namespace injector::testing
