// What is noted of a call while it goes on: the time of each stage, what was not understood, an error in the
// operator's words. Private to cds-hooks. Thread-safety: as the CallReport's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cds_hooks/call_report.h"
#include "cds_hooks/http_api.h"
#include "extract/extract.h"

namespace trialcds::cds_hooks {

[[nodiscard]] ReportedError error_of(const base::Error &error, const mappings::Catalogue &catalogue);
[[nodiscard]] ReportedError error_of(int status); // of an answer that no base::Error stands behind

// 429: nothing was done, and may be asked for again in so many seconds. `code` is for the operator.
[[nodiscard]] HttpResponse throttled(std::string_view code, const std::string &text, std::int64_t seconds,
                                     CallReport &report);

// Of clients that see no cards also which codes.
void report_unknown(const mappings::Extraction &extraction, const ClientPolicy &policy, CallReport &report);

class StageTimer {
  public:
    StageTimer(const CallContext &context, CallReport &report) : context_(context), report_(report) {
        if (context_.nanoseconds) begun_ = context_.nanoseconds();
    }
    void ended(Stage stage) {
        if (!context_.nanoseconds) return;
        const std::int64_t now = context_.nanoseconds();
        report_.nanoseconds[static_cast<std::size_t>(stage)] += now - begun_;
        begun_ = now;
    }

  private:
    const CallContext &context_;
    CallReport &report_;
    std::int64_t begun_ = 0;
};

} // namespace trialcds::cds_hooks
