#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/record/values.hpp"

#include <string>
#include <vector>

namespace ketensync::record {

/// A difference in one golden record, complete in itself: applying it twice is the same as applying it once.
struct Change {
    enum class What : std::uint8_t {
        added,     ///< this golden id was never delivered before
        changed,   ///< its values are now as told here
        regrouped, ///< its values are as they were; the records behind it changed
        ended,     ///< nothing tells it any more, or it was absorbed by another
    };
    What what = What::added;
    KindId kind = 0;
    GoldenId golden = 0;
    /// In schema order; a reference field holds the golden id it resolves to as decimal text, or nothing. Empty where
    /// `what` is regrouped or ended.
    Values values;
    /// A record, with the source that tells it.
    struct Member {
        RecordId record = 0;
        SourceId source = 0;
        friend auto operator<=>(Member const &, Member const &) = default;
    };
    std::vector<Member> joined; ///< records that came to this golden record
    std::vector<Member> left;   ///< records that went from it, to another or altogether
    /// Of a change: what was known before stays true of the time before, for the world moved on. Of an end: it held until
    /// now. Otherwise what was known was wrong, and is not held true of any time any more.
    bool moved_on = false;
};

/// What one transaction of the store put in the outbox: applied by the warehouse in one transaction, in order of number.
struct Batch {
    std::int64_t number = 0;
    Instant known; ///< since when we know it: becomes bekend_van and bekend_tot
    std::vector<Change> changes;
};

/// Adds the bytes in which the outbox keeps a change to those of the batch.
void encode(Change const & change, std::string & bytes);
/// Adds what ends a batch: bytes that were cut lack it.
void encode_end(std::string & bytes);
/// False when the bytes are not what `encode` and `encode_end` gave.
bool decode(std::string_view bytes, std::vector<Change> & changes);

}
