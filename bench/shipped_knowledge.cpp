#include "shipped_knowledge.h"

#include <stdexcept>

#include "service/knowledge_files.h"

namespace trialcds::bench {

std::shared_ptr<const mappings::Knowledge> knowledge() {
    static const auto loaded = [] {
        auto files = service::read_knowledge(TRIALCDS_SOURCE_DATA, service::Cases::skip);
        if (!files) throw std::runtime_error(files.error().public_text);
        auto snapshot = mappings::load_knowledge(*files);
        if (!snapshot) throw std::runtime_error(snapshot.error().front().public_text);
        return *snapshot;
    }();
    return loaded;
}

} // namespace trialcds::bench
