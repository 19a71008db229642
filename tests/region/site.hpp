#pragma once

#include "tests/region/answer.hpp"
#include "tests/region/fault.hpp"
#include "tests/region/ooapi6.hpp"
#include "tests/region/publication.hpp"
#include "tests/region/tokens.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace ketensync::region {

/// What is served: all sources that speak HTTP, and the control of the region itself under /_control. Both servers ask
/// it; any thread may.
class Site {
public:
    /// Moves the date on; the text is the answer's body. Runs on the asking thread.
    using Advance = std::function<std::string(int days)>;

    explicit Site(std::chrono::seconds token_lifetime)
        : m_tokens(token_lifetime)
    {
    }

    void show(std::shared_ptr<Publication const> publication);
    void on_advance(Advance advance) { m_advance = std::move(advance); }
    Faults & faults() { return m_faults; }
    Assertions & assertions() { return m_tokens.assertions(); }
    Answer answer(Request const & request);

private:
    struct Target; ///< a list that was asked for, and how it is paged

    Answer control(Request const & request);
    Answer ask_brp(Request const & request);
    Answer add_fault(Request const & request);
    Answer serve(Request const & request, Target target);
    std::shared_ptr<Publication const> publication() const;
    /// Made when somebody asks for it first.
    std::shared_ptr<ProviderPages6 const> version_6(std::shared_ptr<Publication const> const & shown, std::size_t provider) const;
    bool find(Request const & request, std::shared_ptr<Publication const> const & shown, Target & target) const;

    mutable std::mutex m_mutex;
    std::shared_ptr<Publication const> m_publication;
    mutable std::mutex m_mutex_6;
    mutable std::shared_ptr<Publication const> m_publication_6; ///< what those below were made of
    mutable std::array<std::shared_ptr<ProviderPages6 const>, 2> m_pages_6;
    Faults m_faults;
    Tokens m_tokens;
    Advance m_advance;
    std::atomic<std::uint64_t> m_requests { 0 };
};

} // namespace ketensync::region
