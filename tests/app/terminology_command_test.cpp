// trial-cds terminology: a site's release or server, the file that it gives, and the verdicts that change with
// it.
#include "configured_program.h"
#include "support/small_release.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A copy of the shipped knowledge that a site may add to.
void copy_knowledge(const test::Folder &folder) {
    const auto shipped = test::shipped_data_folder();
    for (const char *name : {"data", "schema"})
        std::filesystem::copy(shipped.parent_path() / name, folder.file(name),
                              std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(folder.file("data/terminology"));
}

void write_release(const test::Folder &folder, const test::SmallRelease &release = {}) {
    (void)folder.write("rf2/" + std::string(test::kConceptFile), release.concepts());
    (void)folder.write("rf2/" + std::string(test::kRelationshipFile), release.relationships());
    (void)folder.write("rf2/" + std::string(test::kDescriptionFile), release.descriptions());
    (void)folder.write("rf2/" + std::string(test::kMapFile), release.maps());
}

test::Ran close_by_release(const test::Folder &folder) {
    return test::run({"terminology", "--rf2", folder.file("rf2"), "--out",
                      folder.file("data/terminology/snomed.txt"), "--data", folder.file("data")});
}

// The patient of whom nothing speaks against, with one further condition that has a code and no words.
std::string bundle_with(const std::string &code) {
    std::string bundle = test::case_bundle("base-clean-potential-candidate");
    const std::size_t at = bundle.find('[', bundle.find("\"entry\"")) + 1;
    return bundle.insert(at, R"({"resource": {"resourceType": "Condition", "id": "added", "subject": )"
                             R"({"reference": "Patient/base-clean-potential-candidate"}, "code": {"coding": )"
                             R"([{"system": "http://snomed.info/sct", "code": ")" +
                                 code + R"("}]}}},)");
}

struct Verdict {
    std::string outcome, basis, leaning;
};

Verdict e1_of(const test::Folder &folder, const std::string &code) {
    const auto ran = test::run({"evaluate", "--as-of", "2026-11-22", "--data", folder.file("data"),
                                folder.write("patient.json", bundle_with(code))});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto document = json::Document::parse(ran.out);
    if (document)
        for (const json::Value criterion : document->root()["criteria"].elements())
            if (criterion["id"].text() == "E1")
                return {std::string(criterion["outcome"].text()), std::string(criterion["basis"].text()),
                        std::string(criterion["leaning"].text())};
    return {};
}

TEST(TerminologyCommand, AReleaseTellsWhatACodeIs) {
    const test::Folder folder;
    copy_knowledge(folder);
    write_release(folder);
    for (const char *code : {"9000001035", "9000001019", "9000001026"})
        EXPECT_EQ(e1_of(folder, code).outcome, "unknown") << "not understood yet: " << code;

    const auto ran = close_by_release(folder);
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, StartsWith("sct2_Concept_Snapshot_INT_20260401.txt, version 20260401\n"));
    EXPECT_THAT(ran.out, HasSubstr("value set other-rheumatic-disease: 1 codes"));
    EXPECT_THAT(ran.out, HasSubstr("not held by it, so nothing stands below: 77386006"));

    const Verdict other = e1_of(folder, "9000001035");
    EXPECT_EQ(other.outcome, "passes") << "something else";
    EXPECT_EQ(other.basis, "no_record");
    EXPECT_EQ(e1_of(folder, "9000001019").outcome, "fails") << "a descendant of rheumatoid arthritis";
    const Verdict possible = e1_of(folder, "9000001026");
    EXPECT_EQ(possible.outcome, "unknown") << "below vasculitis, in no value set";
    EXPECT_EQ(possible.leaning, "fails");
    for (const char *code : {"9000001003", "9000001042", "9000001057", "9000001100", "9000001128", "9000001137",
                             "9000001061", "9000001171"})
        EXPECT_EQ(e1_of(folder, code).outcome, "unknown")
            << "above a root, due to one, named or mapped near, unmapped, inactive, not in the release: "
            << code;
}

TEST(TerminologyCommand, CheckShowsWhereTheCodesAreFrom) {
    const test::Folder folder;
    copy_knowledge(folder);
    write_release(folder);
    ASSERT_EQ(close_by_release(folder).code, 0);
    EXPECT_THAT(test::run({"check", folder.file("data")}).out,
                HasSubstr("\nterminology: sct2_Concept_Snapshot_INT_20260401.txt, version 20260401, made "));
    const std::string file = folder.file("data/terminology/snomed.txt");
    const std::string text = test::read_text(file);
    (void)folder.write("data/terminology/snomed.txt", text.substr(0, text.size() - 10));
    const auto ran = test::run({"check", folder.file("data")});
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.out, HasSubstr("load: terminology/snomed.txt: It was changed or cut"));
}

TEST(TerminologyCommand, WhatCannotBeReadLeavesNoFile) {
    const test::Folder folder;
    copy_knowledge(folder);
    auto ran = close_by_release(folder);
    EXPECT_EQ(ran.code, 69);
    EXPECT_THAT(ran.err, HasSubstr("rf2: cannot read this folder"));
    test::SmallRelease broken;
    broken.more_relationships = "1\t2\r\n";
    write_release(folder, broken);
    ran = close_by_release(folder);
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.err, HasSubstr("sct2_Relationship_Snapshot_INT_20260401.txt:31: This is no row"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("data/terminology")));
    EXPECT_EQ(test::run({"terminology", "--out", "x"}).code, 64) << "from where?";
}

// Lists below 69896004 in three pages, the other roots alone.
std::string expansion(const std::string &target) {
    const auto number_behind = [&](const std::string &name) {
        return std::stoi(target.substr(target.find(name) + name.size()));
    };
    const std::string root = std::to_string(number_behind("isa%2F"));
    const int offset = number_behind("&offset=");
    const int total = root == "69896004" ? 2500 : 1;
    std::string contains;
    for (int i = offset; i < std::min(offset + 1000, total); ++i)
        contains +=
            (contains.empty() ? "" : ",") + (R"({"system": "http://snomed.info/sct", "code": ")" +
                                             (i == 0 ? root : std::to_string(9'000'001'018 + i)) + "\"}");
    return R"({"resourceType": "ValueSet", "expansion": {"total": )" + std::to_string(total) +
           R"(, "offset": )" + std::to_string(offset) + R"(, "parameter": [{"name": "version", "valueUri": )" +
           R"("http://snomed.info/sct|http://snomed.info/sct/900000000000207008/version/20260401"}], "contains": [)" +
           contains + "]}}";
}

test::Ran close_by_server(const test::Folder &folder, const test::ScriptedServer &server) {
    return test::run({"terminology", "--server", server.url("/fhir/"), "--out",
                      folder.file("data/terminology/server.txt"), "--data", folder.file("data")});
}

TEST(TerminologyCommand, AServerIsReadPageByPage) {
    const test::Folder folder;
    copy_knowledge(folder);
    const test::ScriptedServer server(
        test::by_target([](const std::string &target) { return test::answer(200, expansion(target)); }));
    const auto ran = close_by_server(folder, server);
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("value set other-rheumatic-disease: 2499 codes"));
    EXPECT_THAT(ran.out, HasSubstr("version/20260401"));
    EXPECT_THAT(server.targets().front(), StartsWith("/fhir/ValueSet/$expand?url=http%3A%2F%2Fsnomed.info"));
    EXPECT_EQ(e1_of(folder, "9000001019").outcome, "fails");
    EXPECT_EQ(e1_of(folder, "9000001003").outcome, "unknown") << "a server says nothing of what is not below";
}

TEST(TerminologyCommand, AServerThatBreaksOffLeavesNoFile) {
    const test::Folder folder;
    copy_knowledge(folder);
    const std::string costly =
        R"({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "too-costly"}]})";
    const test::ScriptedServer server(test::by_target([&](const std::string &target) {
        return target.find("&offset=2000&") == std::string::npos ? test::answer(200, expansion(target))
                                                                 : test::answer(422, costly);
    }));
    const auto ran = close_by_server(folder, server);
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.err,
                HasSubstr("the codes below 69896004, from number 2001: The server answers with status 422 "
                          "and an OperationOutcome (too-costly)"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("data/terminology")));
}

class TerminologyReloaded : public test::ConfiguredProgram {
  protected:
    void write_files() override {
        copy_knowledge(folder_);
        write_release(folder_);
    }
    [[nodiscard]] std::string more_config() const override {
        return R"("data": ")" + folder_.file("data") + "\",";
    }
    [[nodiscard]] static std::string call(const std::string &code) {
        const auto knowledge = mappings::load_knowledge(test::shipped_files());
        return *cds_hooks::hook_request(bundle_with(code), (*knowledge)->catalogue.prefetch,
                                        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
    }
};

TEST_F(TerminologyReloaded, HangUpBringsItIntoForceWithoutARestart) {
    const std::string other = call("9000001035");
    const std::string rheumatoid = call("9000001019");
    const std::string before = post(fresh_token(), other);
    ASSERT_EQ(close_by_release(folder_).code, 0);
    EXPECT_EQ(post(fresh_token(), other).size(), before.size()) << "not before it is asked for";
    process_->signal(SIGHUP);
    ASSERT_TRUE(process_->says("Knowledge read again."));
    EXPECT_THAT(post(fresh_token(), other), HasSubstr("Possible match for review"));
    EXPECT_THAT(post(fresh_token(), rheumatoid), Not(HasSubstr("Possible match for review")));
}

} // namespace
} // namespace trialcds
