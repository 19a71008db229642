#pragma once

#include "daemon/formats/shape.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace ketensync::landing {

/// The shapes of feeds in the state file. No transactions of its own: a shape is written in the transaction that lands
/// what it was seen in. One thread, on its connection.
class Shapes {
public:
    static std::string_view const tables;
    explicit Shapes(store::Database & database) : m_database(&database) { }

    /// An empty one when nothing was read of the feed yet.
    Result<formats::Shape> get(record::FeedId feed) const;
    Result<void> put(record::FeedId feed, formats::Shape const & shape);

    /// What there is to say of a feed's shape, without reading it.
    struct Summary {
        std::uint64_t unread = 0; ///< fields that hold values nobody asked for
        std::uint64_t noticed = 0; ///< differences nobody has accepted
    };
    Result<std::map<record::FeedId, Summary>> summaries() const;

private:
    store::Database * m_database;
};

}
