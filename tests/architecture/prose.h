// What the repository says in words: comments of sources, lines of data and of documents.
#pragma once

#include <string>
#include <vector>

namespace trialcds::test {

// One comment, or one line of data, with line breaks as blanks.
struct Prose {
    std::string path;
    std::string text;
};

// Sources of product, tests and benchmarks; knowledge, schemas and settings; the shipped documents.
[[nodiscard]] const std::vector<Prose> &all_prose();

// Only what holds the word: a regular expression over all of it takes seconds.
[[nodiscard]] std::vector<Prose> prose_with(const std::string &word);

} // namespace trialcds::test
