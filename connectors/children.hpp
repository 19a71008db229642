#pragma once

#include "connectors/rest_page.hpp"

#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <stop_token>
#include <vector>

namespace ketensync::connectors {

/// Reads the first pages of the children of many parents, so many at the same time; what comes out is in order. Used by
/// one thread; those that ask live no longer than this. Holds that many pages at most.
class Children {
public:
    using Ask = std::function<Result<RestPage>(RestPages & pages, std::size_t parent, std::stop_token stop)>;

    /// `make` gives each thread its own.
    Children(std::function<RestPages()> make, std::size_t parallel, std::size_t parents, Ask ask);
    ~Children();
    Children(Children const &) = delete;
    Children & operator=(Children const &) = delete;

    /// The first page of the children of a parent. Those behind it are asked for meanwhile.
    Result<RestPage> first_page(std::size_t parent, std::stop_token stop);

private:
    void launch(std::size_t parent);

    std::size_t m_parallel;
    std::size_t m_parents;
    Ask m_ask;
    std::vector<std::unique_ptr<RestPages>> m_pages; ///< one for each place in flight
    std::map<std::size_t, std::future<Result<RestPage>>> m_flights; ///< by parent
    std::stop_source m_stop; ///< before the flights are waited for
};

} // namespace ketensync::connectors
