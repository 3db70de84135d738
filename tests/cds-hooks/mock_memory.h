// What is remembered of cards, as a test says.
#pragma once

#include <gmock/gmock.h>

#include "cds_hooks/card_memory.h"

namespace trialcds::test {

class MockMemory : public cds_hooks::CardMemory {
  public:
    MOCK_METHOD(std::string, card_uuid, (const cds_hooks::CardSubject &), (override));
    MOCK_METHOD(bool, stays_away, (const cds_hooks::CardSubject &), (override));
    MOCK_METHOD(std::vector<std::string>, trials_of,
                (const std::string &, const std::vector<std::string> &, const std::vector<std::string> &),
                (override));
    MOCK_METHOD(bool, is_about, (const cds_hooks::CardSubject &, const std::string &), (override));
    MOCK_METHOD(base::Result<std::optional<std::int64_t>>, full_for, (const std::string &), (override));
    MOCK_METHOD(base::Result<void>, keep, (const std::string &, const std::vector<cds_hooks::ReportedCard> &),
                (override));
    MOCK_METHOD(base::Result<void>, forget, (const cds_hooks::CardSubject &, const std::string &), (override));
};

} // namespace trialcds::test
