#include "daemon/landing/shapes.hpp"

namespace ketensync::landing {

std::string_view const Shapes::tables = R"(
CREATE TABLE shape(feed INTEGER PRIMARY KEY, unread INTEGER NOT NULL, noticed INTEGER NOT NULL, fields TEXT NOT NULL) STRICT;
)";

Result<formats::Shape> Shapes::get(record::FeedId feed) const
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare("SELECT fields FROM shape WHERE feed = ?"));
    select.bind(1, std::int64_t { feed });
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (!row) {
        return formats::Shape();
    }
    auto shape = formats::Shape::decode(select.text(0));
    if (!shape) {
        return fail(Failure::configuration, "the stored shape of a feed is damaged: restore the state from a backup");
    }
    return std::move(*shape);
}

Result<void> Shapes::put(record::FeedId feed, formats::Shape const & shape)
{
    KETENSYNC_TRY_ASSIGN(auto replace, m_database->prepare("REPLACE INTO shape VALUES(?, ?, ?, ?)"));
    auto const text = shape.encode();
    replace.bind(1, std::int64_t { feed }).bind(2, static_cast<std::int64_t>(shape.unread()));
    replace.bind(3, static_cast<std::int64_t>(shape.notices().size())).bind(4, std::string_view(text));
    return replace.run();
}

Result<std::map<record::FeedId, Shapes::Summary>> Shapes::summaries() const
{
    std::map<record::FeedId, Summary> all;
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare("SELECT feed, unread, noticed FROM shape"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return all;
        }
        all[static_cast<record::FeedId>(select.integer(0))]
            = { static_cast<std::uint64_t>(select.integer(1)), static_cast<std::uint64_t>(select.integer(2)) };
    }
}

}
