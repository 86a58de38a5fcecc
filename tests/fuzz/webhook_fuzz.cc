// Any bytes as what an API server posts, under both kinds of configuration: an answer that is JSON,
// never an inner error; a patch can be applied to the pod, and then nothing is left to do.

#include <nlohmann/json.hpp>
#include <string>

#include "injector/base/base64.h"
#include "injector/webhook/webhook_api.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

using namespace injector;
using nlohmann::json;

webhook::Config MakeConfig(const std::string& more) {
  const std::string text =
      "version: 1\nshim_image: shim\nsidecar_image: sidecar\nservice: https://service.test\n"
      "repo: web\nimages: {web: {entrypoint: [/web], cmd: [serve]}}\n";
  return webhook::ParseConfig(text + more, "config").value();
}

json Ask(webhook::WebhookApi& api, std::string_view body) {
  http::ServerRequest request;
  request.method = "POST";
  request.path = "/mutate";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = Secret::CopyOf(body);
  const http::ServerResponse response = api.Answer(request);
  fuzz::Require(response.status == 200 || response.status == 400);
  const json answer = json::parse(response.body.Reveal());
  return response.status == 200 ? answer["response"] : json();
}

void Check(webhook::WebhookApi& api, std::string_view body) {
  const json answer = Ask(api, body);
  if (!answer.contains("patch")) return;
  const auto patch = Base64Decode(answer["patch"].get<std::string>());
  json review = json::parse(body);
  json& pod = review["request"]["object"];
  pod = pod.patch(json::parse(patch->Reveal()));
  const json again = Ask(api, review.dump());
  fuzz::Require(again["allowed"] == true && !again.contains("patch"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static rest::Log log(rest::Log::Level::kError);
  static webhook::WebhookApi native(MakeConfig("token: {secret: runner}\n"), log);
  static webhook::WebhookApi ordinary(
      MakeConfig("token: {audience: injector}\nsidecar: ordinary\nauthority: {secret: runner}\n"),
      log);
  const std::string_view text = fuzz::TextOf(data, size);
  Check(native, text);
  Check(ordinary, text);
  return 0;
}
