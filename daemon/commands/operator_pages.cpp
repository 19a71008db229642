#include "daemon/commands/operator_pages.hpp"

#include "daemon/commands/acts.hpp"
#include "daemon/commands/quarantine_page.hpp"
#include "daemon/commands/review_page.hpp"
#include "daemon/commands/showing_pages.hpp"
#include "daemon/settings/web.hpp"
#include "daemon/web/door.hpp"

#include <algorithm>
#include <iterator>

namespace ketensync::commands {

namespace {

/// What is shown with every request must not be guessed.
constexpr std::size_t secret_bytes_min = 16;

using Keys = std::shared_ptr<web::Door::Keys const>;

Result<Keys> read_keys(settings::Config const & config)
{
    KETENSYNC_TRY_ASSIGN(auto users, settings::web_users(config.file));
    if (users.secret.empty()) {
        return Keys();
    }
    KETENSYNC_TRY_ASSIGN(auto secret, settings::Secrets(config.secrets_folder).read(users.secret));
    if (secret.size() < secret_bytes_min) {
        return fail(Failure::configuration,
            "credential '" + users.secret + "': what the proxy shows is at least 16 characters, or it could be guessed");
    }
    return std::make_shared<web::Door::Keys const>(web::Door::Keys { std::move(users), std::move(secret) });
}

/// Read anew after each reload; those that were in force stay so when that goes wrong. Of the worker's thread.
class KeysInForce {
public:
    KeysInForce(pipeline::Daemon & daemon, Log const & log, Keys first)
        : m_daemon(daemon), m_log(log), m_plan(daemon.plan()), m_keys(std::move(first))
    {
    }

    Keys operator()()
    {
        if (auto const plan = m_daemon.plan(); plan != m_plan.lock()) {
            m_plan = plan;
            if (auto read = read_keys(plan->config)) {
                m_keys = std::move(*read);
            } else {
                m_log.error("who may use the pages stays as it was: {}", read.error().what);
            }
        }
        return m_keys;
    }

private:
    pipeline::Daemon & m_daemon;
    Log const & m_log;
    std::weak_ptr<pipeline::Plan const> m_plan; ///< whose keys they are
    Keys m_keys;
};

}

Result<std::vector<web::Route>> operator_pages(pipeline::Daemon & daemon, Log const & log)
{
    KETENSYNC_TRY_ASSIGN(auto keys, read_keys(daemon.plan()->config));
    auto const in_force = std::make_shared<KeysInForce>(daemon, log, std::move(keys));
    web::Door const door([in_force] { return (*in_force)(); }, daemon.clock());
    auto pages = showing_pages(daemon, door);
    std::ranges::move(quarantine_pages(daemon, door), std::back_inserter(pages));
    std::ranges::move(review_pages(daemon, door), std::back_inserter(pages));
    pages.push_back(web::api_acts(door, acts_of(daemon)));
    return pages;
}

}
