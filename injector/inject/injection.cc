#include "injector/inject/injection.h"

namespace injector {

Secret ContentIn(const Injection& injection, const InjectedFile& file, std::string_view directory) {
  const std::string_view content = file.content.Reveal();
  SecretBuilder written;
  std::size_t done = 0;
  for (const PathMention& mention : file.mentions) {
    written.Append(content.substr(done, mention.offset - done));
    written.Append(directory);
    written.Append('/');
    written.Append(injection.files[mention.file].name);
    done = mention.offset;
  }
  written.Append(content.substr(done));
  return std::move(written).Build();
}

}  // namespace injector
