#pragma once

#include "connectors/rest.hpp"
#include "tests/connectors/around.hpp"
#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace ketensync::connectors {

using support::ScriptedServer;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;
using By = settings::Paging::By;

/// A feed over HTTP and the script that answers it.
struct Rest {
    Around around {};
    ScriptedServer server;
    settings::Source source {};
    settings::Feed feed {};

    explicit Rest(ScriptedServer::Script script, By by = By::page_number)
        : server(std::move(script))
    {
        source.name = "bron";
        source.address = server.address() + "/api/";
        feed.name = "personen";
        feed.path = "/persons";
        feed.paging.by = by;
    }

    struct Read {
        std::vector<std::string> bodies {};
        std::vector<std::string> origins {};
        std::optional<std::uint64_t> total {};
        bool not_modified = false; ///< the last page
        std::string cursor {}; ///< behind the last page that was read
        std::optional<Error> error {};
    };

    Read read_all(std::string cursor = {})
    {
        Read read;
        auto const connector = open_rest(source, feed, around.surroundings());
        if (!connector) {
            read.error = connector.error();
            return read;
        }
        for (;;) {
            auto const page = (*connector)->read(cursor, {});
            if (!page) {
                read.error = page.error();
                return read;
            }
            read.bodies.emplace_back(page->body.bytes());
            read.origins.push_back(page->origin);
            read.total = page->declared_total ? page->declared_total : read.total;
            read.not_modified = page->not_modified;
            cursor = page->cursor_after;
            read.cursor = cursor;
            if (page->last) {
                return read;
            }
        }
    }
};

inline void expect(Rest::Read const & read, Failure failure, std::string const & what)
{
    ASSERT_TRUE(read.error);
    EXPECT_EQ(read.error->failure, failure);
    EXPECT_THAT(read.error->what, testing::HasSubstr(what));
}

} // namespace ketensync::connectors
