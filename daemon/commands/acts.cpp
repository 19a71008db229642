#include "daemon/commands/acts.hpp"

#include "daemon/commands/pause.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/commands/set_aside.hpp"
#include "daemon/commands/sync.hpp"

#include <algorithm>

namespace ketensync::commands {

namespace {

using web::Call;
using web::Json;

Json told(pipeline::PlannedFeed const & feed, std::string_view state, std::string_view detail = {})
{
    Json item { { "source", feed.source->name }, { "feed", feed.feed->name }, { "state", state } };
    if (!detail.empty()) {
        item["detail"] = detail;
    }
    return item;
}

class ServiceActs final : public web::Acts {
public:
    explicit ServiceActs(pipeline::Daemon & daemon) : m_daemon(daemon) { }

    bool knows(std::string_view source, std::string_view feed) const override
    {
        auto const plan = m_daemon.plan();
        auto const found = std::ranges::find(plan->config.sources, source, &settings::Source::name);
        return found != plan->config.sources.end()
            && (feed.empty() || std::ranges::find(found->feeds, feed, &settings::Feed::name) != found->feeds.end());
    }

    Result<Json> begin(Call const & call) override
    {
        auto const plan = m_daemon.plan();
        KETENSYNC_TRY_ASSIGN(auto const feeds, chosen(*plan, names(call)));
        auto items = Json::array();
        std::optional<Error> refused;
        bool any = false;
        for (auto const feed : feeds) {
            pipeline::RunOptions options;
            options.full = call.body.value("full", false);
            options.reason = call.body.value("reason", "");
            auto const joined = begin_run(service(call), feed, options, [](health::Run const &) { });
            any = any || joined;
            if (!joined && !refused) {
                refused = joined.error();
            }
            items.push_back(!joined ? told(plan->feeds[feed], "refused", joined.error().what) : told(plan->feeds[feed], *joined ? "joined" : "begun"));
        }
        if (!any && refused) {
            return fail(*refused);
        }
        return Json { { "items", std::move(items) } };
    }

    Result<Json> cancel(Call const & call) override
    {
        auto const plan = m_daemon.plan();
        KETENSYNC_TRY_ASSIGN(auto const feeds, chosen(*plan, names(call)));
        KETENSYNC_TRY_ASSIGN(bool const cancelled, m_daemon.cancel(feeds.front(), call.who, call.body.value("reason", "")));
        if (!cancelled) {
            return fail(Failure::busy, "it is not being read");
        }
        return told(plan->feeds[feeds.front()], "cancelled");
    }

    Result<Json> pause(Call const & call) override
    {
        auto const now = m_daemon.clock().now();
        KETENSYNC_TRY_ASSIGN(auto const until, pause_until(call.body.at("until"), now));
        pipeline::Pause const pause { call.source, call.who, call.body.at("reason"), now, until };
        KETENSYNC_TRY(m_daemon.pause(pause));
        return Json { { "source", pause.source }, { "until", to_text(until) }, { "reason", pause.reason } };
    }

    Result<Json> resume(Call const & call) override
    {
        KETENSYNC_TRY_ASSIGN(bool const was_paused, m_daemon.resume(call.source, call.who));
        if (!was_paused) {
            return fail(Failure::busy, "it was not paused");
        }
        return Json { { "source", call.source } };
    }

    Result<Json> retry(Call const & call) override { return change(call, QuarantineAction::retry); }
    Result<Json> drop(Call const & call) override { return change(call, QuarantineAction::drop); }

private:
    Service service(Call const & call) const { return { m_daemon, call.who, [] { return false; } }; }

    static std::vector<std::string> names(Call const & call)
    {
        return call.source.empty()  ? std::vector<std::string> {}
            : call.feed.empty() ? std::vector { call.source }
                                : std::vector { call.source + '/' + call.feed };
    }

    Result<Json> change(Call const & call, QuarantineAction action) const
    {
        landing::Quarantine::Selection selection { call.source, call.body.value("code", ""), std::nullopt, call.feed };
        selection.at_most = call.body.at("atMost").get<std::uint64_t>();
        if (auto const id = call.body.find("id"); id != call.body.end()) {
            selection.id = id->get<std::int64_t>();
        }
        KETENSYNC_TRY_ASSIGN(auto const documents, change_set_aside(service(call), action, { selection }, call.body.at("reason")));
        return Json { { "documents", documents } };
    }

    pipeline::Daemon & m_daemon;
};

}

std::shared_ptr<web::Acts> acts_of(pipeline::Daemon & daemon) { return std::make_shared<ServiceActs>(daemon); }

} // namespace ketensync::commands
