#include "daemon/commands/desk.hpp"

#include "daemon/commands/service.hpp"

namespace ketensync::commands {

Result<Desk> Desk::open(Options const & options, std::shared_ptr<pipeline::Plan const> plan, Clock const & clock,
    pipeline::Workbench::Purpose purpose)
{
    Desk desk;
    desk.m_service = options.service;
    if (options.service != nullptr) {
        desk.m_who = options.service->who;
    } else {
        KETENSYNC_TRY_ASSIGN(desk.m_own, pipeline::Workbench::open(std::move(plan), clock, purpose));
    }
    return desk;
}

Result<void> Desk::at(std::function<Result<void>(pipeline::Bench & bench)> const & work)
{
    if (m_service != nullptr) {
        return m_service->daemon.at_bench(work);
    }
    auto bench = m_own->bench();
    return work(bench);
}

Result<void> with_state_to_itself(
    Options const & options, Streams const & streams, std::function<Result<void>(std::string const & who)> const & work)
{
    if (options.service == nullptr) {
        return work({});
    }
    auto & daemon = options.service->daemon;
    KETENSYNC_TRY_ASSIGN(auto const going, daemon.going());
    if (!going.feeds.empty() && !options.quiet) {
        streams.error << "waits for " << going.feeds.size() << " feeds that are being read; --cancel ends one\n";
    }
    return daemon.aside([&] { return work(options.service->who); });
}

Result<void> Desk::leave() { return m_own ? m_own->digest().put_away() : Result<void>(); }

} // namespace ketensync::commands
