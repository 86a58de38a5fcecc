#include "runner_shim/job/values_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/base/unique_fd.h"
#include "injector/model/json.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::RetryOnEintr;
using injector::Secret;
using injector::UniqueFd;
using injector::Value;

constexpr std::size_t kLargestFile = std::size_t{64} << 20;
constexpr std::string_view kHint =
    R"(it holds ["text", {"base64": "…"}, {"name": "…", "value": "…"}])";

bool IsString(const Value* value) {
  return value != nullptr && value->kind() == Value::Kind::kString;
}

// The one of "value" and "base64" that `element` has, decoded; nullopt if it is not just that.
std::optional<Secret> ValueOf(const Value& element) {
  const Value* const text = element.Find("value");
  const Value* const base64 = element.Find("base64");
  const Value* const name = element.Find("name");
  const std::size_t known = (text ? 1U : 0U) + (base64 ? 1U : 0U) + (name ? 1U : 0U);
  if (element.members().size() != known || (text != nullptr) == (base64 != nullptr)) return {};
  if (name != nullptr && !IsString(name)) return {};
  if (IsString(text)) return text->string().Clone();
  if (IsString(base64)) return injector::Base64Decode(base64->string().Reveal());
  return {};
}

Result<ScrubSecret> ParseElement(const Value& element, std::size_t number) {
  const std::string place = std::to_string(number);
  std::string name = "value-" + place;
  if (IsString(&element)) return ScrubSecret{.name = name, .value = element.string().Clone()};
  std::optional<Secret> value;
  if (element.kind() == Value::Kind::kMap) {
    value = ValueOf(element);
    if (const Value* given = element.Find("name"); IsString(given)) {
      name = given->string().Reveal();
    }
  }
  if (value) return ScrubSecret{.name = std::move(name), .value = *std::move(value)};
  return Error(ErrorCode::kInvalidArgument,
               "element " + place +
                   R"(: expected a string, {"base64": …} or {"name": …, "value": …})")
      .WithHint(std::string(kHint));
}

// Reading it would take the stream that is to be scrubbed.
bool IsOurStdin(int fd) {
  struct stat file {};
  struct stat input {};
  return ::fstat(fd, &file) == 0 && ::fstat(STDIN_FILENO, &input) == 0 && !S_ISREG(file.st_mode) &&
         file.st_dev == input.st_dev && file.st_ino == input.st_ino &&
         file.st_rdev == input.st_rdev;
}

}  // namespace

Result<std::vector<ScrubSecret>> ParseValues(std::string_view json) {
  ASSIGN_OR_RETURN(const Value document, injector::ParseJson(json));
  if (document.kind() != Value::Kind::kList) {
    return Error(ErrorCode::kInvalidArgument, "expected a JSON array").WithHint(std::string(kHint));
  }
  std::vector<ScrubSecret> secrets;
  for (const Value& element : document.items()) {
    ASSIGN_OR_RETURN(ScrubSecret secret, ParseElement(element, secrets.size() + 1));
    secrets.push_back(std::move(secret));
  }
  return secrets;
}

Result<std::vector<ScrubSecret>> ReadValuesFile(const std::string& path) {
  const UniqueFd fd(RetryOnEintr([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd.valid()) return Error::FromErrno(errno, "open " + path);
  if (IsOurStdin(fd.get())) {
    return Error(ErrorCode::kInvalidArgument, path + ": is stdin, the stream to be scrubbed");
  }
  ASSIGN_OR_RETURN(const Secret text, injector::ReadAll(fd.get(), path, kLargestFile));
  Result<std::vector<ScrubSecret>> secrets = ParseValues(text.Reveal());
  if (!secrets.ok()) return std::move(secrets).error().WithContext(path);
  return secrets;
}

}  // namespace runner_shim
