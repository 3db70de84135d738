// Condition, Procedure and ResearchSubject.
#include <algorithm>
#include <string>
#include <vector>

#include "datatype_reader.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

constexpr std::string_view kClinical[] = {"active",   "recurrence", "relapse",
                                          "inactive", "remission",  "resolved"};
constexpr std::string_view kVerification[] = {"unconfirmed", "provisional", "differential", "confirmed",
                                              "refuted"};
constexpr std::string_view kWithdrawn = "entered-in-error";
constexpr std::string_view kRefuted = "refuted";
constexpr std::string_view kNotUnderstood = "not-understood"; // a word of no list: it may mean "refuted"
constexpr std::string_view kAssertedDate = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate";

// How sure a diagnosis is, as ICD-10-GM says it beside the code.
constexpr std::string_view kCertainty = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit";
enum class Certainty : std::uint8_t { unstated, confirmed, suspected, ruled_out, over, unclear };

// A Condition while it is read: what is decided only when all members are known.
struct ConditionDraft {
    Condition *condition;
    ResourceContext *origin;
    DateValue asserted;
    Certainty certainty = Certainty::unstated;
};

// The one word of R4's list among the codings; sites add codings of their own beside it.
std::string_view clinical_of(const Cursor &at, const CodeableConcept &status) {
    std::string_view found;
    bool single = true;
    for (const Coding &coding : status.coding) {
        if (std::find(std::begin(kClinical), std::end(kClinical), coding.code) == std::end(kClinical)) continue;
        single = single && (found.empty() || found == coding.code);
        found = coding.code;
    }
    if (!found.empty() && single) return found;
    at.note(Note::status_not_understood);
    return {};
}

// STU3 and DSTU2 have the plain code where R4 has a CodeableConcept.
std::string_view plain_clinical(const Cursor &at) {
    const std::string_view text = at.value.text();
    const bool known = std::find(std::begin(kClinical), std::end(kClinical), text) != std::end(kClinical);
    at.note(known || text == kWithdrawn ? Note::status_not_coded : Note::status_not_understood);
    return known ? text : std::string_view();
}

void read_clinical(const Cursor &at, ConditionDraft &draft) {
    if (at.value.is_string()) {
        draft.condition->clinical_status = plain_clinical(at);
        return;
    }
    const CodeableConcept status = read_concept(at);
    if (at.value.is_object()) draft.condition->clinical_status = clinical_of(at, status);
}

// FHIR's word, whatever its case and the blanks around it; "" for any other.
std::string_view verification_word(std::string_view text) {
    const std::string word = plain_word(text);
    if (word == kWithdrawn) return kWithdrawn;
    const auto *found = std::find(std::begin(kVerification), std::end(kVerification), word);
    return found == std::end(kVerification) ? std::string_view() : *found;
}

// Of the codings, else of the text. Where one says that the record or the diagnosis was wrong, the others do
// not matter; two words that differ otherwise are none.
std::string_view verification_of(const CodeableConcept &status) {
    std::vector<std::string_view> words;
    for (const Coding &coding : status.coding)
        if (const std::string_view word = verification_word(coding.code); !word.empty()) words.push_back(word);
    if (words.empty()) return verification_word(status.text);
    for (const std::string_view wrong : {kWithdrawn, kRefuted})
        if (std::find(words.begin(), words.end(), wrong) != words.end()) return wrong;
    const bool single =
        std::all_of(words.begin(), words.end(), [&](auto word) { return word == words.front(); });
    return single ? words.front() : std::string_view();
}

void read_verification(const Cursor &at, ConditionDraft &draft) {
    if (at.value.is_null()) return;
    std::string_view word;
    if (at.value.is_string()) {
        word = verification_word(at.value.text());
        if (!word.empty()) at.note(Note::status_not_coded);
    } else {
        word = verification_of(read_concept(at));
    }
    if (word == kWithdrawn || word == kRefuted) draft.origin->refusal = word;
    if (word.empty()) at.note(Note::status_not_understood);
    draft.condition->verification_status = word.empty() ? kNotUnderstood : word;
}

void read_extensions(const Cursor &at, ConditionDraft &draft) {
    int index = 0;
    for (json::Value extension : at.value.elements()) {
        const Cursor place = at.element(index++, extension);
        if (extension["url"].text() != kAssertedDate) continue;
        if (const json::Value value = extension["valueDateTime"])
            draft.asserted = read_date(place.child("valueDateTime", value));
    }
}

// Reads onset[x] and the like. Given twice, or in a form that cannot be read, it becomes a DateValue without a
// date: not known, yet given, since an abatement in any form says that the condition ended.
void read_choice(const Cursor &at, std::string_view stem, std::string_view key, json::Value member,
                 TimingValue &target) {
    if (member.is_null()) {
        at.child(stem, member).note(Note::wrong_type);
        return;
    }
    const std::string_view type = key.substr(stem.size());
    const TimingValue value = read_timing(at.child(is_timing_type(type) ? key : stem, member), type);
    const bool several = !std::holds_alternative<std::monostate>(target);
    if (several) at.child(stem, member).note(Note::several_times);
    target = several ? TimingValue(DateValue{}) : value;
}

bool is_choice(std::string_view key, std::string_view stem) {
    return key.size() > stem.size() && key.starts_with(stem) && key[stem.size()] >= 'A' &&
           key[stem.size()] <= 'Z';
}

// An abatement that is yet to come for ever is none.
void read_abatement(const Cursor &at, std::string_view key, json::Value member, Condition &target) {
    if (is(key, "abatementDateTime") && is_open_end(member)) {
        at.child(key, member).note(Note::open_end);
    } else {
        read_choice(at, "abatement", key, member, target.abatement);
    }
}

Certainty certainty_of(std::string_view code) {
    if (code == "G") return Certainty::confirmed;
    if (code == "V") return Certainty::suspected;
    if (code == "A") return Certainty::ruled_out;
    return code == "Z" ? Certainty::over : Certainty::unclear;
}

// Said of one coding, it holds for the whole Condition: the other codings translate that one. Two that differ
// leave it open.
void read_certainties(const Cursor &at, ConditionDraft &draft) {
    for (const json::Value coding : at.value["coding"].elements()) {
        for (const json::Value extension : coding["extension"].elements()) {
            if (extension["url"].text() != kCertainty) continue;
            const Certainty read = certainty_of(extension["valueCoding"]["code"].text());
            const bool same = draft.certainty == Certainty::unstated || draft.certainty == read;
            draft.certainty = same ? read : Certainty::unclear;
        }
    }
    if (draft.certainty == Certainty::unclear) at.note(Note::certainty_unclear);
}

void read_code(const Cursor &at, ConditionDraft &draft) {
    draft.condition->code = read_concept(at);
    read_certainties(at, draft);
}

// What is called confirmed and ruled out at once is neither.
void judge_certainty(ConditionDraft &draft) {
    Condition &condition = *draft.condition;
    switch (draft.certainty) {
    case Certainty::ruled_out:
        if (condition.verification_status == "confirmed")
            condition.verification_status = "unconfirmed";
        else if (draft.origin->refusal.empty())
            draft.origin->refusal = kRefuted;
        break;
    case Certainty::suspected:
        condition.verification_status = "provisional";
        break;
    case Certainty::over:
        condition.clinical_status = "resolved";
        break;
    case Certainty::unclear:
        condition.verification_status = "unconfirmed";
        break;
    case Certainty::confirmed:
        if (condition.verification_status == kNotUnderstood) condition.verification_status = "confirmed";
        break;
    case Certainty::unstated:
        break;
    }
}

const Field<ConditionDraft> kConditionFields[] = {
    {"clinicalStatus", read_clinical},
    {"verificationStatus", read_verification},
    {"category",
     [](const Cursor &at, ConditionDraft &draft) { draft.condition->category = read_concepts(at); }},
    {"code", read_code},
    {"recordedDate",
     [](const Cursor &at, ConditionDraft &draft) { draft.condition->recorded = read_date(at); }},
    {"extension", read_extensions},
};

const Field<Procedure> kProcedureFields[] = {
    {"status", [](const Cursor &at, Procedure &target) { target.status = read_text(at); }},
    {"category", [](const Cursor &at, Procedure &target) { target.category = read_concepts(at); }},
    {"code", [](const Cursor &at, Procedure &target) { target.code = read_concept(at); }},
};

void read_study(const Cursor &at, ResearchSubject &target) {
    const ReferenceValue study = read_reference(at);
    target.study = study.reference;
    target.study_display = study.display;
}

const Field<ResearchSubject> kResearchSubjectFields[] = {
    {"status", [](const Cursor &at, ResearchSubject &target) { target.status = read_text(at); }},
    {"period", [](const Cursor &at, ResearchSubject &target) { target.period = read_period(at); }},
    {"study", read_study},
};

} // namespace

void read_resource(const Cursor &at, Condition &target, ResourceContext &origin) {
    ConditionDraft draft{&target, &origin, {}, Certainty::unstated};
    for (auto [key, member] : at.value.members()) {
        if (is_choice(key, "onset")) {
            read_choice(at, "onset", key, member, target.onset);
        } else if (is_choice(key, "abatement")) {
            read_abatement(at, key, member, target);
        } else if (!read_member(at, key, member, kConditionFields, draft)) {
            read_common_member(at, key, member, origin);
        }
    }
    if (target.recorded.text.empty()) target.recorded = draft.asserted;
    judge_certainty(draft);
    judge_code(at, target.code);
    judge_subject(at, origin);
}

void read_resource(const Cursor &at, Procedure &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (is_choice(key, "performed")) {
            read_choice(at, "performed", key, member, target.performed);
        } else if (!read_member(at, key, member, kProcedureFields, target)) {
            read_common_member(at, key, member, origin);
        }
    }
    judge_status(at, target.status, origin);
    judge_code(at, target.code);
    judge_subject(at, origin);
}

void read_resource(const Cursor &at, ResearchSubject &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kResearchSubjectFields, target))
            read_common_member(at, key, member, origin);
    }
    judge_status(at, target.status, origin);
    judge_subject(at, origin);
}

} // namespace trialcds::fhir
