// Any bytes as a template: no crash; a text without references renders to its own pieces, one with
// references to something or to an error, and what a value brings in is never looked at again.

#include "injector/templates/scope.h"
#include "injector/templates/template.h"
#include "tests/fuzz/fuzz_support.h"

namespace {

using namespace injector;

const Connection& Database() {
  static const Connection database = [] {
    Connection made;
    made.name = {"mysql", "a.b"};
    made.fields.push_back({"host", Value::String("{{ var.x }}")});
    made.fields.push_back({"b", Value::String("c")});
    return made;
  }();
  return database;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::TextOf(data, size);
  const Result<Template> source = Template::Parse(text, "f");
  if (!source.ok()) return 0;
  if (!LooksLikeTemplate(text)) {
    fuzz::Require(source->references().empty());
    const Result<RenderedText> same = Render(*source, TemplateScope());
    fuzz::Require(same.ok() && same->text.Reveal() == text);
  }
  for (const TemplateReference& reference : source->references()) {
    fuzz::Require(!reference.ToString().empty());
    if (reference.kind == TemplateReference::Kind::kConnection) {
      static_cast<void>(PossibleConnections(reference));  // none, if no connection can be called so
    }
  }
  Variable variable;
  variable.key = "x";
  variable.value = Secret::CopyOf("y");
  TemplateScope scope;
  scope.Add(Database());
  scope.Add(variable);
  const Result<RenderedText> rendered = Render(*source, scope);
  fuzz::Require(rendered.ok() || !rendered.error().message().empty());
  return 0;
}
