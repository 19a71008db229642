#pragma once

#include "daemon/monitor/disclosure.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

namespace ketensync::monitor {

/// Variables that equations tie together, and no others: what is told of them says nothing of the rest. Inside the folder only.
struct Component {
    std::vector<std::uint32_t> variables; ///< of the whole system, ascending
    System system;                        ///< with equations in their order, so that a search in it goes as it would in the whole
};

/// The components of a system, those with most equations first. What no equation is about is in one of its own.
std::vector<Component> components_of(System const & system);

/// Works on the components beside each other, on as many cores as there are, and then takes what came of each, in order, on
/// the caller's thread. An exception of `work` is thrown on.
template <typename Work, typename Take>
void for_each_component(System const & system, Work const & work, Take const & take)
{
    auto const components = components_of(system);
    std::vector<std::optional<std::invoke_result_t<Work, System const &>>> results(components.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> failed(std::max(1U, std::thread::hardware_concurrency()));
    auto const labour = [&](std::size_t thread) {
        try {
            for (auto i = next++; i < components.size(); i = next++) {
                results[i] = work(components[i].system);
            }
        } catch (...) {
            failed[thread] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t thread = 1; thread < std::min(failed.size(), components.size()); ++thread) {
            others.emplace_back(labour, thread);
        }
        labour(0);
    }
    for (auto const & exception : failed) {
        if (exception) {
            std::rethrow_exception(exception);
        }
    }
    for (std::size_t i = 0; i < components.size(); ++i) {
        take(components[i].variables, *results[i]);
    }
}

} // namespace ketensync::monitor
