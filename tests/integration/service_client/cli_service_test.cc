// `injector --service` at the real service: what each command does there, and whom it refuses.

#include <gmock/gmock.h>

#include "tests/integration/injector_cli/output_page.h"
#include "tests/integration/service_client/served_org.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kSecret[] = "canary-wJalrXUtnFEMI-K7MDENG";
constexpr char kAws[] =
    R"({"access_key_id": "AKIAEXAMPLE", "secret_access_key": "canary-wJalrXUtnFEMI-K7MDENG",
        "region": "eu-central-1"})";

class CliAtServiceTest : public ServedOrgTest {
 protected:
  void AddAws(const std::string& name) const {
    Do({"connections", "set", name, "--type", "aws", "--json", "-"}, kAws);
  }
  void AddMovies() const {
    Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=db", "--field",
        "port=5432", "--secret", "password=-"},
       kSecret);
  }
  // What a job of acme/web sees of a script's variables.
  std::string JobPrints(const std::string& reference, const std::string& script) const {
    const std::string token = TokenFile("job.token", {"--role", "runner", "--repo", "acme/web"});
    const ProgramResult job = RunJob(token, {"-c", reference}, script);
    EXPECT_EQ(job.exit_status, 0) << job.err;
    return job.out;
  }
};

// The story of the README, from nothing to a job.
TEST_F(CliAtServiceTest, AConnectionIsMadeAttachedAndUsedByAJobAndByNobodyElse) {
  AddAws("aws-prod");
  AddAws("aws-other");
  Do({"attach", "aws-prod", "--repo", "acme/web"});
  const std::string runner = TokenFile("runner", {"--role", "runner", "--repo", "acme/web"});
  const std::string developer = TokenFile("developer", {"--role", "developer"});

  const ProgramResult job = RunJob(runner, {"-c", "aws-prod"},
                                   "test \"$AWS_SECRET_ACCESS_KEY\" = " + std::string(kSecret) +
                                       " && echo \"$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY\"");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "AKIAEXAMPLE ***\n");

  const ProgramResult unattached = RunJob(runner, {"-c", "aws-other"}, "echo started");
  EXPECT_EQ(unattached.exit_status, 125);
  EXPECT_EQ(unattached.out, "");
  EXPECT_THAT(unattached.err, HasSubstr("not_granted"));

  const ProgramResult seen =
      RunAs(developer, {"connections", "get", "aws-prod", "--output", "json"});
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.out, AllOf(HasSubstr("eu-central-1"), HasSubstr("secret_access_key")));
  EXPECT_THAT(ExposedForms(kSecret, seen.out + seen.err), IsEmpty());
  EXPECT_THAT(FailAs(developer, 1, {"connections", "get", "aws-prod", "--reveal"}),
              HasSubstr("shows secret values to nobody"));

  EXPECT_THAT(
      FailAs(developer, 1, {"connections", "set", "x", "--type", "aws", "--json", "-"}, kAws),
      HasSubstr("role developer: may not do connection.create"));
  EXPECT_THAT(FailAs(developer, 1, {"connections", "delete", "aws-prod"}),
              HasSubstr("role developer: may not do connection.delete"));
  EXPECT_THAT(FailAs(runner, 1, {"connections", "list"}),
              HasSubstr("role runner: may not do connection.read"));
}

TEST_F(CliAtServiceTest, ShowsWhatAStoreWouldShow) {
  AddMovies();
  EXPECT_EQ(Do({"connections", "get", "@postgres.movies", "--output", "json"}), R"({
  "name": "movies",
  "type": "postgres",
  "default": false,
  "description": "",
  "version": 1,
  "fields": {
    "host": "db",
    "port": 5432
  },
  "secretFields": [
    "password"
  ]
}
)");
  EXPECT_THAT(Do({"connections", "get", "movies"}), HasSubstr("password  ***"));
  EXPECT_THAT(Do({"connections", "list"}), HasSubstr("movies  db:5432"));
  EXPECT_THAT(Do({"connections", "list", "--output", "json"}),
              HasSubstr("\"source\": \"" + url() + "\""));
  EXPECT_THAT(Do({"connections", "doctor", "--offline"}), HasSubstr("@postgres.movies"));
  EXPECT_THAT(Fail(1, {"connections", "get", "movie"}), HasSubstr("movies"));
}

TEST_F(CliAtServiceTest, ChangesWhatIsGivenAndKeepsTheSecrets) {
  AddMovies();
  Do({"attach", "movies", "--repo", "acme/web"});
  EXPECT_THAT(Told({"connections", "set", "movies", "--field", "host=new", "--unset", "port",
                    "--description", "all of them"}),
              HasSubstr("changed @postgres.movies, version 2"));
  EXPECT_EQ(JobPrints("movies", "test \"$PGPASSWORD\" = " + std::string(kSecret) +
                                    " && echo \"$PGHOST ${PGPORT-none}\""),
            "new none\n");
  EXPECT_THAT(Told({"connections", "set", "movies", "--field", "host=new"}),
              HasSubstr("nothing changed"));
  Do({"connections", "set", "movies", "--secret", "password=-"}, "canary-another");
  EXPECT_EQ(JobPrints("movies", "test \"$PGPASSWORD\" = canary-another && echo so"), "so\n");
}

TEST_F(CliAtServiceTest, ReplacesEverything) {
  AddMovies();
  Do({"connections", "set", "movies", "--replace", "--json", "-"}, R"({"host": "new"})");
  const Value shown = DoJson({"connections", "get", "movies"});
  EXPECT_EQ(shown.Find("fields")->members().size(), 1U);
  EXPECT_THAT(shown.Find("secretFields")->items(), IsEmpty());
  EXPECT_THAT(Fail(1, {"connections", "set", "movies", "--type", "mysql", "--replace", "--field",
                       "host=h"}),
              HasSubstr("of type postgres already"));
}

// What the service does not show must not be overwritten by what stands for it.
TEST_F(CliAtServiceTest, ChangesAMemberBesideSecretOnes) {
  Do({"connections", "set", "api", "--type", "generic", "--json", "-"},
     R"({"extra": {"region": "eu", "token": "canary-inner", "url": "https://u:canary-pw@h/"},
         "auth": {"token": "canary-auth", "user": "u"}})");
  Do({"attach", "api", "--repo", "acme/web"});
  Do({"connections", "set", "api", "--field", "extra.region=us"});
  EXPECT_EQ(JobPrints("api", "case \"$EXTRA\" in *us*canary-inner*canary-pw*) echo kept;; esac"),
            "kept\n");
}

TEST_F(CliAtServiceTest, DeletesWhatIsAttachedOnlyByForce) {
  AddAws("aws-prod");
  Do({"attach", "aws-prod", "--repo", "acme/web"});
  EXPECT_THAT(Fail(1, {"connections", "delete", "aws-prod"}),
              AllOf(HasSubstr("acme/web"), HasSubstr("--force")));
  Do({"connections", "delete", "aws-prod", "--force"});
  EXPECT_THAT(Told({"connections", "list"}), HasSubstr("no connections yet"));
}

TEST_F(CliAtServiceTest, KeepsVariables) {
  EXPECT_THAT(Told({"variables", "set", "region"}, "eu-1\n"), HasSubstr("added variable region"));
  EXPECT_THAT(Told({"variables", "set", "api_token"}, kSecret),
              HasSubstr("added secret variable api_token"));
  EXPECT_EQ(Do({"variables", "get", "region"}), "eu-1\n");
  EXPECT_EQ(Do({"variables", "get", "api_token"}), "***\n");
  EXPECT_THAT(Fail(1, {"variables", "get", "api_token", "--reveal"}),
              HasSubstr("shows secret values to nobody"));
  const std::string list = Do({"variables", "list"});
  EXPECT_THAT(list, AllOf(HasSubstr("region     eu-1"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Told({"variables", "set", "region"}, "eu-1\n"), HasSubstr("nothing changed"));
  EXPECT_THAT(Told({"variables", "set", "region"}, "https://u:canary@h/"),
              HasSubstr("its value holds a secret by its shape"));
  EXPECT_THAT(
      Fail(1, {"variables", "set", "region", "--keep-value", "--no-secret", "--allow-readable"}),
      HasSubstr("give the value anew"));
  EXPECT_THAT(Fail(1, {"variables", "get", "none"}), HasSubstr("no variable none"));
  Do({"attach", "api_token", "--variable", "--repo", "acme/web"});
  EXPECT_THAT(Fail(1, {"variables", "delete", "api_token"}), HasSubstr("--force"));
  Do({"variables", "delete", "api_token", "--force"});
}

// What is masked in it is not the value.
TEST_F(CliAtServiceTest, RevealsNoVariableWithoutItsPassword) {
  Do({"variables", "set", "db", "--no-secret", "--allow-readable"}, "mysql://u:canary-pw@h");
  EXPECT_EQ(Do({"variables", "get", "db"}), "mysql://u:***@h\n");
  EXPECT_THAT(Fail(1, {"variables", "get", "db", "--reveal"}),
              HasSubstr("shows secret values to nobody"));
}

TEST_F(CliAtServiceTest, AttachesWithAScopeAndDetaches) {
  AddAws("aws-prod");
  Do({"variables", "set", "region"}, "eu-1");
  EXPECT_THAT(Told({"attach", "aws-prod", "--repo", "acme/web", "--environment", "production",
                    "--environment", "staging", "--protected-only"}),
              HasSubstr("acme/web: production, staging; protected branches only"));
  Do({"attach", "region", "--variable", "--org"});
  EXPECT_EQ(Do({"repos"}), "acme/web\n");
  EXPECT_EQ(Do({"repos", "acme/web"}),
            "NAME           ATTACHED TO  FOR\n"
            "@aws.aws-prod  acme/web     production, staging; protected branches only\n"
            "var.region     (org)        all\n");
  Do({"attach", "aws-prod", "--repo", "acme/web"});
  EXPECT_THAT(Do({"repos", "acme/web"}), HasSubstr("@aws.aws-prod  acme/web     all"));
  Do({"detach", "aws-prod", "--repo", "acme/web"});
  Do({"detach", "region", "--variable", "--org"});
  EXPECT_EQ(Told({"repos", "acme/web"}), "nothing is attached to acme/web\n");
  EXPECT_THAT(Fail(1, {"detach", "aws-prod", "--repo", "acme/web"}), HasSubstr("not"));
}

TEST_F(CliAtServiceTest, ATokenIsShownOnceAndRefusedOnceDeleted) {
  const std::string file = TokenFile("dev", {"--role", "developer", "--expires", "2099-01-31"});
  const std::string token = directory_.Read("dev");
  EXPECT_THAT(token, AllOf(StartsWith("inj_"), Not(HasSubstr(" "))));
  EXPECT_EQ(RunAs(file, {"connections", "list"}).exit_status, 0);
  const std::string list = Do({"tokens", "list"});
  EXPECT_THAT(list, AllOf(HasSubstr("developer"), HasSubstr("2099-01-31T23:59:59Z")));
  EXPECT_THAT(list, Not(HasSubstr(token.substr(0, token.size() - 1))));
  std::string id;
  const Value tokens = DoJson({"tokens", "list"});
  for (const Value& item : tokens.items()) {
    if (item.Find("role")->string().Reveal() == "developer")
      id = item.Find("id")->string().Reveal();
  }
  EXPECT_THAT(Fail(2, {"tokens", "delete", "inj_canary"}), Not(HasSubstr("canary")));
  Do({"tokens", "delete", id});
  EXPECT_THAT(FailAs(file, 1, {"connections", "list"}), HasSubstr("revoked"));
}

TEST_F(CliAtServiceTest, GoesBackToAnEarlierVersion) {
  AddMovies();
  Do({"attach", "movies", "--repo", "acme/web"});
  Do({"connections", "set", "movies", "--field", "host=wrong", "--secret", "password=-"},
     "x-y-z-0");
  const std::string versions = Do({"versions", "movies"});
  EXPECT_THAT(versions, AllOf(StartsWith("VERSION  CHANGED"), HasSubstr("wrong:5432"),
                              HasSubstr("db:5432"), Not(HasSubstr("canary"))));
  EXPECT_THAT(Told({"rollback", "movies", "--to", "1"}), HasSubstr("that is version 3"));
  EXPECT_EQ(JobPrints("movies",
                      "test \"$PGPASSWORD\" = " + std::string(kSecret) + " && echo \"$PGHOST\""),
            "db\n");
  EXPECT_THAT(Fail(1, {"rollback", "movies", "--to", "9"}), HasSubstr("version"));
  EXPECT_THAT(Fail(2, {"rollback", "movies", "--to", "last"}), HasSubstr("--to"));
}

TEST_F(CliAtServiceTest, AppliesAFileOnceAndThenNothing) {
  AddAws("aws-prod");
  AddMovies();
  Do({"variables", "set", "region"}, "eu-1");
  Do({"attach", "movies", "--repo", "web"});
  const std::string file = directory_.Write("a.yaml",
                                            "version: 1\n"
                                            "org: {variables: [region]}\n"
                                            "repos:\n"
                                            "  web:\n"
                                            "    connections:\n"
                                            "      - {ref: aws-prod, environments: [prod]}\n"
                                            "  new:\n");
  const std::string plan =
      "attach (org) var.region\n"
      "attach web @aws.aws-prod (prod)\n"
      "detach web @postgres.movies\n";
  EXPECT_EQ(Do({"apply", "-f", file, "--prune", "--dry-run"}), plan);
  EXPECT_EQ(Do({"apply", "-f", file, "--prune"}), plan);
  EXPECT_EQ(Told({"apply", "-f", file, "--prune"}), "everything is as the file says\n");
  EXPECT_EQ(Do({"repos", "web"}),
            "NAME           ATTACHED TO  FOR\n"
            "@aws.aws-prod  web          prod\n"
            "var.region     (org)        all\n");
}

TEST_F(CliAtServiceTest, AppliesNothingOfAFileThatIsWrong) {
  AddMovies();
  const std::pair<const char*, const char*> rows[] = {
      {"web: {connections: [movies, movie]}", "a.yaml:2:37"},
      {"web: {connections: [movies], variables: [none]}", "no variable none"},
      {"web: {connections: [movies, \"@postgres.movies\"]}", "@postgres.movies: listed twice"},
      {"\"*\": {connections: [movies]}", "a.yaml:2:9"},
  };
  for (const auto& [text, says] : rows) {
    const std::string file =
        directory_.Write("a.yaml", "version: 1\nrepos: {" + std::string(text) + "}\n");
    EXPECT_THAT(Fail(1, {"apply", "-f", file}), HasSubstr(says)) << text;
  }
  EXPECT_THAT(Told({"repos"}), HasSubstr("no repos yet"));
}

TEST_F(CliAtServiceTest, ImportsWhatAStoreHasExported) {
  const std::string bundle = R"({"version": 1,
      "connections": [{"name": "db", "type": "postgres", "default": true,
                       "fields": {"host": "h", "password": "canary-import"}},
                      {"name": "open", "type": "generic", "fields": {"note": "n"}}],
      "variables": [{"key": "region", "value": "eu-1"}]})";
  const std::string file = directory_.Write("all.json", bundle);
  const std::string added =
      "ACTION  WHAT\nadd     @postgres.db\nadd     @generic.open\nadd     variable region\n";
  EXPECT_EQ(Do({"connections", "import", file, "--dry-run"}), added);
  EXPECT_THAT(Told({"connections", "list"}), HasSubstr("no connections yet"));
  EXPECT_EQ(Do({"connections", "import", file}), added);
  // Nobody sees whether the password is the same.
  EXPECT_THAT(Fail(1, {"connections", "import", file}),
              HasSubstr("in the service already, and not the same: @postgres.db"));
  EXPECT_EQ(Do({"connections", "import", file, "--overwrite"}),
            "ACTION     WHAT\n"
            "replace    @postgres.db\n"
            "unchanged  @generic.open\n"
            "unchanged  variable region\n");
  EXPECT_THAT(Fail(1, {"connections", "import", "-"}, R"({"open": "mysql://u:p@h"})"),
              HasSubstr("whose type cannot change"));
}

constexpr char kTwoDefaults[] = R"({"version": 1, "connections": [
    {"name": "a", "type": "postgres", "fields": {"host": "h"}},
    {"name": "b", "type": "postgres", "default": true, "fields": {"host": "h"}}]})";

TEST_F(CliAtServiceTest, ImportsNothingWhereAnotherIsTheDefault) {
  Do({"connections", "set", "main", "--type", "postgres", "--field", "host=h", "--default"});
  for (const char* run : {"--dry-run", "--overwrite"}) {
    EXPECT_THAT(Fail(1, {"connections", "import", "-", run}, kTwoDefaults),
                AllOf(HasSubstr("@postgres.b: default: the service has one of that type, "
                                "@postgres.main"),
                      HasSubstr("connections set main --no-default")));
  }
  EXPECT_THAT(Fail(1, {"connections", "get", "a"}), HasSubstr("there is: main\n"));
}

TEST_F(CliAtServiceTest, ExportsWhatItShows) {
  AddMovies();
  Do({"variables", "set", "region"}, "eu-1");
  Do({"variables", "set", "pin", "--secret"}, kSecret);
  Do({"variables", "set", "db", "--no-secret", "--allow-readable"}, "mysql://u:canary-pw@h");
  const std::string all = Do({"connections", "export", "--format", "env"});
  EXPECT_THAT(all,
              AllOf(HasSubstr("MOVIES"), HasSubstr("REGION='eu-1'"), Not(HasSubstr("canary"))));
  EXPECT_THAT(all, AllOf(Not(HasSubstr("mysql")), Not(HasSubstr("PIN"))));
  EXPECT_THAT(Told({"connections", "export"}),
              HasSubstr("1 secret field and 2 secret variables left out\n"));
  EXPECT_THAT(Do({"connections", "export", "movies"}), Not(HasSubstr("region")));
  EXPECT_THAT(Fail(1, {"connections", "export", "--reveal"}), HasSubstr("to nobody"));
}

// Whatever stands first in the file.
TEST_F(CliAtServiceTest, AnImportMovesTheDefault) {
  Do({"connections", "set", "b", "--type", "postgres", "--field", "host=h", "--default"});
  Do({"connections", "set", "a", "--type", "postgres", "--field", "host=h"});
  const std::string moved = R"({"version": 1, "connections": [
      {"name": "a", "type": "postgres", "default": true, "fields": {"host": "h"}},
      {"name": "b", "type": "postgres", "fields": {"host": "h"}}]})";
  EXPECT_EQ(Do({"connections", "import", "-", "--overwrite"}, moved),
            "ACTION   WHAT\nreplace  @postgres.a\nreplace  @postgres.b\n");
  EXPECT_EQ(DoJson({"connections", "get", "@postgres"}).Find("name")->string().Reveal(), "a");
}

TEST_F(CliAtServiceTest, AnImportThatFailsSaysWhatIsDone) {
  const std::string too_long(70'000, 'x');
  const ProgramResult result =
      Run({"connections", "import", "-"},
          R"({"version": 1, "connections": [{"name": "a", "type": "generic", "fields": {}}],
              "variables": [{"key": "k", "value": ")" +
              too_long + "\"}]}");
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.out, "ACTION  WHAT\nadd     @generic.a\n");
  EXPECT_THAT(result.err, HasSubstr("variable k: "));
}

TEST_F(CliAtServiceTest, TheOutputPageNamesEveryMember) {
  AddAws("aws-prod");
  Do({"variables", "set", "region"}, "eu-1");
  TokenFile("runner", {"--role", "runner", "--repo", "web", "--environment", "prod"});
  const std::string file =
      directory_.Write("a.yaml",
                       "version: 1\nrepos: {web: {variables: [region],"
                       " connections: [{ref: aws-prod, environments: [prod]}]}}\n");
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {"apply", {"apply", "-f", file}},
      {"repos", {"repos", "web"}},
      {"versions", {"versions", "aws-prod"}},
      {"tokens create", {"tokens", "create", "--role", "admin"}},
      {"tokens list", {"tokens", "list"}},
  };
  for (const auto& [section, words] : rows) {
    Paths expected = PageMembers(section);
    expected.erase("[].revokedAt");
    EXPECT_EQ(PathsIn(DoJson(words)), expected) << section;
  }
}

TEST_F(CliAtServiceTest, CompletionAsksTheService) {
  AddMovies();
  Do({"variables", "set", "region"}, "eu-1");
  Do({"attach", "movies", "--repo", "acme/web"});
  EXPECT_EQ(Do({"completion", "connections"}), "movies\n");
  EXPECT_EQ(Do({"completion", "variables"}), "region\n");
  EXPECT_EQ(Do({"completion", "repos"}), "acme/web\n");
}

// A secret that is stored, and the token that is used, in use and in trouble.
TEST_F(CliAtServiceTest, NoCommandPrintsASecret) {
  AddMovies();
  Do({"variables", "set", "v", "--secret"}, kSecret);
  directory_.Write("a.yaml", "version: 1\nrepos: {web: {connections: [movies]}}\n");
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{"connections", "set", "movies", "--secret", "password=-"}, kSecret},
      {{"connections", "set", "movies", "--json", "-"}, "{\"x\": \"" + std::string(kSecret)},
      {{"connections", "set", "new", "--type", "postgres", "--uri", "-"},
       "postgres://u:" + std::string(kSecret) + "@h/d"},
      {{"connections", "get", "movies"}, ""},
      {{"connections", "get", "movies", "--reveal"}, ""},
      {{"connections", "list"}, ""},
      {{"connections", "doctor", "--offline"}, ""},
      {{"connections", "export", "--reveal"}, ""},
      {{"connections", "import", "-", "--overwrite"},
       R"({"movies": "postgres://u:canary-wJalrXUtnFEMI-K7MDENG@h"})"},
      {{"variables", "set", "v"}, kSecret},
      {{"variables", "get", "v", "--reveal"}, ""},
      {{"variables", "list"}, ""},
      {{"attach", "movies", "--repo", "web"}, ""},
      {{"repos", "web"}, ""},
      {{"apply", "-f", "a.yaml", "--prune"}, ""},
      {{"connections", "export"}, ""},
      {{"versions", "movies"}, ""},
      {{"rollback", "movies", "--to", "1"}, ""},
      {{"tokens", "list"}, ""},
      {{"detach", "movies", "--repo", "web"}, ""},
      {{"variables", "delete", "v", "--force"}, ""},
      {{"connections", "delete", "movies", "--force"}, ""},
  };
  const std::string token = directory_.Read("admin.token");
  int succeeded = 0;
  for (const auto& [words, stdin_text] : rows) {
    const ProgramResult plain = Run(words, stdin_text);
    std::vector<std::string> as_json = words;
    as_json.insert(as_json.end(), {"--output", "json"});
    // What stores something prints nothing as JSON.
    const ProgramResult json = stdin_text.empty() ? Run(as_json) : ProgramResult();
    succeeded += plain.exit_status == 0 ? 1 : 0;
    const std::string printed = plain.out + plain.err + json.out + json.err;
    EXPECT_THAT(ExposedForms(kSecret, printed), IsEmpty())
        << ::testing::PrintToString(words) << printed;
    EXPECT_THAT(ExposedForms(token, printed), IsEmpty()) << ::testing::PrintToString(words);
  }
  EXPECT_EQ(succeeded, 18) << "or nothing was put to the test";
}

TEST_F(CliAtServiceTest, SaysWhatDoesNotGoTogether) {
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{"connections", "rekey", "--new-passphrase"}, "works on a store"},
      {{"env", "-c", "a"}, "runner-shim"},
      {{"repos", "--service", "x", "--store", "s"}, "--service cannot go with --store"},
      {{"repos", "--key-file", "k"}, "--service cannot go with --key-file"},
      {{"repos", "--service", "http://ci.example.com"}, "--service: "},
      {{"repos", "--token-file", "/none"}, "token file"},
      {{"connections", "set", "a", "--plaintext", "--type", "aws", "--json", "-"}, "--plaintext"},
  };
  for (const auto& [words, says] : rows) EXPECT_THAT(Fail(1, words, "{}"), HasSubstr(says));
  EXPECT_THAT(Fail(2, {"attach", "movies"}), HasSubstr("--repo"));
  EXPECT_THAT(Fail(2, {"attach", "movies", "--repo", "a b"}), HasSubstr("repo: expected"));
  EXPECT_THAT(Fail(2, {"tokens", "create", "--role", "root"}), HasSubstr("--role"));
  EXPECT_THAT(Fail(2, {"apply"}), HasSubstr("-f FILE"));
}

// A store that is named wins over a service that is only set.
TEST_F(CliAtServiceTest, AStoreThatIsNamedIsUsed) {
  EXPECT_THAT(Fail(1, {"connections", "list", "--store", directory_ / "none.json"}),
              HasSubstr("no such file"));
}

}  // namespace
}  // namespace injector::testing
