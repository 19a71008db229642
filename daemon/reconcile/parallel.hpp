#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace ketensync::reconcile {

/// Does `count` tasks with `threads` threads, the caller's own included: action(task, thread). Which thread does a task
/// is left to chance, so what comes of a task may depend on its number only. The first exception is thrown on.
template <typename Action>
void parallel(std::size_t threads, std::size_t count, Action const & action)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> failed(std::max<std::size_t>(threads, 1));
    auto const work = [&](std::size_t thread) {
        try {
            for (auto task = next.fetch_add(1); task < count; task = next.fetch_add(1)) {
                action(task, thread);
            }
        } catch (...) {
            failed[thread] = std::current_exception();
            next.store(count);
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t thread = 1; thread < std::min(threads, count); ++thread) {
            others.emplace_back(work, thread);
        }
        work(0);
    }
    for (auto const & exception : failed) {
        if (exception) {
            std::rethrow_exception(exception);
        }
    }
}

} // namespace ketensync::reconcile
