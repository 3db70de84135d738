#include "cds_hooks/feedback.h"

#include <utility>

#include "base/ascii.h"
#include "base/date.h"
#include "base/json.h"
#include "base/uuid.h"
#include "refuse.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::int64_t kDay = 86400; // seconds
constexpr std::size_t kMaxReason = 256;

Result<std::int64_t> read_moment(json::Value value, FeedbackForm form, const std::string &location) {
    const auto moment = base::PartialDate::parse(value.text());
    if (moment && moment->second) return *moment->second;
    if (moment && form == FeedbackForm::lenient && moment->days.first == moment->days.last)
        return moment->days.first.number * kDay;
    return refuse(location + "/outcomeTimestamp", "is required: a date and time with its zone, as of RFC 3339");
}

bool names_a_suggestion(json::Value suggestions) {
    for (const json::Value suggestion : suggestions.elements())
        if (suggestion["id"].text().empty()) return false;
    return suggestions.is_array() && suggestions.size() > 0;
}

Result<void> read_outcome(json::Value value, const std::string &location, FeedbackItem &item) {
    const std::string_view outcome = value["outcome"].text();
    if (outcome != "accepted" && outcome != "overridden")
        return refuse(location + "/outcome", "is required: \"accepted\" or \"overridden\"");
    item.accepted = outcome == "accepted";
    if (item.accepted && !names_a_suggestion(value["acceptedSuggestions"]))
        return refuse(location + "/acceptedSuggestions",
                      "an accepted card names the suggestions that were taken, each with its id");
    return {};
}

Result<void> read_reason(json::Value value, FeedbackForm form, const std::string &location,
                         FeedbackItem &item) {
    const json::Value given = value["overrideReason"];
    if (!given || given.is_null()) return {};
    const json::Value reason = given["reason"];
    if (!given.is_object() || (reason && (reason["code"].text().empty() || reason["system"].text().empty())))
        return refuse(location + "/overrideReason", "a reason has a code and its system");
    if (form == FeedbackForm::strict && !reason && given["userComment"].text().empty())
        return refuse(location + "/overrideReason", "has a reason or a userComment, or is left out");
    if (reason["code"].text().size() > kMaxReason || reason["system"].text().size() > kMaxReason)
        return refuse(location + "/overrideReason",
                      "a code and its system have at most " + std::to_string(kMaxReason) + " characters each");
    item.reason_system = std::string(reason["system"].text());
    item.reason_code = std::string(reason["code"].text());
    return {};
}

Result<FeedbackItem> read_item(json::Value value, FeedbackForm form, const std::string &location) {
    if (!value.is_object()) return refuse(location, "must be an object");
    FeedbackItem item;
    item.card = std::string(value["card"].text());
    if (!base::is_uuid(item.card)) return refuse(location + "/card", "is required: the uuid of a card");
    item.card = base::lower(item.card);
    const auto moment = read_moment(value["outcomeTimestamp"], form, location);
    if (!moment) return tl::make_unexpected(moment.error());
    item.second = *moment;
    if (auto read = read_outcome(value, location, item); !read) return tl::make_unexpected(read.error());
    if (auto read = read_reason(value, form, location, item); !read) return tl::make_unexpected(read.error());
    return item;
}

void take(Feedback &feedback, Result<FeedbackItem> item) {
    if (item)
        feedback.items.push_back(std::move(*item));
    else
        feedback.faults.push_back(std::move(item.error()));
}

} // namespace

Result<Feedback> parse_feedback(std::string_view body, FeedbackForm form) {
    const auto document = json::Document::parse(body);
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    if (!root.is_object()) return refuse("", "the body must be a JSON object");
    const json::Value items = root["feedback"];
    Feedback feedback;
    if (!items && form == FeedbackForm::lenient && root["card"]) {
        take(feedback, read_item(root, form, ""));
        return feedback;
    }
    if (!items.is_array() || items.size() == 0)
        return refuse("/feedback", "is required: an array with an item for each card");
    if (items.size() > kMaxFeedbackItems)
        return fail(ErrorCode::too_large, "/feedback",
                    "send at most " + std::to_string(kMaxFeedbackItems) + " items at a time; none was taken");
    std::size_t index = 0;
    for (const json::Value value : items.elements())
        take(feedback, read_item(value, form, "/feedback/" + std::to_string(index++)));
    return feedback;
}

} // namespace trialcds::cds_hooks
