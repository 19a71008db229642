#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::golden {

/// What a person said of two records, and why there was a question. It holds until it is taken back.
struct Judged {
    std::int64_t id = 0;
    record::RecordId a = 0; ///< the lower number
    record::RecordId b = 0;
    bool same = false;
    std::string who; ///< a name of the system, not of a citizen
    Instant at;
    double bits = 0;    ///< of the doubt that it answered
    std::string reason; ///< of the doubt
};

/// Judgements are kept with all that were taken back. Writes belong to the caller's transaction. One thread, on its own
/// connection.
class Judgements {
public:
    static std::string_view const tables;
    static Result<Judgements> open(store::Database & database);

    /// All that hold, in the order in which they were made.
    Result<std::vector<Judged>> all();
    /// Those that hold and name the record.
    Result<std::vector<Judged>> of(record::RecordId record);
    /// The last that holds, or nothing; of that person, where one is named.
    Result<std::optional<Judged>> last(std::string_view who = {});
    /// A judgement of the same pair that still holds is taken back.
    Result<void> put(Judged const & judged);
    Result<void> take_back(std::int64_t id, Instant at);

private:
    Judgements() = default;
    static Judged read(store::Statement const & row);
    static Result<std::vector<Judged>> read_all(store::Statement & rows);

    store::Statement m_all;
    store::Statement m_of;
    store::Statement m_last;
    store::Statement m_put;
    store::Statement m_take_back;
    store::Statement m_replace;
};

}
