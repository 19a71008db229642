#include "connectors/soap.hpp"

#include "connectors/key_list.hpp"
#include "connectors/read_ahead.hpp"
#include "connectors/soap_exchange.hpp"
#include "daemon/record/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::connectors {

namespace {

using settings::Meaning;

/// So many questions without an answer to show, and the cursor moves on all the same.
constexpr std::size_t quiet_questions_max = 200;

/// When so many on end are not answered, it is not about the questions any more.
constexpr std::size_t aside_in_a_row_max = 25;

/// Which part of the answer to which question. As a cursor: "4f1c9a… 2 <start/>": the key is told by its fingerprint,
/// so that no list of people lies beside the state.
struct Position {
    std::size_t question = 0;
    std::uint64_t part = 1;
    std::string start;
};

std::string mark_of(std::string_view key)
{
    auto const fingerprint = record::fingerprint(key);
    return fmt::format("{:016x}{:016x}", fingerprint.high, fingerprint.low);
}

std::string to_cursor(Position const & position, std::string const & key)
{
    return fmt::format("{} {} {}", mark_of(key), position.part, position.start);
}

class SoapConnector final : public Connector {
public:
    SoapConnector(soap::Exchange exchange, std::unique_ptr<KeyList> questions, settings::Feed feed,
        Surroundings const & surroundings)
        : m_exchange(std::move(exchange))
        , m_questions(std::move(questions))
        , m_feed(std::move(feed))
        , m_one_document(m_feed.asking->service->requests.at(m_feed.asking->request).one_document)
        , m_surroundings(surroundings)
    {
    }

    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        KETENSYNC_TRY_ASSIGN(auto position, find(cursor, stop));
        Page page;
        page.origin = "the list of questions";
        for (std::size_t quiet = 0; position.question < m_keys.size(); ++quiet) {
            if (stop.stop_requested()) {
                return fail(Failure::interrupted, "asked to stop");
            }
            if (quiet >= quiet_questions_max) {
                break;
            }
            page.origin
                = fmt::format("part {} of question {} of {}", position.part, position.question + 1, m_keys.size());
            KETENSYNC_TRY_ASSIGN(bool const something, ask(position, page, stop));
            if (something) {
                break;
            }
        }
        page.bare = page.body.bytes().empty();
        page.last = position.question >= m_keys.size();
        if (page.last) {
            m_keys.clear(); // the next reading asks whom to ask
        } else {
            page.cursor_after = to_cursor(position, m_keys[position.question]);
        }
        m_next = { page.cursor_after, std::move(position) };
        return page;
    }

private:
    /// Asks what stands at the position and moves it on; true when the page has something to show.
    Result<bool> ask(Position & position, Page & page, std::stop_token stop)
    {
        auto const & key = m_keys[position.question];
        auto answered = m_exchange.ask({ key, m_feed.asking->size, position.start }, stop);
        if (!answered) {
            auto error = std::move(answered).error();
            error.what = fmt::format("{}: {}", page.origin, error.what);
            return fail(std::move(error));
        }
        auto const & answer = answered->answer;
        KETENSYNC_TRY(check_progress(position, answer, page.origin));
        bool const aside
            = answer.means == Meaning::set_aside || (answer.means == Meaning::partial && !m_feed.asking->take_partial);
        if (aside && m_feed.reads == settings::Reads::complete) {
            return fail(Failure::bad_page,
                fmt::format("{}: the source does not answer it in full{}{}; in a feed that reads everything nobody may "
                            "be missing, so use reads = \"changes\"",
                    page.origin, answer.code.empty() ? "" : ", code ", answer.code));
        }
        m_aside_in_a_row = aside ? m_aside_in_a_row + 1 : 0;
        if (m_aside_in_a_row > aside_in_a_row_max) {
            return fail(Failure::bad_page,
                fmt::format("{}: the source does not answer {} questions on end{}{}", page.origin, m_aside_in_a_row,
                    answer.code.empty() ? "" : ", code ", answer.code));
        }
        bool something = true;
        if (aside) {
            page.body = Body(fmt::format("<Question key=\"{}\">{}</Question>", soap::escaped(key), answered->refusal));
        } else if (answer.means == Meaning::nothing) {
            if (m_one_document) {
                page.gone.push_back(key);
            }
            something = false;
        } else {
            if (answer.means == Meaning::partial) {
                m_surroundings.log.warning("{}: {}: the source says that something is missing{}{}", m_feed.name,
                    page.origin, answer.code.empty() ? "" : ", code ", answer.code);
            }
            page.body = Body(std::move(answered->bytes));
        }
        if (answer.more && !aside) {
            ++position.part;
            position.start = answer.start;
        } else {
            position = { position.question + 1, 1, {} };
        }
        return something;
    }

    Result<void> check_progress(
        Position const & position, soap::Answer const & answer, std::string const & origin) const
    {
        if (answer.more && (answer.start == position.start || answer.start.empty())) {
            return fail(Failure::bad_page,
                fmt::format("{}: the source says that there is more, and not where it begins", origin));
        }
        if (position.part > m_surroundings.limits.pages_max) {
            return fail(Failure::bad_page,
                fmt::format("{}: the source gives more than {} parts", origin, m_surroundings.limits.pages_max));
        }
        return {};
    }

    /// The place that a cursor means. One that means nothing (any more) is the beginning: asking again is harmless.
    Result<Position> find(std::string const & cursor, std::stop_token stop)
    {
        if (cursor.empty() || m_keys.empty()) {
            m_aside_in_a_row = 0;
            KETENSYNC_TRY_ASSIGN(m_keys, m_questions->keys(stop));
        }
        if (cursor.empty()) {
            return Position {};
        }
        if (cursor == m_next.first) {
            return m_next.second;
        }
        auto const first = cursor.find(' ');
        auto const second = first == std::string::npos ? first : cursor.find(' ', first + 1);
        Position position;
        if (second != std::string::npos) {
            auto const * const end = cursor.data() + second;
            auto const parsed = std::from_chars(cursor.data() + first + 1, end, position.part);
            auto const mark = cursor.substr(0, first);
            auto const place = std::find_if(
                m_keys.begin(), m_keys.end(), [&mark](std::string const & key) { return mark_of(key) == mark; });
            if (parsed.ec == std::errc() && parsed.ptr == end && place != m_keys.end()) {
                position.question = static_cast<std::size_t>(place - m_keys.begin());
                position.start = cursor.substr(second + 1);
                return position;
            }
        }
        m_surroundings.log.warning(
            "{}: the stored cursor is of no question in the list; asking from the beginning", m_feed.name);
        return Position {};
    }

    soap::Exchange m_exchange;
    std::unique_ptr<KeyList> m_questions;
    settings::Feed m_feed;
    bool m_one_document;
    Surroundings m_surroundings;
    std::size_t m_aside_in_a_row = 0;
    std::pair<std::string, Position> m_next; ///< the cursor behind the page read last, and its place
    std::vector<std::string> m_keys; ///< of this reading; empty: not asked for yet
};

void add_headers(settings::Source const & source, settings::Service const & service, http::ClientSettings & client)
{
    auto const & action = service.soap_action.value_or(service.action);
    if (service.version == settings::Service::Version::soap12) {
        client.headers.push_back(action.empty()
                ? std::string("Content-Type: application/soap+xml; charset=utf-8")
                : fmt::format("Content-Type: application/soap+xml; charset=utf-8; action=\"{}\"", action));
    } else {
        client.headers.emplace_back("Content-Type: text/xml; charset=utf-8");
        client.headers.push_back(fmt::format("SOAPAction: \"{}\"", action));
    }
    client.headers.emplace_back("Accept: text/xml, application/soap+xml, application/xml");
    // A message of some kilobytes is sent at once, without asking whether it may.
    client.headers.emplace_back("Expect:");
    for (auto const & [name, value] : source.headers) {
        client.headers.push_back(fmt::format("{}: {}", name, value));
    }
}

Result<std::optional<soap::Signer>> signer_of(settings::Source const & source, Surroundings const & surroundings)
{
    auto const & messaging = source.messaging;
    if (messaging.signing.empty()) {
        return std::nullopt;
    }
    KETENSYNC_TRY_ASSIGN(
        auto const own, read_certificate(surroundings.secrets, messaging.signing, messaging.signing_key));
    KETENSYNC_TRY_ASSIGN(auto signer, soap::Signer::create(own.name, own.chain, own.key));
    return std::optional<soap::Signer>(std::move(signer));
}

} // namespace

Result<std::unique_ptr<Connector>> open_soap(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings)
{
    if (!feed.asking || !feed.asking->service) {
        return fail(Failure::configuration, fmt::format("{}: it is not known what to ask", feed.name));
    }
    auto const & service = *feed.asking->service;
    SharedAccess alone;
    auto & shared = surroundings.shared != nullptr ? *surroundings.shared : alone;
    KETENSYNC_TRY_ASSIGN(auto access, shared.of(source, surroundings));
    soap::Exchange::Settings settings;
    KETENSYNC_TRY_ASSIGN(settings.client, client_settings(source, source.address, surroundings));
    add_headers(source, service, settings.client);
    auto path = settings.client.address.path;
    while (path.ends_with('/')) {
        path.pop_back();
    }
    settings.target = path + feed.path;
    if (settings.target.empty()) {
        settings.target = "/";
    }
    settings.asking = *feed.asking;
    settings.messaging = source.messaging;
    settings.depth_max = surroundings.limits.depth_max;
    std::optional<soap::Signer> signer;
    std::optional<soap::Verifier> verifier;
    if (service.signature) {
        KETENSYNC_TRY_ASSIGN(signer, signer_of(source, surroundings));
        KETENSYNC_TRY_ASSIGN(auto created, soap::Verifier::create(source.messaging.signing_ca_file));
        verifier = std::move(created);
        if (!signer) {
            return fail(Failure::configuration, fmt::format("{}: its service wants signatures", feed.name));
        }
    }
    soap::Exchange exchange(
        std::move(settings), std::move(access), std::move(signer), std::move(verifier), surroundings.clock);
    if (feed.ask && surroundings.questions == nullptr) {
        return fail(Failure::bug, fmt::format("{}: nobody gives the questions of this feed", feed.name));
    }
    auto keys = feed.ask ? key_list_of(*surroundings.questions)
                         : key_list_in_file(feed.asking->questions, surroundings.limits);
    return std::make_unique<ReadAhead>(
        std::make_unique<SoapConnector>(std::move(exchange), std::move(keys), feed, surroundings));
}

} // namespace ketensync::connectors
