// A mark around what waits for another machine, a disk or a lock that is held meanwhile: whoever shares out the
// processors can give this thread's place to work that would compute. Without somebody who shares out, a mark
// does nothing. Invariant: a place is lent once however marks are nested. Thread-safety: of one thread; a Place
// is called on the thread that holds it.
#pragma once

#include <utility>

namespace trialcds::base {

class Place {
  public:
    Place() = default;
    virtual ~Place() = default;
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;

    virtual void lend() noexcept = 0;
    virtual void take_back() noexcept = 0; // may wait until there is room again
};

// What the thread at hand holds; null: nothing to lend.
inline thread_local Place *held_place = nullptr;

class Waiting {
  public:
    Waiting() : place_(std::exchange(held_place, nullptr)) {
        if (place_ != nullptr) place_->lend();
    }
    ~Waiting() {
        if (place_ != nullptr) place_->take_back();
        held_place = place_;
    }
    Waiting(const Waiting &) = delete;
    Waiting &operator=(const Waiting &) = delete;

  private:
    Place *place_;
};

} // namespace trialcds::base
