// terminology/<name>.txt: what a site's hierarchy says, put into the table of codes and beside it.
#include "knowledge/draft.h"

#include <algorithm>
#include <map>

#include "knowledge/overlay.h"

namespace trialcds::mappings {
namespace {

using base::ErrorCode;

// A set that is closed bears what the least sure of its roots bears.
Grade grade_of(const CodeSet &set, const Closing::Set &closed) {
    for (const CodedEntry &coded : set.codes) {
        NumericCode code = 0;
        if (coded.grade == Grade::confirm && read_numeric_code(coded.code, code) &&
            std::find(closed.roots.begin(), closed.roots.end(), code) != closed.roots.end())
            return Grade::confirm;
    }
    return Grade::decides;
}

void add_set(KnowledgeDraft &draft, CodeTable::System system, const Overlay::Set &set,
             const Closing::Set &closed) {
    const std::uint16_t index = draft.value_sets.find(set.id)->second;
    const CodeSet &source = draft.code_sets[draft.value_set_code_set[index]];
    const Meaning meaning{Role::value_set, index, grade_of(source, closed), draft.add_label(source.title)};
    for (const NumericCode code : set.codes)
        draft.add_meaning(draft.lookup.codes.add(system, std::to_string(code)), meaning);
}

void add_subject(std::map<NumericCode, ReleasedCodes::Exception> &exceptions, const Overlay::Subject &subject,
                 std::uint32_t bit) {
    for (const NumericCode code : subject.possible)
        exceptions[code].possible |= bit;
    for (const NumericCode code : subject.silent)
        exceptions[code].silent |= bit;
}

void add(KnowledgeDraft &draft, Overlay overlay) {
    ReleasedCodes &released = draft.lookup.released;
    released.system = draft.lookup.codes.system(overlay.system);
    for (const Overlay::Set &set : overlay.value_sets)
        for (const Closing::Set &closed : draft.closing.value_sets)
            if (closed.id == set.id) add_set(draft, released.system, set, closed);
    std::map<NumericCode, ReleasedCodes::Exception> exceptions;
    for (const Overlay::Subject &subject : overlay.concerns)
        for (std::size_t i = 0; i < draft.lookup.concerns.size(); ++i) {
            if (draft.lookup.concerns[i].id != subject.id) continue;
            if (subject.clears) released.clears |= 1U << i;
            add_subject(exceptions, subject, 1U << i);
        }
    for (const auto &[code, exception] : exceptions)
        released.exceptions.push_back({code, exception.possible, exception.silent});
    released.held = std::move(overlay.held);
}

std::string summary_of(const Overlay &overlay) {
    std::size_t codes = 0;
    std::size_t possible = 0;
    for (const Overlay::Set &set : overlay.value_sets)
        codes += set.codes.size();
    for (const Overlay::Subject &subject : overlay.concerns)
        possible += subject.possible.size();
    return overlay.source + ", version " + overlay.version + ", made " + overlay.made + ": " +
           std::to_string(codes) + " codes in " + std::to_string(overlay.value_sets.size()) + " value sets, " +
           std::to_string(possible) + " that may be about an exclusion, " +
           std::to_string(overlay.held.size()) + " known";
}

} // namespace

void load_overlay(KnowledgeDraft &draft) {
    if (draft.overlay_files.empty()) return;
    if (draft.overlay_files.size() > 1) {
        draft.problems.add(draft.overlay_files[1]->path, "",
                           "There are two files in terminology/, and it would be chance which one counts. Keep "
                           "one.");
        return;
    }
    const File &file = *draft.overlay_files.front();
    auto overlay = read_overlay(file.text, file.path);
    if (!overlay) {
        draft.problems.add(file.path, "", overlay.error().public_text);
    } else if (overlay->made_for != draft.closing.mark()) {
        draft.problems.add(file.path, "",
                           "It was made for other value sets or concerns than these, so a code that they are "
                           "about could be taken for something else. Make it again with \"trial-cds "
                           "terminology\".");
    } else {
        draft.overlay_summary = summary_of(*overlay);
        add(draft, std::move(*overlay));
    }
}

} // namespace trialcds::mappings
