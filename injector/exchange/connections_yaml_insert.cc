#include "injector/exchange/connections_yaml_insert.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/model/connection_json.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/yaml/parse.h"
#include "injector/yaml/write.h"

namespace injector {
namespace {

constexpr std::string_view kConnections = "connections";
// WriteYaml's step.
constexpr std::size_t kStep = 2;

// Where new lines go, and what they hold.
struct Gap {
  std::size_t first = 0;   // lines before: at least these
  std::size_t end = 0;     // lines before: at most these
  std::size_t column = 0;  // blanks before the outermost key
  std::size_t step = kStep;
  Value value;
};

Value MapOf(std::string_view key, Value value) {
  std::vector<Value::Member> members;
  members.push_back({std::string(key), std::move(value)});
  return Value::Map(std::move(members));
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

bool IsBlankOrComment(std::string_view line) {
  const std::string_view content = StripAsciiSpace(line);
  return content.empty() || content.front() == '#';
}

// The first line, counted from 1, after `line` and before `limit` that a key of `map` stands in;
// else `limit`.
std::size_t FirstLineAfter(const YamlNode& map, std::size_t line, std::size_t limit) {
  for (const YamlNode::Member& member : map.members) {
    if (member.position.line > line) limit = std::min(limit, member.position.line);
  }
  return limit;
}

// The blanks before its keys.
std::size_t ColumnOf(const YamlNode& map) {
  return map.members.empty() ? 0 : map.members.front().position.column - 1;
}

// The line of the last key inside `member`, else its own: what `*alias` means stands further up.
std::size_t LastKeyLine(const YamlNode::Member& member) {
  const std::vector<YamlNode::Member>& members = member.value.members;
  return std::max(member.position.line, members.empty() ? 0 : members.back().position.line);
}

class Inserter {
 public:
  Inserter(std::string_view text, const std::string& name, const Connection& connection)
      : text_(text), name_(name), connection_(connection), lines_(LinesOf(text)) {}

  Result<Secret> Run() const {
    ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text_, name_));
    ASSIGN_OR_RETURN(const std::optional<ConnectionsFile> file, ParseIfThere(root));
    const Before before = file ? Before(file->connections()) : Before();
    for (const FileConnection& there : before) {
      if (there.unresolved.name == connection_.name) return AlreadyAt(there.position);
    }
    ASSIGN_OR_RETURN(const Value whole, ConnectionsYamlDocument({&connection_, 1}));
    const Gap gap = FindGap(root, whole);
    // Comments before the next key are most likely about that; but what looks like a comment may be
    // the end of a long text.
    for (const std::size_t line : {AfterContent(gap), gap.end}) {
      Secret inserted = InsertAt(line, gap);
      if (IsWhatWasMeant(inserted.Reveal(), before)) return inserted;
    }
    return Error(ErrorCode::kFailedPrecondition,
                 name_ + ": " + connection_.name.Full() +
                     " cannot be put in without changing how the file is written");
  }

 private:
  using Before = std::span<const FileConnection>;

  // nullopt when nothing of it is written yet, or not `connections`.
  Result<std::optional<ConnectionsFile>> ParseIfThere(const YamlNode& root) const {
    const bool empty = root.kind == YamlNode::Kind::kNull ||
                       (root.kind == YamlNode::Kind::kMap && root.Find(kConnections) == nullptr);
    if (empty) return std::optional<ConnectionsFile>();
    ASSIGN_OR_RETURN(ConnectionsFile file, ConnectionsFile::Parse(text_, name_));
    return std::optional<ConnectionsFile>(std::move(file));
  }

  Error AlreadyAt(TextPosition position) const {
    Error problem = ErrorAt(name_, position, connection_.name.Full() + ": is there already");
    return Error(ErrorCode::kAlreadyExists, problem.message()).WithHint("give it another name");
  }

  Gap FindGap(const YamlNode& root, const Value& whole) const {
    const std::size_t end = lines_.size();
    if (root.kind == YamlNode::Kind::kNull) return {end, end, 0, kStep, whole.Clone()};
    const Value& types = *whole.Find(kConnections);
    const YamlNode::Member* connections = MemberOf(root, kConnections);
    if (connections == nullptr) {
      return {0, end, ColumnOf(root), kStep, MapOf(kConnections, types.Clone())};
    }
    const YamlNode& there = connections->value;
    const std::size_t line = connections->position.line;
    if (there.members.empty()) {
      return {line, FirstLineAfter(root, line, end + 1) - 1, ColumnOf(root) + kStep, kStep,
              types.Clone()};
    }
    const std::size_t column = ColumnOf(there);
    const std::size_t step = column > ColumnOf(root) ? column - ColumnOf(root) : kStep;
    const YamlNode::Member* type = MemberOf(there, connection_.name.type);
    if (type == nullptr) {
      const std::size_t last = LastKeyLine(*connections);
      return {last, FirstLineAfter(root, last, end + 1) - 1, column, step, types.Clone()};
    }
    const std::size_t last = LastKeyLine(*type);
    const std::size_t next = FirstLineAfter(there, last, FirstLineAfter(root, last, end + 1));
    return {last, next - 1, type->value.members.empty() ? column + step : ColumnOf(type->value),
            step, types.Find(connection_.name.type)->Clone()};
  }

  static const YamlNode::Member* MemberOf(const YamlNode& map, std::string_view key) {
    for (const YamlNode::Member& member : map.members) {
      if (member.key == key) return &member;
    }
    return nullptr;
  }

  std::size_t AfterContent(const Gap& gap) const {
    std::size_t line = gap.end;
    while (line > gap.first && IsBlankOrComment(lines_[line - 1])) --line;
    return line;
  }

  Secret InsertAt(std::size_t line, const Gap& gap) const {
    const std::string_view newline =
        !lines_.empty() && lines_.front().ends_with("\r\n") ? "\r\n" : "\n";
    SecretBuilder out;
    for (std::size_t i = 0; i < line; ++i) out.Append(lines_[i]);
    if (line > 0 && !lines_[line - 1].ends_with('\n')) out.Append(newline);
    const Secret yaml = WriteYaml(gap.value);
    for (std::string_view added : LinesOf(yaml.Reveal())) {
      const std::size_t depth = added.find_first_not_of(' ') / kStep;
      out.Append(std::string(gap.column + depth * gap.step, ' '));
      added.remove_prefix(depth * kStep);
      out.Append(added.substr(0, added.size() - 1));
      out.Append(newline);
    }
    for (std::size_t i = line; i < lines_.size(); ++i) out.Append(lines_[i]);
    return std::move(out).Build();
  }

  // Whether `text` holds the connection, and beside it what was there `before`.
  bool IsWhatWasMeant(std::string_view text, Before before) const {
    const Result<ConnectionsFile> file = ConnectionsFile::Parse(text, name_);
    if (!file.ok() || file->connections().size() != before.size() + 1) return false;
    std::size_t old = 0;
    for (const FileConnection& now : file->connections()) {
      const bool is_new = now.unresolved.name == connection_.name;
      if (!is_new && old == before.size()) return false;
      const Connection& wanted = is_new ? connection_ : before[old++].unresolved;
      if (!AreSame(now.unresolved, wanted)) return false;
    }
    return true;
  }

  static bool AreSame(const Connection& a, const Connection& b) {
    return a.name == b.name && a.is_default == b.is_default &&
           ConnectionContent(a) == ConnectionContent(b);
  }

  std::string_view text_;
  const std::string& name_;
  const Connection& connection_;
  std::vector<std::string_view> lines_;
};

}  // namespace

Result<Secret> InsertIntoConnectionsYaml(std::string_view text, const std::string& name,
                                         const Connection& connection) {
  return Inserter(text, name, connection).Run();
}

Result<Secret> ConnectionsYamlLines(const Connection& connection) {
  ASSIGN_OR_RETURN(const Value whole, ConnectionsYamlDocument({&connection, 1}));
  return WriteYaml(*whole.Find(kConnections));
}

}  // namespace injector
