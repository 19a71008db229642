#pragma once

#include "connectors/access.hpp"
#include "connectors/connector.hpp"
#include "daemon/http/client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// One answer, and what it says of those behind it.
struct RestPage {
    Body body;
    bool more = false;
    std::optional<std::uint64_t> total;
};

/// Fetches the pages of lists below one source's address, and reads what their envelope says. Used by one thread.
class RestPages {
public:
    RestPages(http::ClientSettings client, Access access, settings::Paging paging, Surroundings const & surroundings);

    /// Page `number` of the list at `path`, in which {parent} stands for `parent`. `origin` goes before every failure.
    Result<RestPage> read(
        std::string path, std::string_view parent, std::uint64_t number, std::string_view origin, std::stop_token stop);
    /// Counts from the beginning: limits.pages_max is for one reading of the feed.
    void start() { m_count = 0; }

private:
    Result<void> read_envelope(RestPage & page, std::uint64_t number) const;

    settings::Paging m_paging;
    std::uint64_t m_pages_max;
    std::string m_base; ///< path of the address, without a final slash
    http::Client m_client;
    std::uint64_t m_count = 0;
};

} // namespace ketensync::connectors
