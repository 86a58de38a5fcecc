// Any bytes as a .env file: no crash, and the connections.yaml that is made of it is one.

#include "injector/base/utf8.h"
#include "injector/base/variable_name.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/exchange/dotenv_migration.h"
#include "injector/sources/connections_file/connections_file.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace injector;
  const std::string_view text = fuzz::TextOf(data, size);
  const Result<std::vector<DotenvEntry>> entries = ParseDotenv(text, "f");
  if (!entries.ok()) return 0;
  for (const DotenvEntry& entry : *entries) fuzz::Require(IsVariableName(entry.name));
  if (!IsValidUtf8(text)) return 0;
  const DotenvMigration migration = MigrateDotenv(*entries);
  const Result<Secret> yaml = WriteConnectionsYaml(migration.connections);
  if (!yaml.ok()) return 0;
  const Result<ConnectionsFile> file = ConnectionsFile::Parse(yaml->Reveal(), "g");
  fuzz::Require(file.ok() && file->connections().size() == migration.connections.size());
  return 0;
}
