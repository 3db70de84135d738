// BoundedBuffer: where a response's body is written to. It owns its bytes, so a write that comes after the call
// was given up harms nothing; it grows as bytes come and refuses, before touching them, those past the limit.
// A chunk of size -1 arrives here as a count near SIZE_MAX and is refused like any other.
// Source: cpprestsdk's stream buffers (write side only). Thread-safety: one writer; text() after it has ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ios>
#include <stdexcept>
#include <string>
#include <utility>

#include <cpprest/astreambuf.h>

namespace trialcds::server::egress {

class BoundedBuffer final : public concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
    using Base = concurrency::streams::details::streambuf_state_manager<std::uint8_t>;
    using Int = Base::int_type;
    using Position = Base::pos_type;

  public:
    explicit BoundedBuffer(std::size_t limit) : Base(std::ios_base::out), limit_(limit) {}

    [[nodiscard]] bool overflowed() const { return overflowed_; }
    [[nodiscard]] std::string take_text() { return std::move(text_); }

    bool can_seek() const override { return false; }
    bool has_size() const override { return false; }
    utility::size64_t size() const override { return 0; }
    std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
    void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
    std::size_t in_avail() const override { return 0; }
    Position getpos(std::ios_base::openmode) const override { return eof_position(); }
    Position seekpos(Position, std::ios_base::openmode) override { return eof_position(); }
    Position seekoff(Base::off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
        return eof_position();
    }
    bool acquire(std::uint8_t *&block, std::size_t &count) override {
        block = nullptr;
        count = 0;
        return false;
    }
    void release(std::uint8_t *, std::size_t) override {}

  protected:
    pplx::task<Int> _putc(std::uint8_t byte) override {
        return write(&byte, 1) ? pplx::task_from_result<Int>(byte) : pplx::task_from_exception<Int>(too_long());
    }
    pplx::task<std::size_t> _putn(const std::uint8_t *bytes, std::size_t count) override {
        return write(bytes, count) ? pplx::task_from_result<std::size_t>(std::size_t{count})
                                   : pplx::task_from_exception<std::size_t>(too_long());
    }
    pplx::task<std::size_t> _putn(const std::uint8_t *bytes, std::size_t count, bool) override {
        return _putn(bytes, count); // the bytes are copied in any case
    }
    pplx::task<Int> _bumpc() override { return pplx::task_from_result<Int>(Base::traits::eof()); }
    Int _sbumpc() override { return Base::traits::eof(); }
    pplx::task<Int> _getc() override { return pplx::task_from_result<Int>(Base::traits::eof()); }
    Int _sgetc() override { return Base::traits::eof(); }
    pplx::task<Int> _nextc() override { return pplx::task_from_result<Int>(Base::traits::eof()); }
    pplx::task<Int> _ungetc() override { return pplx::task_from_result<Int>(Base::traits::eof()); }
    pplx::task<std::size_t> _getn(std::uint8_t *, std::size_t) override {
        return pplx::task_from_result<std::size_t>(0);
    }
    std::size_t _scopy(std::uint8_t *, std::size_t) override { return 0; }
    pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
    std::uint8_t *_alloc(std::size_t) override { return nullptr; }
    void _commit(std::size_t) override {}

  private:
    static Position eof_position() { return static_cast<Position>(Base::traits::eof()); }
    static std::runtime_error too_long() { return std::runtime_error("answer too long"); }

    bool write(const std::uint8_t *bytes, std::size_t count) {
        if (count > limit_ - text_.size()) {
            overflowed_ = true;
            return false;
        }
        text_.append(reinterpret_cast<const char *>(bytes), count); // NOLINT(*-reinterpret-cast)
        return true;
    }

    std::size_t limit_;
    std::string text_;
    std::atomic<bool> overflowed_{false};
};

} // namespace trialcds::server::egress
