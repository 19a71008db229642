#include "daemon/web/door.hpp"

#include "daemon/store/seal.hpp"
#include "daemon/web/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::web {

namespace {

using settings::Role;

/// A page that was left open longer is opened anew before its forms count.
constexpr std::chrono::hours token_holds { 8 };
constexpr std::string_view token_field = "bewijs";

Response closed(std::string_view title, std::string_view sentence, std::string const & user = {})
{
    return page({ .title = std::string(title), .path = {}, .version = KETENSYNC_VERSION, .user = user },
        fmt::format("<p>{}</p>\n", escaped(sentence)), 403);
}

Response closed_to_all()
{
    return closed("Eerst inrichten",
        "Deze pagina toont persoonsgegevens of verandert iets. Daarom is zij er alleen voor wie via een proxy is aangemeld. Zet een "
        "proxy voor deze dienst die mensen aanmeldt, en vul in ketensync.toml onder [web] in: origin, secret en [web.users]. Hoe dat "
        "gaat, staat in docs/operating.md onder \"Pages for operators\".");
}

std::string_view in_dutch(Role role)
{
    switch (role) {
    case Role::read:
        return "kijken (read)";
    case Role::operate:
        return "bedienen (operate)";
    case Role::review:
        return "beoordelen (review)";
    case Role::publish:
        return "publiceren (publish)";
    }
    return "";
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

    Response answer(Role role, Page const & made, Request const & request) const
    {
        auto const keys = in_force();
        if (!keys || keys->users.roles.empty()) {
            return closed_to_all();
        }
        auto const secret = request.header(keys->users.secret_header);
        if (!secret || !equal(*secret, keys->secret)) {
            return closed("Alleen via de proxy", "Deze pagina is er alleen via de proxy die u aanmeldt, op " + keys->users.origin + ".");
        }
        auto const name = request.header(keys->users.user_header);
        auto const known = name ? keys->users.roles.find(*name) : keys->users.roles.end();
        if (known == keys->users.roles.end()) {
            return closed("Niet bekend", "De proxy noemt geen gebruiker die hier iets mag. Wie iets mag, staat in ketensync.toml onder [web.users].");
        }
        Visitor visitor { known->first, known->second };
        if (visitor.roles == 0 || (role != Role::read && !visitor.may(role))) {
            return forbidden(visitor, role);
        }
        if (request.posted && !from_here(request, keys->users.origin)) {
            return closed("Niet van hier", "Dit formulier is niet verstuurd vanaf deze pagina's. Er is niets gedaan.", visitor.name);
        }
        if (request.posted && !believes(request.value(token_field), visitor.name)) {
            return closed("Te lang open", "Deze pagina stond te lang open, of was van iemand anders. Er is niets gedaan. Ga terug en laad "
                "de pagina opnieuw.", visitor.name);
        }
        visitor.form_fields = fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", token_field, token(visitor.name, clock.now()));
        return made(visitor, request);
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

Response forbidden(Visitor const & visitor, Role role)
{
    return closed("Dat mag u niet", fmt::format("Hiervoor is het recht {} nodig, en dat heeft {} niet. Wie wat mag, staat in ketensync.toml onder [web.users].",
        in_dutch(role), visitor.name), visitor.name);
}

} // namespace ketensync::web
