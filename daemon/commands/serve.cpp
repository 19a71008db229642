#include "daemon/base/give_back.hpp"
#include "daemon/commands/command.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/monitor_files.hpp"
#include "daemon/web/routes.hpp"
#include "daemon/web/server.hpp"

namespace ketensync::commands {

// The service in the foreground: everything is open before READY, and closes in the opposite order.
int serve(Options const & options, Streams const & streams)
{
    SystemClock const clock;
    Log log;
    auto opened = pipeline::Daemon::open(options.config, clock, log);
    if (!opened) {
        for (auto const & reason : opened.error().reasons) {
            streams.error << reason << '\n';
        }
        return opened.error().exit_code;
    }
    auto & daemon = **opened;
    std::unique_ptr<web::Server> server;
    if (auto const & address = daemon.config().web_address; !address.empty()) {
        auto routes = web::routes([&daemon] { return daemon.snapshot(); }, daemon.heartbeats(), clock);
        routes.push_back(web::monitor_files(daemon.config().state_folder / "monitor"));
        auto started
            = web::Server::start(address, std::move(routes), clock, daemon.heartbeats(), log);
        if (!started) {
            streams.error << "ketensync: " << started.error().what << '\n';
            return exit_code(started.error().failure);
        }
        server = std::move(*started);
        log.info("status pages on port {}", server->port());
    }
    give_back_memory(); // reading the configuration took more than keeping it
    StopSignals const signals([&daemon] { daemon.reload(); });
    if (auto const ended = daemon.run(signals.token()); !ended) {
        streams.error << "ketensync: " << ended.error().what << '\n';
        return exit_code(ended.error().failure);
    }
    return 0;
}

}
