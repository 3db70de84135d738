// What a start reads and opens, each with the message that both a start and check-config give when it cannot.
// Private to service. Thread-safety: reentrant.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "egress/http_get.h"
#include "store/card_marks.h"
#include "store/feedback_store.h"
#include "store/shown_cards.h"

namespace trialcds::service {

// The way out; null where nothing may be fetched. Reads the CAs that it is to trust.
[[nodiscard]] base::Result<std::shared_ptr<server::HttpGetter>> open_getter(const server::Config &config);

// Issuer -> file: each can be read and holds a usable key.
[[nodiscard]] base::Result<void> check_key_files(const std::map<std::string, std::string> &file_by_issuer);

// With the key of a configuration that has a store, and the previous one if it names one.
[[nodiscard]] base::Result<server::CardMarks> read_marks(const server::StoreSettings &settings);

struct SqliteParts {
    std::unique_ptr<server::FeedbackStore> feedback;
    std::unique_ptr<server::ShownCards> shown;
};
// `on_narrowed` as of store/feedback_store.h.
[[nodiscard]] base::Result<SqliteParts> open_sqlite(const std::string &file,
                                                    const std::function<void()> &on_narrowed = {});

} // namespace trialcds::service
