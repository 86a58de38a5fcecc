#include "injector/webhook/json_patch.h"

#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector::webhook {
namespace {

std::vector<Value> Items(std::initializer_list<const char*> texts) {
  std::vector<Value> items;
  for (const char* text : texts) items.push_back(Value::String(std::string_view(text)));
  return items;
}

std::string TextOf(JsonPatch patch) {
  return std::string(WriteJson(std::move(patch).Build()).Reveal());
}

TEST(JsonPointerTest, EscapesWhatAStepMayHold) {
  EXPECT_EQ(JsonPointer({}), "");
  EXPECT_EQ(JsonPointer({"a", "0", ""}), "/a/0/");
  EXPECT_EQ(JsonPointer({"injector/status~1"}), "/injector~1status~01");
}

TEST(JsonPatchTest, MakesAListThatIsNotThere) {
  JsonPatch patch;
  patch.Prepend("/a", nullptr, Items({"x", "y"}));
  EXPECT_EQ(TextOf(std::move(patch)), R"([{"op":"add","path":"/a","value":["x","y"]}])");
}

TEST(JsonPatchTest, KeepsTheOrderAtBothEnds) {
  const Value list = Value::List({});
  JsonPatch patch;
  patch.Prepend("/a", &list, Items({"x", "y"}));
  JsonPatch more;
  more.Append("/a", &list, Items({"z"}));
  patch.Join(std::move(more));
  EXPECT_EQ(TextOf(std::move(patch)), R"([{"op":"add","path":"/a/0","value":"x"},)"
                                      R"({"op":"add","path":"/a/1","value":"y"},)"
                                      R"({"op":"add","path":"/a/-","value":"z"}])");
}

}  // namespace
}  // namespace injector::webhook
