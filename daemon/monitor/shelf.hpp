#pragma once

#include "daemon/monitor/figures.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::monitor {

/// SHA-256 of an edition's file.
std::string hash_of(Edition const & edition);

/// The editions that were made, in the state file and so sealed with it: with true counts, as they were known then, and as
/// they were shown. One thread, on its connection; each call that writes is a transaction of its own.
class Shelf {
public:
    static std::string_view const tables;
    static constexpr std::size_t approvals_needed = 2;

    explicit Shelf(store::Database & state) : m_state(state) { }

    struct Kept {
        Edition truth;
        std::optional<Edition> shown; ///< once it is published
    };
    Result<std::optional<Kept>> find(std::string const & name);
    /// Without reading it: cheap.
    Result<bool> is_published(std::string const & name);
    /// What was shown of the last that was published before `name`.
    Result<std::optional<Edition>> last_shown_before(std::string const & name);
    /// Those published before `name`, the oldest first.
    Result<std::vector<Kept>> published_before(std::string const & name);

    /// Keeps a draft in the place of the one before it, whose approvals are gone with it. Failure::held when the edition
    /// is published: that stays as it is.
    Result<void> keep(Edition const & draft);
    /// Adds an approval of what is kept now; after the second it is approved. Failure::usage when there is no draft, or for
    /// who approved it before; Failure::held when it is published.
    Result<Edition> approve(std::string const & name, Approval const & approval);
    /// From now on it stays as it is. `truth` is what was approved, `shown` what is shown of it. Failure::held when what is
    /// kept is not approved, or is published.
    Result<void> publish(Edition const & truth, Edition const & shown);

private:
    Result<void> put(Edition const & truth, std::string const & shown);

    store::Database & m_state;
};

}
