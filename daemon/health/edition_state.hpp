#pragma once

#include "daemon/base/clock.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::health {

/// An edition of the Monitor that is to be published.
struct OwedEdition {
    std::string name; ///< "2026-H1"
    Instant since {}; ///< when its half-year was over
};

/// How the edition of the Monitor that is to be made stands, at one moment: plain data, no personal data.
struct EditionState {
    /// A figure, and how much of it people who may be told of twice could take off at most.
    struct Figure {
        std::string title;
        std::int64_t count = 0;
        std::int64_t too_many_at_most = 0;
    };
    struct Project {
        std::string code;
        std::string name;
        bool without_target = false;
        bool unexplained = false;    ///< behind, and nobody said why
        std::vector<Figure> figures; ///< that a pair in doubt touches
    };

    Instant looked {};          ///< when all this was so
    std::string name;           ///< "2026-H1"; empty: nobody looked yet
    std::string peildatum;      ///< in words
    std::string stage;          ///< "nog geen concept", "concept", "vastgesteld", "gepubliceerd"
    std::string known;          ///< of the draft: the moment whose knowledge counts
    std::string trouble;        ///< why it could not be looked at; empty: it could
    std::uint64_t feeds = 0;    ///< with a schedule
    std::vector<std::string> stale; ///< of them, not read well after the peildatum
    std::vector<Figure> figures;    ///< of the region, that a pair in doubt touches
    std::vector<Project> projects;  ///< that somebody must do something about
};

} // namespace ketensync::health
