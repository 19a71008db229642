#include "tests/contract/subjects.hpp"

#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>

#include <atomic>

namespace ketensync::connectors {

namespace {

using support::ScriptedServer;
using By = settings::Paging::By;
using Answer = ScriptedServer::Answer;
using Request = ScriptedServer::Request;

/// Three pages of one document each.
class RestSubject : public Subject {
public:
    explicit RestSubject(By by)
    {
        m_source.name = "bron";
        m_source.connector = "rest";
        m_source.address = m_server->address();
        m_feed.name = "bron.lijst";
        m_feed.path = "/lijst";
        auto & paging = m_feed.paging;
        paging.by = by;
        paging.items = "items";
        paging.next = "next";
        if (by != By::page_number) {
            paging.items_known = true;
            paging.size_parameter = by == By::offset ? "limit" : "";
            paging.page_parameter = by == By::offset ? "offset" : "cursor";
        }
        paging.total = by == By::offset ? "total" : "";
        around.limits.attempts_max = 2;
    }

    Result<std::unique_ptr<Connector>> open() override
    {
        return connectors::open(m_source, m_feed, around.surroundings());
    }
    bool hang() override
    {
        m_hangs = true;
        return true;
    }
    void vanish() override { m_server.reset(); }
    std::vector<Request> heard() const override { return m_server->requests(); }
    void outgrow() override { around.limits.page_bytes_max = 10; }
    bool remembers() const override { return false; }

protected:
    virtual Answer list(Request const & request) const
    {
        auto const & parameters = request.parameters;
        auto const of = [&](char const * name, int fallback) {
            auto const found = parameters.find(name);
            return found == parameters.end() ? fallback : std::stoi(found->second);
        };
        int const number = m_feed.paging.by == By::offset ? of("offset", 0) + 1
            : m_feed.paging.by == By::page_number         ? of("pageNumber", 1)
                                                          : of("cursor", 1);
        return { .body = page(request.path, number, 3),
            .headers = number < 3
                ? std::map<std::string, std::string> { { "Link", fmt::format("<?cursor={}>; rel=\"next\"", number + 1) } }
                : std::map<std::string, std::string> {} };
    }

    std::string page(std::string const & path, int number, int pages) const
    {
        auto const next = number >= pages           ? std::string("null")
            : m_feed.paging.by == By::next_link     ? fmt::format("\"/lijst?cursor={}\"", number + 1)
                                                    : fmt::format("\"{}\"", number + 1);
        return fmt::format(
            R"({{"items":[{{"van":"{}","id":{},"gewijzigd":"2026-01-0{}"}}],"hasNextPage":{},"next":{},"total":{}}})",
            path, number, number, number < pages, next, pages);
    }

    settings::Source m_source {};
    settings::Feed m_feed {};

private:
    Answer answer(Request const & request) const
    {
        auto answer = list(request);
        if (m_hangs) {
            answer.delay = std::chrono::seconds(30);
        }
        return answer;
    }

    std::atomic<bool> m_hangs = false;
    std::unique_ptr<ScriptedServer> m_server
        = std::make_unique<ScriptedServer>([this](auto const & request) { return answer(request); });
};

class ChildrenSubject final : public RestSubject {
public:
    explicit ChildrenSubject(std::uint64_t parallel)
        : RestSubject(By::page_number)
    {
        m_feed.path = "/groepen/{parent}/lijst";
        m_feed.parent = settings::Parent { "/groepen", "items", "id", parallel };
    }

private:
    Answer list(Request const & request) const override
    {
        if (request.path == "/groepen") {
            return { .body = R"({"items":[{"id":"a"},{"id":"b"}],"hasNextPage":false})" };
        }
        return { .body = page(
                     request.path, std::stoi(request.parameters.at("pageNumber")), request.path == "/groepen/a/lijst" ? 1 : 2) };
    }
};

class ReportSubject final : public RestSubject {
public:
    ReportSubject()
        : RestSubject(By::page_number)
    {
        m_feed.path = "/rapporten/{job}/lijst";
        m_feed.job = settings::Job { "/rapporten", "id", "/rapporten/{job}", "staat", { "klaar" }, {} };
    }

private:
    Answer list(Request const & request) const override
    {
        if (request.path == "/rapporten") {
            return { .body = R"({"id":"r1"})" };
        }
        return request.path == "/rapporten/r1" ? Answer { .body = R"({"staat":"klaar"})" } : RestSubject::list(request);
    }
};

class SinceSubject final : public RestSubject {
public:
    SinceSubject()
        : RestSubject(By::page_number)
    {
        m_feed.reads = settings::Reads::changes;
        m_feed.since = settings::Since {};
        m_feed.since->parameter = "na";
        m_feed.since->field = "gewijzigd";
    }
    bool remembers() const override { return true; }
    std::string nothing_new() const override { return R"({"items":[],"hasNextPage":false})"; }

private:
    Answer list(Request const & request) const override
    {
        auto const na = request.parameters.find("na");
        return na != request.parameters.end() && na->second.starts_with("2026-01-03") ? Answer { .body = nothing_new() }
                                                                                      : RestSubject::list(request);
    }
};

template <typename Made, typename... Arguments>
SubjectMaker maker(std::string name, Arguments... arguments)
{
    return { std::move(name), [arguments...] { return std::make_unique<Made>(arguments...); } };
}

} // namespace

std::vector<SubjectMaker> rest_subjects()
{
    return { maker<RestSubject>("RestByPageNumber", By::page_number), maker<RestSubject>("RestByOffset", By::offset),
        maker<RestSubject>("RestByCursor", By::cursor), maker<RestSubject>("RestByNextLink", By::next_link),
        maker<RestSubject>("RestByLinkHeader", By::link_header),
        maker<ChildrenSubject>("RestBelowParents", std::uint64_t { 1 }),
        maker<ChildrenSubject>("RestBelowParentsInParallel", std::uint64_t { 3 }), maker<ReportSubject>("RestReport"),
        maker<SinceSubject>("RestSince") };
}

} // namespace ketensync::connectors
