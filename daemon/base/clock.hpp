#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

namespace ketensync {

/// Wall-clock time in UTC, to the millisecond: the precision in which every moment is stored.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time, and waiting for it, as something that is passed in: tests run years of schedules in milliseconds.
/// Every method may be called from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    /// Time that never steps back, for deadlines.
    virtual std::chrono::milliseconds monotonic() const = 0;
    /// Waits until `when`, or until `stop` is requested; true when the moment was reached.
    virtual bool wait_until(Instant when, std::stop_token stop) const = 0;
    /// Waits for `duration`, or until `stop` is requested; true when it passed.
    virtual bool wait_for(std::chrono::milliseconds duration, std::stop_token stop) const = 0;
};

/// The clock of the machine.
class SystemClock final : public Clock {
public:
    Instant now() const override;
    std::chrono::milliseconds monotonic() const override;
    bool wait_until(Instant when, std::stop_token stop) const override;
    bool wait_for(std::chrono::milliseconds duration, std::stop_token stop) const override;
};

/// A clock that stands still until it is told; waiting moves it forward at once. For tests.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : m_now(start) { }
    Instant now() const override;
    std::chrono::milliseconds monotonic() const override;
    bool wait_until(Instant when, std::stop_token stop) const override;
    bool wait_for(std::chrono::milliseconds duration, std::stop_token stop) const override;
    void set(Instant now);
    void advance(std::chrono::milliseconds duration);

private:
    mutable std::mutex m_mutex;
    mutable Instant m_now;
};

/// "2026-11-21T22:07:00Z"; with milliseconds only where they are not zero.
std::string to_text(Instant instant);

}
