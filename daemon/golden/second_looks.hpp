#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::golden {

/// Pairs that were judged, and are judged once more by somebody else who does not know what the first said: how far two
/// people agree. What the second says changes nothing. Writes belong to the caller's transaction. One thread, on its own
/// connection.
class SecondLooks {
public:
    static std::string_view const tables;
    static Result<SecondLooks> open(store::Database & database);

    /// A judged pair is to be judged again; one that is there already stays as it is.
    Result<void> ask(record::RecordId a, record::RecordId b, bool same, std::string_view who, Instant at);
    /// No longer: its judgement was taken back. What a second person said of it goes, too.
    Result<void> forget(record::RecordId a, record::RecordId b);

    struct Pair {
        record::RecordId a = 0;
        record::RecordId b = 0;
    };
    /// The oldest that `who` did not judge and nobody judged again.
    Result<std::optional<Pair>> next(std::string_view who);
    /// True when it waited for a second look of somebody else than the first.
    Result<bool> put(record::RecordId a, record::RecordId b, bool same, std::string_view who, Instant at);

    /// What two people said of the same pairs.
    struct Agreement {
        std::int64_t both_same = 0;
        std::int64_t both_different = 0;
        std::int64_t first_same = 0;  ///< and the second different
        std::int64_t second_same = 0; ///< and the first different
        std::int64_t waiting = 0;     ///< for a second look

        std::int64_t pairs() const { return both_same + both_different + first_same + second_same; }
        /// Of all pairs, 0 to 1; nothing without pairs.
        std::optional<double> share() const;
        /// Cohen's kappa: how far they agree beyond what chance would give; 1 is always, 0 is chance. Nothing where chance
        /// alone would agree always.
        std::optional<double> kappa() const;
    };
    Result<Agreement> agreement();

private:
    SecondLooks() = default;
    store::Database * m_database = nullptr;
};

}
