// Every script of examples/jobs, by the command line that it recommends, with tools that write down
// what they get. The real ones, as far as they have a server here, are in ../types.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "injector/base/file.h"
#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kSecret = "canary-password/1";

struct ScriptRow {
  const char* script;
  const char* type;
  const char* fields;                      // of JSON; SECRET stands for the one that is secret
  std::vector<std::string> command_lines;  // of the tools, sorted; the job's own files are "~/"
};

void PrintTo(const ScriptRow& row, std::ostream* out) { *out << row.script; }

const std::vector<ScriptRow>& Rows() {
  static const std::vector<ScriptRow>* rows = new std::vector<ScriptRow>{
      {"aws-deploy.sh",
       "aws",
       R"("access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "SECRET",
          "region": "eu-central-1", "endpoint_url": "http://aws.test")",
       {"aws --endpoint-url http://aws.test --output text --query Version lambda "
        "update-function-code --publish --function-name resize --zip-file "
        "fileb://dist/resize.zip"}},
      {"azure-upload.sh",
       "azure",
       R"("tenant_id": "t", "client_id": "c", "client_secret": "SECRET")",
       {"az login --output none --service-principal --tenant t --username c --password @-",
        "az storage blob upload --auth-mode login --account-name myaccount --container-name "
        "mycontainer --file report.txt"}},
      {"gcp-upload.sh",
       "gcp",
       R"("keyfile_dict": {"type": "service_account", "project_id": "p", "private_key": "SECRET"})",
       {"gcloud storage cp report.txt gs://my-bucket/"}},
      {"git-changes.sh",
       "git",
       R"("host": "git.example.com", "login": "me", "token": "SECRET")",
       {"git -C ~/ describe --tags --abbrev=0", "git -C ~/ log --format=* %s 7..",
        "git clone --quiet --bare https://git.example.com/app.git ~/"}},
      {"git-mirror.sh",
       "ssh",
       R"("host": "git.test", "known_hosts": "git.test ssh-ed25519 AAAA", "private_key":
          "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n-----END OPENSSH PRIVATE KEY-----\n")",
       {"git push --mirror mirror:/srv/git/app.git"}},
      {"github-release.sh",
       "github",
       R"("token": "SECRET")",
       {"gh release create v1.2.3 --generate-notes dist/app.tar.gz"}},
      {"gitlab-release.sh",
       "gitlab",
       R"("token": "SECRET")",
       {"glab release create v1.2.3 dist/app.tar.gz --notes Release v1.2.3"}},
      {"image-promote.sh",
       "docker",
       R"("registry": "registry.example.com", "login": "me", "password": "SECRET")",
       {"skopeo copy docker://registry.example.com/web:1.2 "
        "docker://registry.example.com/web:stable"}},
      {"kafka-publish.sh",
       "kafka",
       R"("bootstrap_servers": "k.test:9092", "security_protocol": "SASL_SSL",
          "sasl_mechanism": "PLAIN", "login": "me", "password": "SECRET")",
       {"kcat -P -t releases"}},
      {"kubernetes-rollout.sh",
       "kubernetes",
       R"("server": "https://k.test", "token": "SECRET")",
       {"kubectl rollout status deployment/web --timeout 5m",
        "kubectl set image deployment/web web=registry.example.com/web:1.2"}},
      {"mail-report.sh",
       "smtp",
       R"("host": "mail.test", "login": "me", "password": "SECRET", "from": "me@example.com")",
       {"make test", "msmtp --file=~/msmtprc team@example.com"}},
      {"maven-deploy.sh",
       "maven",
       R"("server_id": "acme", "login": "me", "password": "SECRET")",
       {"mvn --batch-mode --settings ~/settings.xml deploy"}},
      {"mongodb-backup.sh",
       "mongodb",
       R"("host": "m.test", "login": "me", "password": "SECRET", "schema": "events")",
       {"mongodump --config /dev/stdin --archive=events.archive.gz --gzip"}},
      {"mysql-backup.sh",
       "mysql",
       R"("host": "m.test", "login": "me", "password": "SECRET")",
       {"mysqldump --single-transaction --result-file=shop.sql shop"}},
      {"npm-publish.sh",
       "npm",
       R"("registry": "https://n.test/", "token": "SECRET")",
       {"npm ci", "npm publish"}},
      {"postgres-backup.sh",
       "postgres",
       R"("host": "p.test", "schema": "releases", "login": "me", "password": "SECRET")",
       {"pg_dump --format custom --file releases.dump"}},
      {"python-publish.sh",
       "pypi",
       R"("index_url": "https://i.test/simple", "login": "me", "password": "SECRET")",
       {"pip3 wheel --no-deps --wheel-dir dist .", "twine upload dist/*"}},
      {"redis-counter.sh",
       "redis",
       R"("host": "r.test", "login": "app", "password": "SECRET", "db": 2, "tls": true)",
       {"redis-cli -h r.test -p 6379 --user app -n 2 --tls incr builds"}},
      {"slack-notify.sh",
       "slack",
       R"("webhook_url": "https://hooks.slack.test/services/SECRET")",
       {"curl --silent --show-error --fail --config - --header Content-Type: application/json "
        R"(--data {"text": "Release 1.2.3 is out"})"}},
      {"vault-certificate.sh",
       "vault",
       R"("address": "https://v.test", "token": "SECRET")",
       {"vault write -format=json pki/issue/web common_name=www.example.com"}},
  };
  return *rows;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class JobScriptsTest : public JobTest, public ::testing::WithParamInterface<ScriptRow> {
 protected:
  JobScriptsTest() {
    for (const char* name : {"bin", "tmp", "record"}) fs::create_directory(directory_ / name);
    fs::create_symlink(tests::SourceFile("../examples"), directory_ / "examples");
    fs::create_symlink(shim_path(), directory_ / "bin/runner-shim");
    directory_.Write("events.jsonl", "{}\n");
    for (const std::string& line : GetParam().command_lines) {
      const std::string tool = directory_ / ("bin/" + line.substr(0, line.find(' ')));
      if (fs::exists(tool)) continue;
      fs::create_symlink(tests::SourceFile("integration/examples/recording_tool.sh"), tool);
    }
  }

  std::string ScriptText() const {
    return directory_.Read("examples/jobs/" + std::string(GetParam().script));
  }
  // The line of the script's first comment that calls it: what people copy.
  std::string Recommended() const {
    for (const std::string& line : Lines(ScriptText())) {
      if (line.starts_with("#   ")) return line.substr(4);
    }
    ADD_FAILURE() << "it does not say how it is called";
    return "false";
  }

  void AddConnectionOf(const std::string& command) {
    std::smatch name;
    ASSERT_TRUE(std::regex_search(command, name, std::regex("runner-shim -c ([a-z]+) -- ")))
        << command;
    const std::string fields =
        std::regex_replace(GetParam().fields, std::regex("SECRET"), std::string(kSecret));
    Add(name[1], GetParam().type, "{" + fields + "}");
  }

  ProgramResult Run(const std::string& command) const {
    ProgramRun run;
    run.argv = {"sh", "-c", command};
    run.environment = Environment();
    run.environment.push_back("PATH=" + (directory_ / "bin") + ":/usr/bin:/bin");
    run.environment.push_back("RECORD=" + (directory_ / "record"));
    run.environment.push_back("TMPDIR=" + (directory_ / "tmp"));
    run.working_directory = directory_.path();
    return RunProgram(run);
  }

  // What the script reads from its environment is what the connection gives.
  void ExpectPlanned(const std::string& command) const {
    const ProgramResult plan =
        Run(std::regex_replace(command, std::regex("runner-shim "), "runner-shim --dry-run "));
    EXPECT_EQ(plan.exit_status, 0) << plan.err;
    fs::remove(directory_ / "record/arguments");  // of what stands before it in a pipe
    EXPECT_THAT(ExposedForms(kSecret, plan.out + plan.err), IsEmpty());
    const std::string script = ScriptText();
    const std::regex variable(R"(\$\{?([A-Z][A-Z0-9_]+))");
    for (std::sregex_iterator at(script.begin(), script.end(), variable), end; at != end; ++at) {
      const std::string name = (*at)[1];
      if (script.find("\n" + name + "=") != script.npos) continue;  // its own
      EXPECT_THAT(plan.out, HasSubstr(name));
    }
  }

  // Sorted, since some run at the same time; without the interpreter and the directories.
  std::vector<std::string> CommandLines() const {
    std::string all = directory_.Read("record/arguments");
    const std::regex own(directory_.path() + R"(/(run/[^ ]*/|tmp/[^ ]+))");
    all = std::regex_replace(all, own, "~/");
    all = std::regex_replace(all, std::regex("/bin/sh " + (directory_ / "bin/")), "");
    all = std::regex_replace(all, std::regex(" \n"), "\n");
    std::vector<std::string> lines = Lines(all);
    std::sort(lines.begin(), lines.end());
    return lines;
  }
};

TEST_P(JobScriptsTest, ToolsFindTheLoginAndNobodySeesIt) {
  const std::string command = Recommended();
  ASSERT_NO_FATAL_FAILURE(AddConnectionOf(command));
  ExpectPlanned(command);
  const ProgramResult job = Run(command);
  EXPECT_EQ(job.exit_status, 0) << job.out << job.err;
  EXPECT_THAT(CommandLines(), ElementsAreArray(GetParam().command_lines));
  EXPECT_THAT(ExposedForms(kSecret, directory_.Read("record/found")), Not(IsEmpty()));
  EXPECT_THAT(ExposedForms(kSecret, directory_.Read("record/arguments") + job.out + job.err),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Jobs, JobScriptsTest, ::testing::ValuesIn(Rows()), [](const auto& param) {
  return std::regex_replace(std::string(param.param.script), std::regex("[^a-z]"), "_");
});

TEST(JobScriptsTableTest, HasEveryScriptAndSoHasTheReadme) {
  const Result<Secret> readme = ReadFile(tests::SourceFile("../examples/jobs/README.md"), 1 << 16);
  ASSERT_TRUE(readme.ok());
  std::vector<std::string> there, known = {"release.sh"};  // which examples/quickstart runs
  for (const auto& entry : fs::directory_iterator(tests::SourceFile("../examples/jobs"))) {
    if (entry.path().extension() == ".sh") there.push_back(entry.path().filename());
  }
  for (const ScriptRow& row : Rows()) {
    known.push_back(row.script);
    const std::string line = "](" + known.back() + ") | `" + row.type + "` |";
    EXPECT_THAT(std::string(readme->Reveal()), HasSubstr(line));
  }
  EXPECT_THAT(known, ::testing::UnorderedElementsAreArray(there));
}

}  // namespace
}  // namespace injector::testing
