#pragma once

#include <mutex>

namespace ketensync {

/// Data and the mutex that guards it, in one object: there is no way to the data but under the lock.
template <typename T>
class Guarded {
public:
    Guarded() = default;
    explicit Guarded(T value) : m_value(std::move(value)) { }

    /// Calls `action` with the data while the lock is held, and returns what it returns.
    template <typename Action>
    auto with(Action action)
    {
        std::scoped_lock const lock(m_mutex);
        return action(m_value);
    }

private:
    std::mutex m_mutex;
    T m_value {};
};

}
