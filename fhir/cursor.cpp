#include "cursor.h"

namespace trialcds::fhir {

std::string Cursor::expression() const {
    std::string text = up_ != nullptr ? up_->expression() : std::string();
    if (!name_.empty()) {
        if (!text.empty()) text += '.';
        text += name_;
    }
    if (index_ != kNoIndex) text += '[' + std::to_string(index_) + ']';
    return text;
}

} // namespace trialcds::fhir
