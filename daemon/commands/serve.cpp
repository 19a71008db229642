#include "daemon/alerts/alerter.hpp"
#include "daemon/base/give_back.hpp"
#include "daemon/commands/command.hpp"
#include "daemon/commands/edition_watch.hpp"
#include "daemon/commands/operator_pages.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/pipeline/daemon.hpp"
#include "daemon/settings/control_socket.hpp"
#include "daemon/web/control.hpp"
#include "daemon/web/monitor_files.hpp"
#include "daemon/web/routes.hpp"
#include "daemon/web/server.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace ketensync::commands {

namespace {

constexpr auto operators = "ketensync-operators";

/// A command line that somebody gave beside the service, done by it.
int do_for(pipeline::Daemon & daemon, web::ControlCall & call)
{
    std::vector<char const *> words;
    for (auto const & word : call.words) {
        words.push_back(word.c_str());
    }
    auto options = parse(words);
    if (!options) {
        call.error << "ketensync: " << options.error().what << '\n';
        return exit_code(options.error().failure);
    }
    auto const table = command_table();
    auto const row = std::ranges::find(table, options->command, &CommandRow::command);
    if (row == table.end() || !row->by_service) {
        call.error << "ketensync: the service does not do that for others\n";
        return exit_code(Failure::usage);
    }
    Service const service { daemon, call.who, call.gone };
    options->service = &service;
    options->config = daemon.config_file();
    return run(*options, { call.in, call.out, call.error, call.terminal, call.live });
}

}

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
    auto const plan = daemon.plan();
    auto const refused = [&streams](Error const & error) {
        streams.error << "ketensync: " << error.what << '\n';
        return exit_code(error.failure);
    };
    auto const control = web::ControlServer::start(settings::control_socket(plan->config.state_folder), operators,
        [&daemon](web::ControlCall & call) { return do_for(daemon, call); }, daemon.heartbeats(), log);
    if (!control) {
        return refused(control.error());
    }
    std::optional<EditionWatch> edition;
    std::unique_ptr<web::Server> server;
    if (auto const & address = plan->config.web_address; !address.empty()) {
        edition.emplace(daemon);
        auto routes = web::routes([&daemon] { return daemon.snapshot(); }, daemon.heartbeats(), clock, [&edition] { return edition->last(); });
        routes.push_back(web::monitor_files(plan->config.state_folder / "monitor"));
        auto pages = operator_pages(daemon, log);
        if (!pages) {
            return refused(pages.error());
        }
        std::ranges::move(*pages, std::back_inserter(routes));
        auto started
            = web::Server::start(address, std::move(routes), clock, daemon.heartbeats(), log);
        if (!started) {
            return refused(started.error());
        }
        server = std::move(*started);
        log.info("status pages on port {}", server->port());
    }
    alerts::Alerter const alerter(daemon, log);
    give_back_memory(); // reading the configuration took more than keeping it
    StopSignals const signals([&daemon] { daemon.reload(); });
    if (auto const ended = daemon.run(signals.token()); !ended) {
        return refused(ended.error());
    }
    return 0;
}

}
