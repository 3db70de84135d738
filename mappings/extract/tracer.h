// Tracer: the pen with which readers of resources write a ReadTrace while they work; without a trace every call
// returns at once. It follows the resource that is being read. Private to extraction. Thread-safety: one
// extraction, one Tracer.
#pragma once

#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

#include "extract/read_trace.h"
#include "fhir/resources.h"
#include "knowledge/lookup.h"

namespace trialcds::mappings {

class Tracer {
  public:
    Tracer() = default;
    explicit Tracer(ReadTrace *trace) : trace_(trace) {}

    [[nodiscard]] bool on() const { return trace_ != nullptr; }

    // What follows is about this resource; one that was left is taken up again.
    void at(const fhir::ResourceHead &head, const fhir::CodeableConcept &code, std::string_view words = {}) {
        if (on()) begin(head, code, words);
    }
    void by_code(const fhir::Coding &coding, const Meaning &meaning) {
        if (on()) add_meaning(token(coding), ReadBy::code, meaning);
    }
    void by_code(ReadBy by, const fhir::Coding &coding, About about = About::nothing, std::size_t index = 0) {
        if (on()) add(by, token(coding), about, index);
    }
    void by_words(std::string_view words, const Meaning &meaning) {
        if (on()) add_meaning(std::string(words), ReadBy::name, meaning);
    }
    void by_words(ReadBy by, std::string_view words, About about = About::nothing, std::size_t index = 0) {
        if (on()) add(by, std::string(words), about, index);
    }
    void used() {
        if (on()) record().used = true;
    }
    void ignored(std::string_view reason) {
        if (on()) record().ignored = reason;
    }
    void not_understood(const eligibility::NotUnderstood &list) {
        if (on()) record().not_understood.push_back(&list);
    }

    // What is written of the resource that is being read, and the same of another one that is read alike.
    [[nodiscard]] std::vector<ReadStep> steps() const {
        return on() ? trace_->records[current_].steps : std::vector<ReadStep>();
    }
    void repeat(const std::vector<ReadStep> &steps) {
        for (const ReadStep &step : steps)
            add(step.by, step.matched, step.about, step.index);
    }

  private:
    [[nodiscard]] static std::string token(const fhir::Coding &coding);
    void begin(const fhir::ResourceHead &head, const fhir::CodeableConcept &code, std::string_view words);
    void add_meaning(std::string matched, ReadBy by, const Meaning &meaning);
    void add(ReadBy by, std::string matched, About about, std::size_t index);
    [[nodiscard]] ReadRecord &record() { return trace_->records[current_]; }

    ReadTrace *trace_ = nullptr;
    std::size_t current_ = 0;
    std::map<const fhir::ResourceHead *, std::size_t> positions_;
};

} // namespace trialcds::mappings
