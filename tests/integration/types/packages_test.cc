// Types of package indexes and registries: pypi, npm, maven, docker.

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/integration/doctor/servers.h"
#include "tests/integration/types/tool_fixture.h"

namespace injector::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PackagesTest : public ToolTest {
 protected:
  std::string ServeBasic() { return "http://127.0.0.1:" + ServeLogin(Basic("me", password_)); }
  // A connection whose `field` is the URL of `path` at `site`.
  void AddLogin(const std::string& type, const std::string& field, const std::string& url) {
    Add("packages", type,
        R"({")" + field + R"(": ")" + url + R"(", "login": "me", "password": )" +
            Quoted(password_) + "}");
  }
  const std::string password_ = EverySymbol();
};

TEST_F(PackagesTest, PipLogsInAtTheIndex) {
  NEEDS_DEAR("pip3");
  AddLogin("pypi", "index_url", ServeBasic() + "/simple");
  EXPECT_THAT(Output("packages", password_, R"(env | grep -E '^(PIP|UV|TWINE)_'
      PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 pip3 index versions thing 2>&1)"),
              HasSubstr("thing (1.2.3)"));
  EXPECT_THAT(Visitors(), StartsWith("in GET /simple/thing/\n"));
}

TEST_F(PackagesTest, TwineLogsInAtTheRepository) {
  NEEDS_DEAR("twine");
  AddLogin("pypi", "repository_url", ServeBasic() + "/legacy/");
  directory_.Write("PKG-INFO", "Metadata-Version: 2.1\nName: thing\nVersion: 1.2.3\n");
  Output("packages", password_, R"(mkdir thing-1.2.3; mv PKG-INFO thing-1.2.3
      tar -czf thing-1.2.3.tar.gz thing-1.2.3
      twine upload --verbose --disable-progress-bar thing-1.2.3.tar.gz 2>&1)");
  EXPECT_THAT(Visitors(), StartsWith("in POST /legacy/\n"));
}

TEST_F(PackagesTest, NpmLogsInAtTheRegistry) {
  NEEDS_DEAR("npm");
  AddLogin("npm", "registry", ServeBasic() + "/npm");
  EXPECT_THAT(Output("packages", password_, R"(cat "$NPM_CONFIG_USERCONFIG"
      npm --no-update-notifier view thing version)"),
              HasSubstr("1.2.3\n"));
  EXPECT_THAT(Visitors(), StartsWith("in GET /npm/thing\n"));
}

TEST_F(PackagesTest, NpmSendsTheToken) {
  NEEDS_DEAR("npm");
  Add("packages", "npm",
      R"({"registry": "http://127.0.0.1:)" + ServeLogin(Bearer(password_)) + R"(/npm", "token": )" +
          Quoted(password_) + "}");
  EXPECT_EQ(Output("packages", password_, "npm --no-update-notifier view thing version"),
            "1.2.3\n");
}

// Maven replaces ${NAME}: the one pair of symbols that its password may not hold is not in their
// order.
TEST_F(PackagesTest, MavenLogsInAtTheServerOfItsSettings) {
  NEEDS_DEAR("mvn");
  const std::string site = ServeBasic();
  AddLogin("maven", "server_id", "acme");
  directory_.Write("pom.xml", R"(<project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <parent><groupId>acme</groupId><artifactId>parent</artifactId><version>1</version></parent>
      <artifactId>app</artifactId><packaging>pom</packaging>
      <repositories><repository><id>acme</id><url>)" +
                                  site + "/maven</url></repository></repositories></project>");
  Output("packages", password_,
         R"(echo "$MAVEN_ARGS"; cat "$INJECTOR_MAVEN_SETTINGS"
      )" + Example("maven-deploy.sh") +
             R"( -X -Dmaven.repo.local="$PWD/m2" validate 2>&1)");
  EXPECT_THAT(Visitors(), StartsWith("in GET /maven/acme/parent/1/parent-1.pom\n"));
}

class RegistryTest : public HalvesTest {
 protected:
  // Starts the registry, makes the connection, and lays an image without layers into `image`.
  void SetUp() override {
    NEEDS("docker-registry");
    NEEDS("skopeo");
    NEEDS("htpasswd");
    tls_ = MakeCertificate(directory_, "server", "IP:127.0.0.1");
    server_ = std::make_unique<RegistryServer>(
        ServerSetup{.user = "me", .password = GetParam(), .tls = tls_});
    image_ = "127.0.0.1:" + std::to_string(server_->port()) + "/acme/app:1";
    Add("images", "docker",
        R"({"registry": "127.0.0.1:)" + std::to_string(server_->port()) +
            R"(", "login": "me", "password": )" + Quoted(GetParam()) + "}");
    std::filesystem::create_directory(directory_ / "image");
    directory_.Write("config", R"({"architecture":"amd64","os":"linux","config":{},)"
                               R"("rootfs":{"type":"layers","diff_ids":[]}})");
  }
  std::string Push() const {
    return R"(set -e; digest=$(sha256sum <config); digest=${digest%% *}
      mv config "image/$digest"; echo 'Directory Transport Version: 1.1' >image/version
      printf '{"schemaVersion":2,"mediaType":"%s.manifest.v2+json","layers":[],"config":%s}' \
        application/vnd.docker.distribution \
        "{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",
          \"digest\":\"sha256:$digest\",\"size\":$(wc -c <"image/$digest")}" >image/manifest.json
      skopeo --debug copy --dest-tls-verify=false dir:image docker://)" +
           image_ + " 2>&1\n";
  }
  CertificateFiles tls_;
  std::unique_ptr<RegistryServer> server_;
  std::string image_;
};

TEST_P(RegistryTest, SkopeoLogsIn) {
  EXPECT_THAT(Output("images", GetParam(),
                     Push() + R"(cat "$DOCKER_CONFIG/config.json"
      unset DOCKER_CONFIG
      skopeo inspect --tls-verify=false --format '{{.Architecture}}' docker://)" +
                         image_ + R"(
      export SSL_CERT_FILE=)" +
                         tls_.certificate + "; " + Example("image-promote.sh") + " " +
                         image_.substr(0, image_.size() - 2) + R"( 1 stable >&2
      skopeo inspect --format '{{.Architecture}}' docker://)" +
                         image_.substr(0, image_.size() - 1) + "stable"),
              EndsWith("amd64\namd64\n"));
}

TEST_P(RegistryTest, DockerLogsIn) {
  NEEDS_DEAR("docker");
  EXPECT_THAT(Output("images", GetParam(),
                     Push() + R"(unset REGISTRY_AUTH_FILE
      docker --debug manifest inspect --insecure )" +
                         image_),
              HasSubstr("schemaVersion"));
}

INSTANTIATE_TEST_SUITE_P(EverySymbol, RegistryTest, ::testing::ValuesIn(Halves()));

}  // namespace
}  // namespace injector::testing
