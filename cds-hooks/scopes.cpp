#include "scopes.h"

#include <algorithm>

namespace trialcds::cds_hooks {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_type(std::string_view type) {
    return type == "*" || (!type.empty() && std::all_of(type.begin(), type.end(), is_letter));
}

// A version 2 permission has some of c, r, u, d and s, each once and in this order.
bool reads(std::string_view permission) {
    if (permission == "read" || permission == "*") return true;
    std::string_view left = "cruds";
    bool any = false;
    for (const char c : permission) {
        const auto at = left.find(c);
        if (at == std::string_view::npos) return false;
        left.remove_prefix(at + 1);
        any = any || c == 'r' || c == 's';
    }
    return any;
}

// What follows '?' narrows which records of the type may be read, not whose.
bool reads_for_many(std::string_view scope) {
    const auto slash = scope.find('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view whose = scope.substr(0, slash);
    if (whose != "user" && whose != "system") return false;
    const std::string_view what = scope.substr(slash + 1);
    const std::string_view granted = what.substr(0, what.find('?'));
    const auto dot = granted.find('.');
    return dot != std::string_view::npos && is_type(granted.substr(0, dot)) && reads(granted.substr(dot + 1));
}

} // namespace

bool may_read_several_patients(std::string_view scopes) {
    while (!scopes.empty()) {
        const auto end = std::min(scopes.find(' '), scopes.size());
        if (reads_for_many(scopes.substr(0, end))) return true;
        scopes.remove_prefix(std::min(end + 1, scopes.size()));
    }
    return false;
}

} // namespace trialcds::cds_hooks
