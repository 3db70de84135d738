// What a site's hierarchy adds: a release and a server's pages, closed, written, read and loaded again.
#include <gmock/gmock.h>

#include "base/sha256.h"
#include "knowledge/lookup.h"
#include "load_support.h"
#include "support/shipped_data.h"
#include "support/small_release.h"
#include "terminology/expansion.h"
#include "terminology/release.h"

namespace trialcds::test {
namespace {

using mappings::Closing;
using mappings::NumericCodes;
using mappings::Overlay;
using mappings::Release;
using mappings::ReleaseFile;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Closing &shipped_closing() {
    static const Closing closing = *mappings::closing_of(shipped_files());
    return closing;
}

base::Result<void> take_all(Release &release, ReleaseFile kind, const std::string &name,
                            std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find("\r\n");
        if (auto taken = release.take(kind, name, number, text.substr(0, end)); !taken) return taken;
        text.remove_prefix(end + 2);
    }
    return {};
}

base::Result<mappings::Closed> close(const SmallRelease &small) {
    Release release(shipped_closing());
    if (auto taken = take_all(release, ReleaseFile::concepts, "concepts", small.concepts()); !taken)
        return tl::make_unexpected(taken.error());
    if (auto taken = take_all(release, ReleaseFile::relationships, "relationships", small.relationships());
        !taken)
        return tl::make_unexpected(taken.error());
    if (auto taken = take_all(release, ReleaseFile::descriptions, "names", small.descriptions()); !taken)
        return tl::make_unexpected(taken.error());
    if (auto taken = take_all(release, ReleaseFile::maps, "maps", small.maps()); !taken)
        return tl::make_unexpected(taken.error());
    return release.close();
}

const NumericCodes &codes_of(const Overlay &overlay, const std::string &value_set) {
    for (const Overlay::Set &set : overlay.value_sets)
        if (set.id == value_set) return set.codes;
    throw std::runtime_error("no value set " + value_set);
}

const Overlay::Subject &subject(const Overlay &overlay, const std::string &id) {
    for (const Overlay::Subject &each : overlay.concerns)
        if (each.id == id) return each;
    throw std::runtime_error("no concern " + id);
}

TEST(Terminology, ADescendantIsInTheSetOfItsNearestRoot) {
    const auto closed = close(SmallRelease());
    ASSERT_TRUE(closed.has_value()) << closed.error().location << closed.error().public_text;
    const Overlay &overlay = closed->overlay;
    EXPECT_THAT(codes_of(overlay, "other-rheumatic-disease"), ElementsAre(9000001019U))
        << "without the inactive one";
    EXPECT_THAT(codes_of(overlay, "systemic-sclerosis"), ElementsAre(9000001088U))
        << "neither what is listed nor what stands below a nearer root";
    EXPECT_THAT(codes_of(overlay, "limited-ssc"), ElementsAre(9000001074U));
    EXPECT_THAT(codes_of(overlay, "stem-cell-transplant"), ElementsAre(9000001116U));
    EXPECT_EQ(overlay.version, "20260401");
    EXPECT_THAT(closed->missing, Contains(77386006U));
}

TEST(Terminology, OfAReleaseOnlyWhatHasNothingToDoWithAConcernIsSomethingElse) {
    const auto closed = close(SmallRelease());
    ASSERT_TRUE(closed.has_value());
    const Overlay::Subject &rheumatic = subject(closed->overlay, "rheumatic");
    EXPECT_TRUE(rheumatic.clears);
    EXPECT_THAT(rheumatic.possible, AllOf(Contains(9000001026U), Contains(31996006U)));
    EXPECT_THAT(rheumatic.silent,
                ElementsAre(89155008U, 9000001003U, 9000001042U, 9000001057U, 9000001100U, 9000001128U))
        << "above a root, due to what stands below one, named like it, a situation about it, mapped near it";
    EXPECT_THAT(closed->overlay.held, Contains(9000001035U));
    EXPECT_THAT(closed->overlay.held, Not(Contains(9000001061U)));
    EXPECT_THAT(closed->overlay.held, Not(Contains(9000001137U))) << "ICD-10 does not say what it is";
    EXPECT_FALSE(subject(closed->overlay, "transplant").clears) << "a root is not in this release";
    EXPECT_FALSE(subject(closed->overlay, "childbearing").clears) << "it names no roots of its own";
}

TEST(Terminology, ABrokenReleaseIsToldWithFileAndLine) {
    SmallRelease circle;
    circle.more_relationships = SmallRelease::relationship("69896004", "9000001019", "116680003");
    auto closed = close(circle);
    ASSERT_FALSE(closed.has_value());
    EXPECT_THAT(closed.error().location, HasSubstr("relationships:"));
    EXPECT_THAT(closed.error().public_text, HasSubstr("circle"));

    SmallRelease cut;
    cut.more_relationships = "1\t20260401\t1\t1\t6989\r\n";
    closed = close(cut);
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().location, "relationships:31");
    EXPECT_THAT(closed.error().public_text, HasSubstr("10 columns"));

    SmallRelease foreign;
    foreign.more_relationships = SmallRelease::relationship("9000001144", "69896004", "116680003");
    closed = close(foreign);
    ASSERT_FALSE(closed.has_value());
    EXPECT_THAT(closed.error().public_text, HasSubstr("the whole edition"));

    Release release(shipped_closing());
    EXPECT_THAT(release.take(ReleaseFile::concepts, "f", 1, "id\tactive").error().location, "f:1");
}

TEST(Terminology, AReleaseOfWhichRowsAreMissingIsRefused) {
    SmallRelease orphan;
    orphan.concepts_in_it.push_back({"9000001144", ""});
    auto closed = close(orphan);
    ASSERT_FALSE(closed.has_value());
    EXPECT_THAT(closed.error().public_text, HasSubstr("2 active concepts have no parent"));

    Release release(shipped_closing());
    const SmallRelease small;
    const std::string names = small.descriptions();
    ASSERT_TRUE(take_all(release, ReleaseFile::concepts, "concepts", small.concepts()));
    ASSERT_TRUE(take_all(release, ReleaseFile::relationships, "relationships", small.relationships()));
    const std::size_t last_row = names.rfind("\r\n", names.size() - 3) + 2;
    ASSERT_TRUE(take_all(release, ReleaseFile::descriptions, "names", names.substr(0, last_row)));
    const auto cut = release.close();
    ASSERT_FALSE(cut.has_value());
    EXPECT_THAT(cut.error().public_text, HasSubstr("1 active concepts have no name"));
}

TEST(Terminology, RowsThatAreNoLongerActiveAreLeftOut) {
    SmallRelease small;
    small.more_relationships = SmallRelease::relationship("9000001035", "69896004", "116680003", false);
    const auto closed = close(small);
    ASSERT_TRUE(closed.has_value());
    EXPECT_THAT(codes_of(closed->overlay, "other-rheumatic-disease"), ElementsAre(9000001019U));
}

TEST(Terminology, TheFileIsReadBackAsItWasWritten) {
    Overlay overlay = close(SmallRelease())->overlay;
    overlay.source = "small";
    overlay.made = "2026-11-22";
    const std::string text = mappings::write_overlay(overlay);
    const auto read = mappings::read_overlay(text, "x.txt");
    ASSERT_TRUE(read.has_value()) << read.error().public_text;
    EXPECT_EQ(mappings::write_overlay(*read), text);
    EXPECT_EQ(read->held, overlay.held);
}

std::string sealed(const std::string &body) {
    return "trial-cds terminology 1\nsha256 " + base::sha256(body) + "\n" + body;
}

TEST(Terminology, AFileThatWasChangedOrIsNotWholeIsRefused) {
    Overlay overlay = close(SmallRelease())->overlay;
    overlay.source = "small";
    overlay.made = "2026-11-22";
    const std::string text = mappings::write_overlay(overlay);
    const auto refusal = [](const std::string &changed) {
        const auto read = mappings::read_overlay(changed, "terminology/x.txt");
        return read ? "" : read.error().location + ": " + read.error().public_text;
    };
    std::string changed = text;
    changed.replace(changed.find("9000001019"), 10, "9000001020");
    EXPECT_THAT(refusal(changed), HasSubstr("terminology/x.txt: It was changed or cut"));
    EXPECT_THAT(refusal(text.substr(0, text.size() - 4)), HasSubstr("checksum"));
    EXPECT_THAT(refusal("{}"), HasSubstr("first line"));
    EXPECT_THAT(refusal("trial-cds terminology 2" + text.substr(23)), HasSubstr("another version"));
    EXPECT_THAT(refusal(sealed("made-for a\nsystem b\nheld\n2\n1\nend\n")), HasSubstr("Line 7 has no place"));
    EXPECT_THAT(refusal(sealed("made-for a\nsystem b\nheld\n1\n")), HasSubstr("no end"));
    EXPECT_THAT(refusal(sealed("1\nend\n")), HasSubstr("Line 3"));
}

std::string overlay_text(const Closing &closing, const std::string &mark) {
    Overlay overlay;
    overlay.made_for = mark;
    overlay.source = "small";
    overlay.version = "1";
    overlay.made = "2026-11-22";
    overlay.system = closing.system;
    return mappings::write_overlay(overlay);
}

std::vector<base::Error> errors_with(const std::vector<mappings::File> &more) {
    std::vector<mappings::File> files = shipped_files();
    files.insert(files.end(), more.begin(), more.end());
    const auto loaded = mappings::load_knowledge(files);
    return loaded ? std::vector<base::Error>() : loaded.error();
}

TEST(Terminology, AFileForOtherValueSetsIsRefused) {
    const std::string fitting = overlay_text(shipped_closing(), shipped_closing().mark());
    EXPECT_THAT(errors_with({{"terminology/a.txt", fitting}}), IsEmpty());
    const auto other = errors_with({{"terminology/a.txt", overlay_text(shipped_closing(), "0")}});
    ASSERT_EQ(other.size(), 1U);
    EXPECT_THAT(other[0].public_text, HasSubstr("made for other value sets"));
    const auto two = errors_with({{"terminology/a.txt", fitting}, {"terminology/b.txt", fitting}});
    ASSERT_EQ(two.size(), 1U);
    EXPECT_THAT(two[0].public_text, HasSubstr("two files"));
}

TEST(Terminology, ACodeBearsWhatTheLeastSureRootOfItsSetBears) {
    Overlay overlay = *mappings::read_overlay(overlay_text(shipped_closing(), shipped_closing().mark()), "");
    overlay.value_sets = {{"other-rheumatic-disease", {9000001185U}},
                          {"rheumatic-disease-review", {9000001192U}}};
    std::vector<mappings::File> files = shipped_files();
    files.push_back({"terminology/a.txt", mappings::write_overlay(overlay)});
    const auto loaded = mappings::load_knowledge(files);
    ASSERT_TRUE(loaded.has_value());
    const mappings::Lookup &lookup = *(*loaded)->catalogue.lookup;
    ASSERT_EQ(lookup.find(kSnomed, "9000001185").size(), 1U);
    EXPECT_EQ(lookup.find(kSnomed, "9000001185")[0].grade, eligibility::Grade::decides);
    ASSERT_EQ(lookup.find(kSnomed, "9000001192").size(), 1U);
    EXPECT_EQ(lookup.find(kSnomed, "9000001192")[0].grade, eligibility::Grade::confirm)
        << "as sarcoidosis does";
}

TEST(Terminology, AReleasedCodeIsLookedUpInItsOwnSystemAndForm) {
    mappings::ReleasedCodes released;
    released.system = 3;
    released.clears = 0b11;
    released.held = {100, 200, 300};
    released.exceptions = {{200, 0b01, 0b10}};
    EXPECT_EQ(released.find(3, "100").something_else, 0b11U);
    EXPECT_EQ(released.find(3, "200").possible, 0b01U);
    EXPECT_EQ(released.find(3, "200").something_else, 0U) << "possible for one, silent about the other";
    for (const char *code : {"150", "0100", "100 ", "", "abc", "99999999999999999999999"})
        EXPECT_EQ(released.find(3, code).something_else, 0U) << code;
    EXPECT_EQ(released.find(2, "100").something_else, 0U);
    EXPECT_EQ(mappings::ReleasedCodes().find(mappings::CodeTable::kNoSystem, "100").something_else, 0U);
}

TEST(Terminology, TheMarkChangesWithWhatIsAskedFor) {
    Closing closing = shipped_closing();
    closing.concerns.front().stems.emplace_back("another");
    EXPECT_NE(closing.mark(), shipped_closing().mark());
    closing = shipped_closing();
    closing.value_sets.back().roots.push_back(1);
    EXPECT_NE(closing.mark(), shipped_closing().mark());
}

TEST(Terminology, OnlyAListedCodeOfTheHierarchysSystemCanBeClosed) {
    const auto said = [](const std::string &code, const std::string &hierarchy) {
        SmallKnowledge small;
        small.with(kSsc, value_set("ssc", kSnomed, {{"89155008", ""}},
                                   R"({"url": "urn:trial-cds:descendants-of", "valueCoding": {"system": ")" +
                                       std::string(kSnomed) + R"(", "code": ")" + code + R"("}})"));
        small.with("concerns.json", R"({"concerns": [{"id": "lung", "possible": "ssc", "value_sets": ["ssc"],)"
                                    R"( "blocks": {}}])" +
                                        hierarchy + "}");
        const auto loaded = mappings::load_knowledge(small.files());
        return loaded ? std::string() : loaded.error().front().public_text;
    };
    const std::string hierarchy = R"(, "hierarchy": {"system": ")" + std::string(kSnomed) +
                                  R"(", "parent": "116680003", "kinds": ["404684003"]})";
    EXPECT_EQ(said("89155008", hierarchy), "");
    EXPECT_THAT(said("69896004", hierarchy), HasSubstr("lists itself"));
    EXPECT_THAT(said("89155008", ""), HasSubstr("hierarchy"));
}

// Three pages as a server sends them.
std::string page(const std::string &codes, int offset, const std::string &more = "", int total = 2500) {
    return R"({"resourceType": "ValueSet", "expansion": {"total": )" + std::to_string(total) +
           R"(, "offset": )" + std::to_string(offset) +
           R"(, "parameter": [{"name": "version", "valueUri": "http://snomed.info/sct|2026"}])" + more +
           R"(, "contains": [)" + codes + "]}}";
}

std::string entries(int from, int count) {
    std::string out;
    for (int i = from; i < from + count; ++i)
        out += (out.empty() ? "" : ",") +
               (R"({"system": "http://snomed.info/sct", "code": ")" + std::to_string(1'000'000 + i) + "\"}");
    return out;
}

mappings::Expansion below_1000000() {
    return {"http://snomed.info/sct", "http://snomed.info/sct", 1'000'000};
}

TEST(Expansion, IsReadPageByPage) {
    mappings::Expansion expansion = below_1000000();
    EXPECT_EQ(
        expansion.next_page(),
        "ValueSet/$expand?url=http%3A%2F%2Fsnomed.info%2Fsct%3Ffhir_vs%3Disa%2F1000000&activeOnly=true&offset=0"
        "&count=1000");
    ASSERT_TRUE(expansion.take(200, page(entries(0, 1000), 0)).has_value());
    EXPECT_THAT(expansion.next_page(), HasSubstr("&offset=1000&"));
    ASSERT_TRUE(expansion.take(200, page(entries(1000, 1000), 1000)).has_value());
    EXPECT_FALSE(expansion.whole());
    ASSERT_TRUE(expansion.take(200, page(entries(2000, 500), 2000)).has_value());
    EXPECT_TRUE(expansion.whole());
    EXPECT_TRUE(expansion.has_root());
    EXPECT_EQ(expansion.below_root().size(), 2499U);
    EXPECT_EQ(expansion.version(), "http://snomed.info/sct|2026");
}

TEST(Expansion, WhatIsInactiveIsLeftOutAndWhatIsNestedIsRead) {
    mappings::Expansion expansion = below_1000000();
    const std::string nested =
        R"({"system": "http://snomed.info/sct", "code": "1000000", "contains": [)" + entries(1, 1) +
        R"(, {"system": "http://snomed.info/sct", "code": "1000002", "inactive": true}]})";
    ASSERT_TRUE(expansion.take(200, page(nested, 0, "", 3)).has_value());
    EXPECT_TRUE(expansion.whole());
    EXPECT_THAT(expansion.below_root(), ElementsAre(1'000'001U));
}

TEST(Expansion, AListThatIsNotWholeIsAnError) {
    const auto after_first = [](int status, const std::string &body) {
        mappings::Expansion expansion = below_1000000();
        EXPECT_TRUE(expansion.take(200, page(entries(0, 1000), 0)).has_value());
        const auto taken = expansion.take(status, body);
        return taken ? std::string() : taken.error().location + ": " + taken.error().public_text;
    };
    EXPECT_THAT(after_first(200, page("", 1000)), HasSubstr("from number 1001: The list breaks off"));
    EXPECT_THAT(after_first(200, page(entries(0, 1000), 0)), HasSubstr("another page"));
    EXPECT_THAT(after_first(200, page(entries(1000, 1000), 1000, "", 2400)), HasSubstr("total changes"));
    EXPECT_THAT(after_first(200, page(entries(1000, 1501), 1000)), HasSubstr("more codes than the total"));
    EXPECT_THAT(after_first(200, page(entries(999, 1000), 1000)), IsEmpty());
    EXPECT_THAT(after_first(200, page(entries(0, 1500), 1000)), HasSubstr("comes twice"));
    EXPECT_THAT(after_first(200, page(entries(1000, 1000), 1000).substr(0, 500)), HasSubstr("breaks off"));
    EXPECT_THAT(after_first(200, page(R"({"system": "http://loinc.org", "code": "1000001"})", 1000)),
                HasSubstr("no code of the system"));
    const std::string costly =
        R"({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "too-costly"}]})";
    EXPECT_THAT(after_first(422, costly), HasSubstr("status 422 and an OperationOutcome (too-costly)"));
    EXPECT_THAT(after_first(200, costly), HasSubstr("too-costly"));
}

} // namespace
} // namespace trialcds::test
