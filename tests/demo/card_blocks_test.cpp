#include "card_blocks.h"

#include <string>

#include <gmock/gmock.h>

namespace trialcds {
namespace {

std::string blocks(std::string_view markdown) {
    json::Writer out;
    demo::write_blocks(out, markdown);
    return out.take();
}

TEST(CardBlocks, TellHeadingsBulletsAndParagraphsApart) {
    EXPECT_EQ(blocks("### Why\n\n- one\n- two\n\nthe end"),
              R"([{"heading":true,"spans":[{"text":"Why","strong":false}]},)"
              R"({"bullets":{"items":[{"spans":[{"text":"one","strong":false}]},)"
              R"({"spans":[{"text":"two","strong":false}]}]}},)"
              R"({"paragraph":true,"spans":[{"text":"the end","strong":false}]}])");
}

TEST(CardBlocks, SayStrongWordsAndUndoEscapes) {
    EXPECT_EQ(blocks(R"(**Stop**: 2 \* 3 &lt; 7 \<b\>)"),
              R"([{"paragraph":true,"spans":[{"text":"Stop","strong":true},)"
              R"({"text":": 2 * 3 < 7 <b>","strong":false}]}])");
    EXPECT_EQ(blocks("2 ** 3"), R"([{"paragraph":true,"spans":[{"text":"2 ** 3","strong":false}]}])");
}

TEST(CardBlocks, KeepATablesCellsWithoutTheRuleUnderItsTitles) {
    EXPECT_EQ(blocks("| A | B |\n| --- | --- |\n| 1 \\| 2 |  |"),
              R"([{"grid":{"rows":[{"titles":true,"cells":[{"spans":[{"text":"A","strong":false}]},)"
              R"({"spans":[{"text":"B","strong":false}]}]},)"
              R"({"titles":false,"cells":[{"spans":[{"text":"1 | 2","strong":false}]},{"spans":[]}]}]}}])");
}

TEST(CardBlocks, LoseNothingOfWhatTheyDoNotKnow) {
    EXPECT_EQ(blocks("#5 is no heading, [words](https://a.example) stay"),
              R"([{"paragraph":true,"spans":[)"
              R"({"text":"#5 is no heading, [words](https://a.example) stay","strong":false}]}])");
    EXPECT_EQ(blocks(""), "[]");
}

} // namespace
} // namespace trialcds
