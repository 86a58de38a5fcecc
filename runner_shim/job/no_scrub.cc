#include "runner_shim/job/no_scrub.h"

#include <algorithm>
#include <string_view>

#include "injector/model/catalogue.h"

namespace runner_shim {
namespace {

using injector::Connection;
using injector::ConnectionName;
using injector::Error;
using injector::ErrorCode;
using injector::ScrubValue;

bool Names(std::string_view reference, const Connection& connection) {
  return reference == connection.name.alias || reference == connection.name.Full() ||
         (connection.is_default && reference == "@" + connection.name.type);
}

// Whether `value` is `connection`'s field `field`, in whatever spelling.
bool IsField(const ScrubValue& value, const ConnectionName& name, std::string_view field) {
  const std::string label = name.type + "." + name.alias + ".";
  return value.name.starts_with(label) &&
         injector::CanonicalFieldName(name.type, value.name.substr(label.size())) ==
             injector::CanonicalFieldName(name.type, field);
}

// An alias and a field may both hold dots, so every dot may be the one between them.
bool Matches(const ScrubValue& value, std::string_view exception,
             const injector::FetchedItems& fetched) {
  if (value.name == exception) return true;
  for (std::size_t dot = exception.find('.'); dot != std::string_view::npos;
       dot = exception.find('.', dot + 1)) {
    const std::string_view reference = exception.substr(0, dot);
    const std::string_view field = exception.substr(dot + 1);
    for (const auto& connection : fetched.connections) {
      if (connection && Names(reference, connection->item) &&
          IsField(value, connection->item.name, field)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

injector::Result<std::vector<ScrubValue>> WithoutExceptions(std::vector<ScrubValue> values,
                                                            const JobOptions& options,
                                                            const injector::FetchedItems& fetched) {
  for (const std::string& exception : options.no_scrub) {
    const std::size_t removed = std::erase_if(
        values, [&](const ScrubValue& value) { return Matches(value, exception, fetched); });
    if (removed == 0) {
      return Error(ErrorCode::kNotFound, std::string(options.NameOf("--no-scrub")) + " " +
                                             exception +
                                             ": no such secret among what the job asks for")
          .WithHint("REF.FIELD, with REF as in -c; runner-shim --dry-run shows the names");
    }
  }
  return values;
}

}  // namespace runner_shim
