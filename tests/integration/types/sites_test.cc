// Types of servers that are asked over HTTP or SSH: http, git, ssh, kubernetes, github, aws, s3.

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/integration/doctor/servers.h"
#include "tests/integration/types/tool_fixture.h"
#include "tests/support/rsa_key.h"

namespace injector::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SiteTest : public ToolTest {
 protected:
  // Over TLS, with a certificate of its own.
  std::string ServeToken(const std::string& header) {
    files_ = MakeCertificate(directory_, "server", "IP:127.0.0.1");
    return ServeLogin(header, {files_.certificate, files_.key});
  }
  const std::string token_ = EverySymbol();
  CertificateFiles files_;
};

TEST_F(SiteTest, KubectlTrustsTheAuthorityAndSendsTheToken) {
  NEEDS_DEAR("kubectl");
  const std::string port = ServeToken(Bearer(token_));
  Add("cluster", "kubernetes",
      R"({"server": "https://127.0.0.1:)" + port + R"(", "ca": )" +
          Quoted(directory_.Read("server.crt")) + R"(, "token": )" + Quoted(token_) + "}");
  const std::string out = Output(
      "cluster", token_,
      R"(kubectl get --raw /version -v=9 2>&1; cat "$KUBECONFIG"; kubectl config current-context)");
  EXPECT_THAT(out, HasSubstr("v1.2.3"));
  EXPECT_THAT(out, EndsWith("cluster\n"));
  EXPECT_THAT(Visitors(), StartsWith("in GET /version\n"));
}

TEST_F(SiteTest, GhAsksTheServerOfTheConnection) {
  NEEDS_DEAR("gh");
  const std::string port = ServeToken("token " + token_);
  Add("forge", "github",
      R"({"host": "127.0.0.1:)" + port + R"(", "token": )" + Quoted(token_) + "}");
  EXPECT_THAT(Output("forge", token_,
                     "export SSL_CERT_FILE=" + files_.certificate +
                         "; gh api user; GH_DEBUG=api gh api user >&2"
                         "; gh auth status --show-token 2>&1; true"),
              HasSubstr(R"({"login": "me"})"));
  EXPECT_THAT(Visitors(), StartsWith("in GET /api/v3/user\n"));
}

TEST_F(SiteTest, CurlPostsToTheWebhook) {
  const std::string path = "/services/T0/B0/canary-webhook";
  Add("announce", "slack",
      R"({"webhook_url": "http://127.0.0.1:)" + ServeWebhook(path) + path + R"("})");
  EXPECT_EQ(Output("announce", path, Example("slack-notify.sh") + R"( 'It is "out"')"), "ok");
  EXPECT_EQ(Visitors(), "in POST " + path +
                            R"( {"text": "It is \"out\""})"
                            "\n");
}

// The key of an App never reaches the job, which gets a token that is made of it.
class GithubAppTest : public ToolTest {
 protected:
  void SetUp() override {
    directory_.Write("app.pem", kRsaKey);
    ProgramRun run;
    run.argv = {"openssl", "rsa", "-in", "app.pem", "-pubout", "-out", "app.pub"};
    run.environment = OwnEnvironment();
    run.working_directory = directory_.path();
    const ProgramResult made = RunProgram(run);
    ASSERT_EQ(made.exit_status, 0) << made.err;
    url_ = "http://127.0.0.1:" + ServeApp(directory_ / "app.pub", token_);
    AddApp("9");
  }
  void AddApp(const std::string& installation) {
    Add("app", "github",
        R"({"app_id": 7, "installation_id": )" + installation + R"(, "api_url": ")" + url_ +
            R"(", "private_key": )" + Quoted(kRsaKey) + "}");
  }
  const std::string token_ = EverySymbol();
  std::string url_;
};

TEST_F(GithubAppTest, AJobGetsATokenOfTheInstallation) {
  EXPECT_EQ(Output("app", token_,
                   R"(curl -sSf -H "Authorization: Bearer $GH_TOKEN" )" + url_ +
                       R"(/user; echo; [ "$GH_TOKEN" = "$GITHUB_TOKEN" ] && echo "$GH_TOKEN"
      env | grep -c -e PRIVATE -e GITHUB_APP || true)"),
            "{\"login\": \"app\"}\n***\n0\n");
  EXPECT_EQ(Visitors(), "in POST /app/installations/9/access_tokens\nin GET /user\n");
}

TEST_F(GithubAppTest, TheDryRunAndTheFilterAskNobody) {
  const ProgramResult shown = Shim({"--dry-run", "-c", "app", "--", "true"});
  EXPECT_EQ(shown.exit_status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("GH_TOKEN"));
  EXPECT_THAT(shown.out, HasSubstr("an hour at most"));
  EXPECT_EQ(Shim({"scrub", "-c", "app"}, {}, "text").out, "text");
  EXPECT_EQ(Visitors(), "");
}

TEST_F(GithubAppTest, EnvMakesATokenForWhoeverSeesIt) {
  EXPECT_EQ(Injector({"env", "-c", "app"}).out, "GH_TOKEN=***\nGITHUB_TOKEN=***\n");
  EXPECT_EQ(Injector({"env", "-c", "app", "--reveal"}).out,
            "GH_TOKEN=" + token_ + "\nGITHUB_TOKEN=" + token_ + "\n");
  EXPECT_EQ(Visitors(), "in POST /app/installations/9/access_tokens\n");
}

TEST_F(GithubAppTest, WithoutATokenThereIsNoJob) {
  AddApp("8");
  const ProgramResult job = Job({"-c", "app"}, "echo started");
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_EQ(job.out, "");
  EXPECT_THAT(job.err, HasSubstr("@github.app: POST " + url_ +
                                 "/app/installations/8/access_tokens: status 401"));
}

// The signature is right only if every symbol of the key arrived.
class AwsTest : public ToolTest {
 protected:
  void AddKeys(const std::string& type) {
    url_ = "http://127.0.0.1:" + ServeAws("AKIAIOSFODNN7EXAMPLE", key_);
    Add("cloud", type,
        R"({"access_key_id": "AKIAIOSFODNN7EXAMPLE", "region": "eu-central-1", "endpoint_url": ")" +
            url_ + R"(", "secret_access_key": )" + Quoted(key_) + "}");
  }
  const std::string key_ = EveryKindOfText();
  std::string url_;
};

TEST_F(AwsTest, TheAwsCommandSigns) {
  NEEDS_DEAR("aws");
  AddKeys("aws");
  EXPECT_EQ(Output("cloud", key_,
                   "aws --endpoint-url " + url_ +
                       " --query Account --output text sts get-caller-identity"),
            "123456789012\n");
  EXPECT_THAT(Visitors(), StartsWith("in POST /\n"));
}

TEST_F(AwsTest, TheAwsCommandSignsWhatItUploads) {
  NEEDS_DEAR("aws");
  AddKeys("aws");
  directory_.Write("resize.py", "");
  EXPECT_EQ(Output("cloud", key_,
                   "python3 -m zipfile -c resize.zip resize.py; " + Example("aws-deploy.sh") +
                       " resize resize.zip"),
            "7\n");
  EXPECT_THAT(Visitors(), StartsWith("in PUT /2015-03-31/functions/resize/code\n"));
}

TEST_F(AwsTest, Boto3Signs) {
  NEEDS_DEAR("aws");
  AddKeys("aws");
  directory_.Write("job.py",
                   "import boto3, os, logging\n"
                   "boto3.set_stream_logger('', logging.DEBUG)\n"
                   "client = boto3.client('sts', endpoint_url=os.environ['AWS_ENDPOINT_URL'])\n"
                   "print(client.get_caller_identity()['Account'])\n");
  EXPECT_EQ(Output("cloud", key_, "python3 job.py"), "123456789012\n");
}

TEST_F(AwsTest, RcloneFindsItsRemoteAndSigns) {
  NEEDS_DEAR("rclone");
  AddKeys("s3");
  EXPECT_EQ(Output("cloud", key_, "rclone --config /dev/null -vv --dump headers lsf cloud:bucket"),
            "report.txt\n");
}

class LoginTest : public HalvesTest {
 protected:
  void SetUp() override {
    NEEDS("nginx");
    NEEDS("htpasswd");
    tls_ = MakeCertificate(directory_, "server", "IP:127.0.0.1");
    server_ = std::make_unique<NginxServer>(
        ServerSetup{.user = "me", .password = GetParam(), .tls = tls_});
    site_ = "https://127.0.0.1:" + std::to_string(server_->port());
  }
  std::string Fields(const std::string& name, const std::string& password_name) const {
    return R"({")" + name + R"(": ")" + site_ + R"(", "login": "me", ")" + password_name +
           R"(": )" + Quoted(GetParam()) + "}";
  }
  CertificateFiles tls_;
  std::unique_ptr<NginxServer> server_;
  std::string site_;
};

TEST_P(LoginTest, CurlReadsTheNetrc) {
  Add("api", "http", Fields("url", "password"));
  EXPECT_EQ(Output("api", GetParam(),
                   "curl -sSf -v --cacert " + tls_.certificate +
                       R"( --netrc-file "$NETRC" "$API_URL/index.html")"),
            "hello\n");
}

TEST_P(LoginTest, GitLogsInOverHttps) {
  Add("code", "git", Fields("host", "token"));
  ProgramRun run;
  run.argv = {"sh", "-ec", R"(git init -q work; cd work; git config user.name x
      git config user.email x@example.com; git commit -q --allow-empty -m first
      git tag -a -m 1 v1; git commit -q --allow-empty -m second; cd ..
      git clone -q --bare work app.git; git --git-dir app.git update-server-info)"};
  run.environment = Environment();
  run.working_directory = server_->directory() / "pages";
  const ProgramResult made = RunProgram(run);
  ASSERT_EQ(made.exit_status, 0) << made.err;
  EXPECT_EQ(Output("code", GetParam(),
                   "export GIT_CURL_VERBOSE=1 GIT_TRACE_CURL=1 GIT_TRACE_REDACT=0 GIT_SSL_CAINFO=" +
                       tls_.certificate + "; git clone -q " + site_ +
                       R"(/app.git; git -C app log --format=%s
      )" + Example("git-changes.sh") +
                       " " + site_ + "/app.git"),
            "second\nfirst\n* second\n");
}

INSTANTIATE_TEST_SUITE_P(EverySymbol, LoginTest, ::testing::ValuesIn(Halves()));

class SshTest : public ToolTest {
 protected:
  void SetUp() override { NEEDS("sshd"); }
  // A repository in HOME, and the key of a user who may read it.
  void MakeUser(const SshServer& server) {
    ProgramRun run;
    run.argv = {"sh", "-ec", "ssh-keygen -q -t ed25519 -N '' -f user; git init -q --bare repo.git"};
    run.environment = OwnEnvironment();
    run.working_directory = directory_.path();
    const ProgramResult made = RunProgram(run);
    ASSERT_EQ(made.exit_status, 0) << made.err;
    server.directory().Write("authorized_keys", directory_.Read("user.pub"));
  }
  std::string KeyFields(const SshServer& server, const std::string& host_key) const {
    return R"({"host": "127.0.0.1", "port": )" + std::to_string(server.port()) +
           R"(, "private_key": )" + Quoted(directory_.Read("user")) + R"(, "known_hosts": )" +
           Quoted(host_key) + "}";
  }
};

TEST_F(SshTest, GitAndSshFindTheKeysOfBothSides) {
  const SshServer server;
  MakeUser(server);
  Add("box", "ssh", KeyFields(server, server.directory().Read("key.pub")));
  EXPECT_EQ(Output("box", directory_.Read("user"),
                   R"(git ls-remote "box:$HOME/repo.git" && echo read
      git ls-remote "ssh://127.0.0.1$HOME/repo.git" && ssh -F "$SSH_CONFIG_FILE" box echo there)"),
            "read\nthere\n");
}

TEST_F(SshTest, TheMirrorIsPushed) {
  const SshServer server;
  MakeUser(server);
  Add("mirror", "ssh", KeyFields(server, server.directory().Read("key.pub")));
  Output("mirror", directory_.Read("user"),
         R"(git init -q work; cd work; git config user.name x; git config user.email x@example.com
      git commit -q --allow-empty -m first; )" +
             Example("git-mirror.sh") + R"( "mirror:$HOME/repo.git" 2>&1)");
  EXPECT_THAT(
      Output("mirror", directory_.Read("user"), "git --git-dir repo.git log --all --format=%s"),
      "first\n");
}

TEST_F(SshTest, AServerWithAnotherKeyIsRefused) {
  const SshServer server;
  MakeUser(server);
  Add("box", "ssh", KeyFields(server, directory_.Read("user.pub")));
  const ProgramResult job = Job({"-c", "box"}, R"(ssh -F "$SSH_CONFIG_FILE" box true)");
  EXPECT_EQ(job.exit_status, 255);
  EXPECT_THAT(job.err, HasSubstr("Host key verification failed"));
}

}  // namespace
}  // namespace injector::testing
