// Release: the hierarchy of a SNOMED CT release from the rows of its RF2 snapshot files, read line by line:
// concepts first, then relationships, then descriptions and maps. Of texts only what their words say is kept,
// of relationships those between active concepts, of maps where in ICD-10 they lead. Source: SNOMED CT Release
// File Specification, component release files. Thread-safety: one reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "knowledge/word_index.h"
#include "terminology/closure.h"

namespace trialcds::mappings {

enum class ReleaseFile { concepts, relationships, descriptions, maps };

class Release {
  public:
    explicit Release(Closing closing) : closing_(std::move(closing)) {}

    // Line `number` (from 1, which is the header) of the file called `name`. invalid_definition: a broken row,
    // a concept that is not there; the location is file:line.
    [[nodiscard]] base::Result<void> take(ReleaseFile file, const std::string &name, std::size_t number,
                                          std::string_view line);

    // When all files were read. Held are codes that a record of a condition may bear and that the release maps
    // to ICD-10. About a concern with roots of its own such a code is said to be something else unless it
    // stands below a root, above one, points to what stands below one ("due to"), bears a name that holds a
    // stem, or is mapped into or above one of the concern's blocks. A concern of which a root is not in the
    // release clears nothing. invalid_definition: a cycle, rows that are missing, or no such hierarchy at all.
    [[nodiscard]] base::Result<Closed> close();

  private:
    using Index = std::uint32_t; // into active_
    struct Edge {
        Index from = 0;
        Index to = 0;
        std::uint32_t line = 0;
    };
    using Edges = std::vector<Edge>;

    [[nodiscard]] base::Result<void> take_concept(const std::vector<std::string_view> &row);
    [[nodiscard]] base::Result<void> take_relationship(const std::vector<std::string_view> &row,
                                                       std::size_t number);
    [[nodiscard]] base::Result<void> take_description(const std::vector<std::string_view> &row);
    [[nodiscard]] base::Result<void> take_map(const std::vector<std::string_view> &row);
    [[nodiscard]] base::Result<void> finish_concepts();
    [[nodiscard]] Index index_of(NumericCode code) const; // kNone: not active
    [[nodiscard]] bool is_known(NumericCode code) const;
    [[nodiscard]] base::Result<void> refuse_cycles() const;
    [[nodiscard]] base::Result<void> refuse_missing_rows() const;
    [[nodiscard]] NumericCodes below_code(Index index) const;
    [[nodiscard]] base::Result<void> hold_kinds();
    // Everything that the edges lead to, the start aside. `edges` are sorted by `from`.
    [[nodiscard]] std::vector<Index> reach(const Edges &edges, Index start) const;
    [[nodiscard]] NumericCodes silent_about(const Closing::Subject &subject, const NumericCodes &possible,
                                            std::size_t concern) const;

    static constexpr Index kNone = 0xFFFFFFFF;

    Closing closing_;
    bool sorted_ = false; // the concepts are all there
    NumericCodes active_;
    NumericCodes inactive_;
    std::string version_;               // the latest effective time
    std::string relationships_;         // name of that file
    Edges parents_;                     // from child to parent
    Edges children_;                    // from parent to child
    Edges links_;                       // from a concept to what it is defined by
    std::vector<std::uint32_t> barred_; // by Index: bit n, a name or a map brings it near concern n
    std::vector<bool> mapped_;          // by Index
    std::vector<bool> named_;           // by Index
    NumericCodes held_;
    Words words_;
};

} // namespace trialcds::mappings
