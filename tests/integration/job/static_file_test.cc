// The static runner-shim: one file, in a root file system that holds nothing else.

#include <elf.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/certificate.h"
#include "tests/support/paths.h"
#include "tests/support/service_stand_in.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 8U << 20;

class StaticFileTest : public JobTest {
 protected:
  void SetUp() override {
    if (!fs::exists(shim_))
      GTEST_SKIP() << shim_ << " is not built (cmake --build --preset static)";
  }
  const std::string shim_ = tests::StaticShim();
};

// What the ELF header and program headers of a 64-bit file say.
struct Elf {
  explicit Elf(const std::string& bytes) {
    Elf64_Ehdr header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    type = header.e_type;
    for (int i = 0; i < header.e_phnum; ++i) {
      Elf64_Phdr segment{};
      std::memcpy(&segment,
                  bytes.data() + header.e_phoff + static_cast<std::size_t>(i) * sizeof segment,
                  sizeof segment);
      if (segment.p_type == PT_INTERP) has_interpreter = true;
    }
  }
  int type = 0;
  bool has_interpreter = false;
};

TEST_F(StaticFileTest, IsPositionIndependentAndNeedsNoLoader) {
  fs::copy_file(shim_, directory_ / "copy");
  const Elf elf(directory_.Read("copy"));
  EXPECT_EQ(elf.type, ET_DYN);
  EXPECT_FALSE(elf.has_interpreter);
}

TEST_F(StaticFileTest, IsNotLargerThanPromised) { EXPECT_LE(fs::file_size(shim_), kLargestFile); }

TEST_F(StaticFileTest, RunsAJobInAnEmptyRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  Add("db", "postgres", R"({"host": "db.example.com", "password": "canary-in-a-chroot"})");
  const std::string root = directory_ / "root";
  fs::create_directories(root + "/tmp");
  fs::copy_file(shim_, root + "/runner-shim");
  fs::copy_file(tests::TestProgram("static_env"), root + "/env");
  fs::copy_file(store(), root + "/store");
  fs::copy_file(key_file(), root + "/key");
  const ProgramResult job =
      RunProgram({.argv = {"chroot", root, "/runner-shim", "--source", "file:/store", "--key-file",
                           "/key", "-c", "db", "--", "/runner-shim", "--", "/env"},
                  .environment = {},
                  .stdin_bytes = "",
                  .working_directory = "/"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("PGHOST=db.example.com\n"), std::string::npos) << job.out;
  EXPECT_NE(job.out.find("PGPASSWORD=***\n"), std::string::npos) << job.out;
}

// The image's nsswitch.conf asks for a library of its own, which must not even be looked at.
TEST_F(StaticFileTest, AsksAServiceFromAnEmptyRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  const CertificateFiles files = MakeCertificate(directory_, "service", "DNS:service.test");
  ServiceStandIn service(
      [](const SeenRequest&) {
        return GrantAnswer(R"([{"name": "db", "type": "postgres", "version": 1,
                                "fields": {"host": "h", "password": "canary-in-a-chroot"}}])");
      },
      http::TlsServerOptions{.certificate_file = files.certificate, .key_file = files.key});
  const std::string root = directory_ / "root";
  for (const char* part : {"/tmp", "/etc/ssl/certs", "/lib/x86_64-linux-gnu"}) {
    fs::create_directories(root + part);
  }
  fs::copy_file(shim_, root + "/runner-shim");
  fs::copy_file(tests::TestProgram("static_env"), root + "/env");
  fs::copy_file(files.certificate, root + "/etc/ssl/certs/ca-certificates.crt");
  directory_.Write("root/etc/hosts", "127.0.0.1 service.test\n");
  directory_.Write("root/etc/nsswitch.conf", "hosts: planted files\npasswd: planted\n");
  directory_.Write("root/lib/x86_64-linux-gnu/libnss_planted.so.2", "not a library");
  directory_.Write("root/token", "inj_canary_token");
  const std::string port = service.url().substr(service.url().rfind(':'));
  const ProgramResult job = RunProgram({.argv = {"strace",
                                                 "-f",
                                                 "-qq",
                                                 "-e",
                                                 "trace=%file",
                                                 "-o",
                                                 directory_ / "trace",
                                                 "chroot",
                                                 root,
                                                 "/runner-shim",
                                                 "--source",
                                                 "https://service.test" + port,
                                                 "--repo",
                                                 "web",
                                                 "--token-file",
                                                 "/token",
                                                 "-c",
                                                 "db",
                                                 "--",
                                                 "/env"},
                                        .environment = {},
                                        .stdin_bytes = "",
                                        .working_directory = "/"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("PGPASSWORD=***\n"), std::string::npos) << job.out;
  const std::string trace = directory_.Read("trace");
  EXPECT_NE(trace.find("/etc/hosts"), std::string::npos);
  EXPECT_EQ(trace.find("libnss"), std::string::npos);
}

// ENTRYPOINT ["/runner-shim", "--"] of an image that holds nothing else.
TEST_F(StaticFileTest, IsTheEntryPointOfAnEmptyContainer) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  const std::string root = directory_ / "root";
  fs::create_directories(root);
  fs::copy_file(shim_, root + "/runner-shim");
  fs::copy_file(tests::TestProgram("static_env"), root + "/env");
  const auto run = [&](const std::string& command) {
    return RunProgram(
        {.argv = {"unshare", "--pid", "--fork", "chroot", root, "/runner-shim", "--", command},
         .environment = {"API_TOKEN=canary-of-the-image", "PLAIN=text"},
         .stdin_bytes = "",
         .working_directory = "/"});
  };
  const ProgramResult job = run("/env");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_NE(job.out.find("API_TOKEN=***\nPLAIN=text\n"), std::string::npos) << job.out;
  EXPECT_EQ(run("/none").exit_status, 127);
}

}  // namespace
}  // namespace injector::testing
