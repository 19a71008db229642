#include "connectors/look_up.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <deque>

namespace ketensync::connectors {

namespace {

class LookUp final : public Connector {
public:
    LookUp(RestPages pages, settings::Feed feed, Surroundings const & surroundings)
        : m_pages(std::move(pages))
        , m_feed(std::move(feed))
        , m_surroundings(surroundings)
    {
    }

    Result<Page> read(std::string const &, std::stop_token stop) override
    {
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        Page page;
        page.origin = fmt::format("answer {}", ++m_count);
        while (true) {
            if (m_waiting.empty()) {
                KETENSYNC_TRY_ASSIGN(auto batch, m_surroundings.questions->next(m_feed.ask->batch));
                if (batch.empty()) {
                    page.last = true;
                    return page;
                }
                m_waiting.push_back(std::move(batch));
            }
            auto const batch = std::move(m_waiting.front());
            m_waiting.pop_front();
            PageQuestion question { .path = m_feed.path };
            question.asked = as_list(batch);
            auto answer = m_pages.read(question, {}, page.origin, stop);
            if (answer) {
                page.body = std::move(answer->body);
                return page;
            }
            if (answer.error().failure != Failure::bad_page) {
                m_waiting.push_front(batch);
                return fail(std::move(answer).error());
            }
            KETENSYNC_TRY(halve(batch, answer.error()));
        }
    }

private:
    /// As the elements of a JSON list, without its brackets.
    static std::string as_list(std::vector<std::string> const & batch)
    {
        auto const list = nlohmann::json(batch).dump();
        return list.substr(1, list.size() - 2);
    }

    // One value that the source will not have would otherwise keep all others from being asked, for ever.
    Result<void> halve(std::vector<std::string> const & batch, Error const & why)
    {
        if (batch.size() == 1) {
            if (++m_refused > refused_max) {
                return fail(Failure::bad_page,
                    fmt::format("the source refuses more than {} questions one by one: {}", refused_max, why.what));
            }
            m_surroundings.log.warning("{}: a question is refused and passed over: {}", m_feed.name, why.what);
            return {};
        }
        auto const middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
        m_waiting.emplace_front(middle, batch.end());
        m_waiting.emplace_front(batch.begin(), middle);
        return {};
    }

    /// More than these, and it is not the questions that are wrong.
    static constexpr std::uint64_t refused_max = 5;

    RestPages m_pages;
    settings::Feed m_feed;
    Surroundings m_surroundings;
    std::deque<std::vector<std::string>> m_waiting; ///< batches still to be asked
    std::uint64_t m_count = 0;
    std::uint64_t m_refused = 0;
};

} // namespace

Result<std::unique_ptr<Connector>> open_look_up(
    RestPages pages, settings::Feed const & feed, Surroundings const & surroundings)
{
    if (surroundings.questions == nullptr) {
        return fail(Failure::bug, fmt::format("{}: nobody gives the questions of this feed", feed.name));
    }
    return std::make_unique<LookUp>(std::move(pages), feed, surroundings);
}

} // namespace ketensync::connectors
