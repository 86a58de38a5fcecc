// Any request to the service's REST interface: an answer that is JSON or text, never an inner
// error, and no secret but in a grant.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "injector/model/json.h"
#include "injector/service/connections.h"
#include "injector/service/orgs.h"
#include "injector/service/rest/rest_api.h"

namespace {

using namespace injector;

constexpr std::string_view kSecret = "fuzz-canary-0815-4711";

void Require(bool condition) {
  if (!condition) std::abort();
}

class World {
 public:
  World() {
    Require(EnsureServiceOrg(desk_).ok());
    const std::string org = CreateOrg(desk_, "acme").value();
    for (const Role role : {Role::kAdmin, Role::kDeveloper, Role::kRunner}) {
      TokenRequest request{.role = role};
      if (role == Role::kRunner) request.repos = {"web"};
      tokens_.emplace_back(IssueOperatorToken(desk_, org, request).value().token.Reveal());
    }
    tokens_.emplace_back("");
    const Principal admin{.id = "operator", .org_id = org, .role = Role::kAdmin};
    const Value body = ParseJson(R"({"name":"main","type":"aws","config":{"secret_access_key":")" +
                                 std::string(kSecret) + "\"}}")
                           .value();
    Require(Connections(desk_).Create(admin, body).ok());
  }

  // "METHOD TARGET", header lines, an empty line, the body.
  http::ServerResponse Answer(std::string_view text, std::size_t caller) {
    http::ServerRequest request;
    request.method = Take(text, ' ');
    std::string_view target = Take(text, '\n');
    request.path = Take(target, '?');
    request.query = target;
    request.headers.emplace_back("Authorization", "Bearer " + tokens_[caller % tokens_.size()]);
    for (std::string_view line = Take(text, '\n'); !line.empty(); line = Take(text, '\n')) {
      const std::string name(Take(line, ':'));
      request.headers.emplace_back(name, line);
    }
    request.body = Secret::CopyOf(text);
    request.peer.address = "192.0.2.7";
    return api_.Answer(request);
  }

 private:
  // What stands before `end`, which goes too.
  static std::string_view Take(std::string_view& text, char end) {
    const std::string_view taken = text.substr(0, text.find(end));
    text.remove_prefix(std::min(taken.size() + 1, text.size()));
    return taken;
  }
  static std::string Url() {
    const auto file = std::filesystem::temp_directory_path() /
                      ("service_fuzz-" + std::to_string(std::random_device()()) + ".db");
    return "sqlite:" + file.string();
  }

  SystemClock clock_;
  std::unique_ptr<Database> database_ = Database::Open(Url(), {}).value();
  std::unique_ptr<Keys> keys_ =
      Keys::Open(*database_, KeyText::Parse(std::string(64, '1')).value(), {}, clock_).value();
  Desk desk_{*database_, *keys_, clock_};
  rest::Log log_{rest::Log::Level::kError};
  rest::RestApi api_{desk_, log_, {}};
  std::vector<std::string> tokens_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const http::ServerResponse response = world.Answer(text, data[0]);
  Require(response.status < 500);
  const bool json = response.content_type.ends_with("json");
  Require(!json || ParseJson(response.body.Reveal()).ok());
  Require(response.body.Reveal().find(kSecret) == std::string_view::npos);
  return 0;
}
