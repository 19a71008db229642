#include "daemon/web/door.hpp"

#include "daemon/store/seal.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/tongue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace ketensync::web {

namespace {

using settings::Role;

/// A page that was left open longer is opened anew before its forms count.
constexpr std::chrono::hours token_holds { 8 };
constexpr std::string_view token_field = "bewijs";

Response closed(Request const & request, std::string_view title, std::string const & sentence, std::string const & user)
{
    return kept(request,
        page({ .title = std::string(title), .path = {}, .version = KETENSYNC_VERSION, .user = user, .language = language_of(request) },
            fmt::format("<p>{}</p>\n", escaped(sentence)), 403));
}

std::string_view in_dutch(Role role)
{
    switch (role) {
    case Role::read:
        return word("kijken (read)");
    case Role::operate:
        return word("bedienen (operate)");
    case Role::review:
        return word("beoordelen (review)");
    case Role::publish:
        return word("publiceren (publish)");
    }
    return "";
}

/// Why somebody is not let in.
enum class Why { not_set_up, not_by_proxy, unknown, lacks_role };

Response closed(Request const & request, Why why, Role role, Visitor const & visitor, std::string const & origin)
{
    Tongue const say(language_of(request));
    switch (why) {
    case Why::not_set_up:
        return closed(request, say("Eerst inrichten"),
            std::string(say("Deze pagina toont persoonsgegevens of verandert iets. Daarom is zij er alleen voor wie via een proxy is aangemeld. Zet een proxy voor deze dienst die mensen aanmeldt, en vul in ketensync.toml onder [web] in: origin, secret en [web.users]. Hoe dat gaat, staat in docs/operating.md onder 'Pages for operators'.")),
            {});
    case Why::not_by_proxy:
        return closed(request, say("Alleen via de proxy"), say("Deze pagina is er alleen via de proxy die u aanmeldt, op {}.", origin), {});
    case Why::unknown:
        return closed(request, say("Niet bekend"),
            std::string(say("De proxy noemt geen gebruiker die hier iets mag. Wie iets mag, staat in ketensync.toml onder [web.users].")), {});
    case Why::lacks_role:
        break;
    }
    return closed(request, say("Dat mag u niet"),
        say("Hiervoor is het recht {} nodig, en dat heeft {} niet. Wie wat mag, staat in ketensync.toml onder [web.users].", say(in_dutch(role)), visitor.name),
        visitor.name);
}

std::string for_programs(Why why, Role role)
{
    switch (why) {
    case Why::not_set_up:
        return "nobody may do anything here before [web] origin, secret and [web.users] are in ketensync.toml";
    case Why::not_by_proxy:
        return "what does something is asked through the proxy that signs people in";
    case Why::unknown:
        return "the proxy names nobody of [web.users]";
    case Why::lacks_role:
        break;
    }
    return fmt::format("this asks for the role '{}'", settings::name_of(role));
}

}

struct Door::Inner {
    InForce in_force;
    Clock const & clock;
    std::string key = store::random_bytes(); ///< of this process: no token outlives it

    /// Comparing what nobody else can make takes as long whatever was guessed.
    bool equal(std::string_view a, std::string_view b) const { return store::keyed_hash(key, a) == store::keyed_hash(key, b); }

    std::string token(std::string const & user, Instant at) const
    {
        auto const stamp = fmt::format("{:x}", at.time_since_epoch().count());
        return stamp + '.' + store::in_hex(store::keyed_hash(key, fmt::format("{}\n{}", stamp, user)));
    }

    bool believes(std::string const & given, std::string const & user) const
    {
        std::int64_t stamp = 0;
        auto const read = std::from_chars(given.data(), given.data() + given.size(), stamp, 16);
        Instant const at { std::chrono::milliseconds(stamp) };
        auto const now = clock.now();
        return read.ec == std::errc() && stamp > 0 && at <= now && now - at <= token_holds && equal(given, token(user, at));
    }

    /// What a browser says of where a form was sent from. One that says nothing is not believed.
    static bool from_here(Request const & request, std::string const & here)
    {
        auto const origin = request.header("origin");
        auto const site = request.header("sec-fetch-site");
        return (origin || site) && (!origin || *origin == here) && (!site || *site == "same-origin");
    }

    /// Whether anything that the request says of where it was sent from is otherwise than here. A program says nothing.
    static bool from_elsewhere(Request const & request, std::string const & here)
    {
        return std::ranges::any_of(request.headers, [&here](auto const & header) {
            return (header.first == "origin" && header.second != here) || (header.first == "sec-fetch-site" && header.second != "same-origin");
        });
    }

    /// Whom the proxy names, with the keys that let him in.
    struct Entered {
        Visitor visitor;
        std::shared_ptr<Keys const> keys;
        std::optional<Why> refused;
    };
    Entered enter(Role role, Request const & request) const
    {
        Entered entered { {}, in_force(), std::nullopt };
        auto const & keys = entered.keys;
        if (!keys || keys->users.roles.empty()) {
            entered.refused = Why::not_set_up;
            return entered;
        }
        auto const secret = request.header(keys->users.secret_header);
        if (!secret || !equal(*secret, keys->secret)) {
            entered.refused = Why::not_by_proxy;
            return entered;
        }
        auto const name = request.header(keys->users.user_header);
        auto const known = name ? keys->users.roles.find(*name) : keys->users.roles.end();
        if (known == keys->users.roles.end()) {
            entered.refused = Why::unknown;
            return entered;
        }
        entered.visitor = { known->first, known->second };
        if (known->second == 0 || (role != Role::read && !entered.visitor.may(role))) {
            entered.refused = Why::lacks_role;
        }
        return entered;
    }

    Response answer(Role role, Page const & made, Request const & request) const
    {
        auto [visitor, keys, refused] = enter(role, request);
        if (refused) {
            return closed(request, *refused, role, visitor, keys ? keys->users.origin : std::string());
        }
        Tongue const say(language_of(request));
        if (request.posted && !from_here(request, keys->users.origin)) {
            return closed(request, say("Niet van hier"), std::string(say("Dit formulier is niet verstuurd vanaf deze pagina's. Er is niets gedaan.")), visitor.name);
        }
        if (request.posted && !believes(request.value(token_field), visitor.name)) {
            return closed(request, say("Te lang open"),
                std::string(say("Deze pagina stond te lang open, of was van iemand anders. Er is niets gedaan. Ga terug en laad de pagina opnieuw.")), visitor.name);
        }
        visitor.form_fields = fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", token_field, token(visitor.name, clock.now()));
        return made(visitor, request);
    }

    Response answer_program(Role role, Page const & act, Request const & request) const
    {
        auto const [visitor, keys, refused] = enter(role, request);
        if (refused) {
            return problem(403, "Forbidden", for_programs(*refused, role));
        }
        if (from_elsewhere(request, keys->users.origin)) {
            return problem(403, "Forbidden", "a page of another site sent this; nothing was done");
        }
        return act(visitor, request);
    }
};

Door::Door(InForce in_force, Clock const & clock) : m(std::make_shared<Inner>(Inner { std::move(in_force), clock })) { }

Route Door::guarded(std::string path, bool takes_rest, Role role, bool takes_forms, Page page) const
{
    Route route { std::move(path), takes_rest,
        [inner = m, role, made = std::move(page)](Request const & request) { return inner->answer(role, made, request); } };
    route.waits = true;
    route.takes_forms = takes_forms;
    return route;
}

Response Door::admitted(Role role, Request const & request, Page const & act) const { return m->answer_program(role, act, request); }

} // namespace ketensync::web
