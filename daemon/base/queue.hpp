#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace ketensync {

/// A queue between two threads that holds at most `limit` items: the faster side waits for the slower, so memory stays
/// bounded. Either side may close it.
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t limit) : m_limit(limit) { }

    /// Waits for room; false when the queue was closed and the item is not taken.
    bool push(T item)
    {
        return push(std::move(item), [] { return a_while; });
    }

    /// The same. While it waits it asks `turn` again and again how long to wait until it asks once more, so that who waits
    /// can give a sign of life.
    template <typename Turn>
    bool push(T item, Turn const & turn)
    {
        std::unique_lock lock(m_mutex);
        while (!m_closed && m_items.size() >= m_limit) {
            m_changed.wait_for(lock, turn());
        }
        if (m_closed) {
            return false;
        }
        m_items.push_back(std::move(item));
        m_changed.notify_all();
        return true;
    }

    /// Waits for an item; nothing when the queue was closed and is empty.
    std::optional<T> pop()
    {
        return pop([] { return a_while; });
    }

    /// The same, with `turn` as for push, and for at most `patience` of real time if there is any.
    template <typename Turn>
    std::optional<T> pop(Turn const & turn, std::optional<std::chrono::milliseconds> patience = std::nullopt)
    {
        std::unique_lock lock(m_mutex);
        while (!m_closed && m_items.empty() && (!patience || *patience > patience->zero())) {
            std::chrono::milliseconds const wait = patience ? std::min(turn(), *patience) : turn();
            if (m_changed.wait_for(lock, wait) == std::cv_status::timeout && patience) {
                *patience -= wait;
            }
        }
        if (m_items.empty()) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(m_items.front()));
        m_items.pop_front();
        m_changed.notify_all();
        return item;
    }

    bool closed()
    {
        std::scoped_lock const lock(m_mutex);
        return m_closed;
    }

    /// Nothing more goes in; what is in still comes out.
    void close()
    {
        std::scoped_lock const lock(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }

private:
    static constexpr std::chrono::milliseconds a_while { 3'600'000 };


    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<T> m_items;
    std::size_t m_limit;
    bool m_closed = false;
};

}
