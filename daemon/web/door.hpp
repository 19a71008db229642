#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/settings/web.hpp"
#include "daemon/web/http.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ketensync::web {

/// Who asks for a page, as the proxy says.
struct Visitor {
    std::string name; ///< of the system, never of a citizen; stands in the audit log with what is done
    unsigned roles = 0;
    std::string form_fields {}; ///< HTML that every form of the page holds: that it came from a page made for this visitor

    bool may(settings::Role role) const { return (roles & static_cast<unsigned>(role)) != 0; }
};

/// Lets people in to pages that show personal data or do something: those whom a proxy names that shows its secret, with the
/// roles that [web.users] gives them. A form is believed only when it came from a page that was made for the same user in the
/// last hours, and when the browser says that it was sent from there. All else is 403, with a sentence that helps. Of the
/// thread that makes the pages.
class Door {
public:
    /// Who is let in at this moment.
    struct Keys {
        settings::WebUsers users;
        std::string secret; ///< what the proxy shows
    };
    /// Nothing when nobody is.
    using InForce = std::function<std::shared_ptr<Keys const>()>;
    using Page = std::function<Response(Visitor const & visitor, Request const & request)>;

    Door(InForce in_force, Clock const & clock);

    /// A page for who has that role (to look, any role will do), made on the worker.
    Route guarded(std::string path, bool takes_rest, settings::Role role, bool takes_forms, Page page) const;

    /// What a program asks to be done with JSON, for who has that role; all else is told as a problem of the API. There is no page
    /// whose proof it could show. What it says of where it was sent from must be here; a program says nothing of it, and a browser
    /// cannot send JSON to another site without saying so, and without a leave that is never given.
    Response admitted(settings::Role role, Request const & request, Page const & act) const;

private:
    struct Inner;
    std::shared_ptr<Inner const> m;
};

} // namespace ketensync::web
