// The text under RapidJSON's reader: an in-situ stream (RapidJSON's "Stream" concept, hence the method names)
// that finds the end of a string 16 bytes at a time. RapidJSON's own stream looks at every byte, and its SSE2
// path at every byte up to the next aligned block, which most names and codes of FHIR never reach; a
// mispredicted branch per string costs more than reading it. Unlike RapidJSON's SSE2 path it stops at all
// control characters. Private to base. The text must be followed by kPadding readable bytes, the first of
// them NUL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <rapidjson/reader.h>

namespace trialcds::json {

class InsituStream {
  public:
    using Ch = char;
    static constexpr std::size_t kPadding = 16;

    explicit InsituStream(char *text) : from_(text), text_(text) {}

    // NOLINTBEGIN(readability-identifier-naming): RapidJSON calls these names
    [[nodiscard]] char Peek() const { return *from_; }
    char Take() { return *from_++; }
    [[nodiscard]] std::size_t Tell() const { return static_cast<std::size_t>(from_ - text_); }

    // RapidJSON calls this at the first character of a string: what needs no change stays where it is. It also
    // calls it for a number, which never follows a quotation mark and has nothing to skip.
    char *PutBegin() {
        char *const begin = from_;
        if (begin != text_ && begin[-1] == '"') from_ = plain_end(begin);
        to_ = from_;
        return begin;
    }
    // After an ASCII character more plain ones may follow and are moved in one go. Other bytes may be inside an
    // encoded character, and NUL is also what closes a string.
    void Put(char c) {
        *to_++ = c;
        if (c <= 0) return;
        char *const end = plain_end(from_);
        const auto length = static_cast<std::size_t>(end - from_);
        if (length == 0) return;
        std::memmove(to_, from_, length);
        to_ += length;
        from_ = end;
    }
    std::size_t PutEnd(const char *begin) { return static_cast<std::size_t>(to_ - begin); }
    void Flush() {}
    // NOLINTEND(readability-identifier-naming)

  private:
    // The first quotation mark, backslash or control character at or after `at`; the closing NUL is one.
    static char *plain_end(char *at) {
#ifdef __SSE2__
        const __m128i quote = _mm_set1_epi8('"');
        const __m128i backslash = _mm_set1_epi8('\\');
        const __m128i last_control = _mm_set1_epi8(0x1F);
        for (;; at += sizeof(__m128i)) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
            const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last_control), last_control);
            const __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
            const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(control, mark)));
            if (found != 0) return at + __builtin_ctz(found);
        }
#else
        while (*at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20)
            ++at;
        return at;
#endif
    }

    char *from_;
    char *to_ = nullptr;
    char *text_;
};

} // namespace trialcds::json

template <>
struct rapidjson::StreamTraits<trialcds::json::InsituStream> {
    enum { copyOptimization = 1 };
};
