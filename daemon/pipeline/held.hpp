#pragma once

#include "daemon/golden/golden.hpp"
#include "daemon/landing/leaves.hpp"
#include "daemon/pipeline/plan.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// All that the state holds on one person: on the golden record, and on those that refer to it.
struct Held {
    struct Golden {
        record::GoldenId id = 0;
        record::KindId kind = 0;
        record::Values values;
    };
    struct Record {
        record::RecordId id = 0;
        record::SourceId source = 0;
        record::KindId kind = 0;
        record::GoldenId golden = 0;
        std::string key;
        std::uint64_t teller = 0;
        record::Values values;
    };
    struct Document {
        landing::Version version = 0;
        record::FeedId feed = 0;
        std::int64_t run = 0;
        Instant received;
        bool tells = false; ///< it is what records are believed from now; otherwise an earlier one, or one set aside
        std::string bytes;
    };
    struct Before {
        record::GoldenId golden = 0;
        record::KindId kind = 0;
        Instant since;
        Instant until;
        record::Values values;
    };
    struct Aside {
        std::int64_t id = 0;
        record::FeedId feed = 0;
        std::string reason;
        Instant first_seen;
        std::string raw;
    };
    std::vector<Golden> golden; ///< the person first
    std::vector<Record> records;
    std::vector<Document> documents;
    std::vector<Before> history;
    std::vector<Aside> quarantine;
    std::vector<landing::Version> mentions; ///< documents that tell others, and hold a mark of the person
    /// What the person can be recognised by on its own: numbers and addresses of his own, and keys of sources. For
    /// looking whether anything is left.
    std::set<std::string> marks;
};

/// Gathers it; failure::usage when there is no such golden record. Only reads.
Result<Held> held(store::Database & state, record::Schema const & schema, record::GoldenId person);

/// The golden record that has this value in a field that says who somebody is (a BSN, another number, an e-mail
/// address): failure::usage when there is none, or more than one.
Result<record::GoldenId> who_has(store::Database & state, record::Schema const & schema, std::string_view value);

/// True where a field of this type belongs to one person only.
bool recognises(record::FieldType type);

/// The names of sources and feeds, by number.
struct Names {
    std::map<std::int64_t, std::string> sources;
    std::map<std::int64_t, std::string> feeds; ///< "source/feed"
};
Result<Names> names_in(store::Database & state);

}
