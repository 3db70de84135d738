#include "service/terminology_sources.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

#include "egress/address_guard.h"
#include "egress/http_get.h"
#include "terminology/expansion.h"
#include "terminology/release.h"

namespace trialcds::service {
namespace {

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;
using mappings::Closed;
using mappings::Closing;
using mappings::Expansion;
using mappings::ReleaseFile;

constexpr std::chrono::milliseconds kPageDeadline{120'000}; // a large list is slow to make
constexpr std::size_t kMostPages = 2000;

base::Result<std::vector<fs::path>> files_below(const fs::path &folder, const std::string &beginning) {
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::recursive_directory_iterator it(folder, problem), end; !problem && it != end;
         it.increment(problem))
        if (it->is_regular_file() && it->path().filename().string().starts_with(beginning))
            found.push_back(it->path());
    if (problem)
        return fail(ErrorCode::unreadable_input, folder.string(),
                    "cannot read this folder (" + problem.message() + "); give that of an unpacked release");
    if (found.empty())
        return fail(ErrorCode::unreadable_input, folder.string(),
                    "there is no file " + beginning + "* below this folder; give that of an unpacked release");
    std::sort(found.begin(), found.end());
    return found;
}

base::Result<fs::path> one_file_below(const fs::path &folder, const std::string &beginning) {
    const auto found = files_below(folder, beginning);
    if (!found) return tl::make_unexpected(found.error());
    if (found->size() > 1)
        return fail(ErrorCode::unreadable_input, folder.string(),
                    "there are two files " + beginning + "* (" + found->front().filename().string() + ", " +
                        found->at(1).filename().string() + "); give the folder of one edition");
    return found->front();
}

base::Result<void> read_lines(mappings::Release &release, ReleaseFile kind, const fs::path &file) {
    std::ifstream in(file, std::ios::binary);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.ends_with('\r')) line.pop_back();
        if (auto taken = release.take(kind, file.filename().string(), number, line); !taken) return taken;
    }
    if (!in.eof())
        return fail(ErrorCode::unreadable_input, file.string(), "cannot read it to its end; check the file");
    return {};
}

const char *why(server::GetFailure failure) {
    switch (failure) {
    case server::GetFailure::timeout:
        return "it did not answer in two minutes";
    case server::GetFailure::tls:
        return "TLS failed, or its certificate does not prove its name; name the CA with --ca-file";
    case server::GetFailure::unknown_host:
        return "its name has no address";
    case server::GetFailure::redirect:
        return "it answers with a redirect, which is not followed; give the address that it leads to";
    case server::GetFailure::unusable_url:
        return "this is no address that may be asked; give it as https://host/path";
    case server::GetFailure::connect:
        return "there is no connection to it";
    default:
        return "its answer is not whole, too large or not HTTP";
    }
}

base::Result<void> read_expansion(server::HttpGetter &getter, const std::string &base, Expansion &expansion) {
    for (std::size_t page = 0; !expansion.whole(); ++page) {
        if (page == kMostPages)
            return fail(ErrorCode::unavailable, base, "the server's list has no end; ask another one");
        server::GetRequest request;
        request.url = base::Sensitive<std::string>(base + "/" + expansion.next_page());
        request.pool = "terminology";
        const server::GetAnswer answer = getter.get(std::move(request), kPageDeadline);
        if (answer.failure != server::GetFailure::none)
            return fail(ErrorCode::unavailable, base, why(answer.failure));
        if (auto taken = expansion.take(answer.status, answer.body.reveal()); !taken) return taken;
    }
    return {};
}

base::Result<std::shared_ptr<server::HttpGetter>> getter_of(const TerminologyServer &server) {
    server::GetterSettings settings;
    settings.ca_file = server.ca_file;
    settings.plain_http = true;
    std::vector<server::Network> anywhere;
    for (const char *network : {"0.0.0.0/0", "::/0"})
        anywhere.push_back(*server::Network::parse(network));
    return server::HttpGetter::create(settings, server::AddressGuard(std::move(anywhere)));
}

} // namespace

base::Result<Closed> close_by_release(const fs::path &folder, Closing closing) {
    const auto concepts = one_file_below(folder, "sct2_Concept_Snapshot");
    if (!concepts) return tl::make_unexpected(concepts.error());
    const auto relationships = one_file_below(folder, "sct2_Relationship_Snapshot");
    if (!relationships) return tl::make_unexpected(relationships.error());
    const auto descriptions = files_below(folder, "sct2_Description_Snapshot");
    if (!descriptions) return tl::make_unexpected(descriptions.error());
    const auto maps = files_below(folder, "der2_iisssccRefset_ExtendedMapSnapshot");
    if (!maps) return tl::make_unexpected(maps.error());
    mappings::Release release(std::move(closing));
    if (auto read = read_lines(release, ReleaseFile::concepts, *concepts); !read)
        return tl::make_unexpected(read.error());
    if (auto read = read_lines(release, ReleaseFile::relationships, *relationships); !read)
        return tl::make_unexpected(read.error());
    for (const fs::path &file : *descriptions)
        if (auto read = read_lines(release, ReleaseFile::descriptions, file); !read)
            return tl::make_unexpected(read.error());
    for (const fs::path &file : *maps)
        if (auto read = read_lines(release, ReleaseFile::maps, file); !read)
            return tl::make_unexpected(read.error());
    auto closed = release.close();
    if (closed) closed->overlay.source = concepts->filename().string();
    return closed;
}

base::Result<Closed> close_by_server(const TerminologyServer &server, const Closing &closing) {
    const auto getter = getter_of(server);
    if (!getter) return tl::make_unexpected(getter.error());
    std::string base = server.base;
    while (base.ends_with('/'))
        base.pop_back();
    mappings::Below below;
    std::string version;
    for (const mappings::NumericCode root : closing.all_roots()) {
        Expansion expansion(closing.system, server.edition.empty() ? closing.system : server.edition, root);
        if (auto read = read_expansion(**getter, base, expansion); !read)
            return tl::make_unexpected(read.error());
        if (!version.empty() && expansion.version() != version)
            return fail(
                ErrorCode::unavailable, base,
                "the server answers from different versions of the code system; name one with --edition");
        version = expansion.version();
        if (expansion.has_root()) below.emplace(root, expansion.below_root());
    }
    Closed closed = mappings::close(closing, below);
    closed.overlay.source = base;
    closed.overlay.version = version.empty() ? "not said" : version;
    return closed;
}

} // namespace trialcds::service
