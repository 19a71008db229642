#include "daemon/commands/asking.hpp"

#include "daemon/web/page.hpp"

#include <fmt/format.h>

namespace ketensync::commands {

web::Response Asking::page(std::string_view title, std::string const & body, int status) const
{
    return web::kept(request,
        web::page({ .title = std::string(title), .path = std::string(here), .version = KETENSYNC_VERSION, .user = visitor.name,
                      .language = say.language(), .script = std::string(script) },
            body, status));
}

web::Response Asking::wrong(Error const & error) const
{
    bool const busy = error.failure == Failure::busy || error.failure == Failure::unavailable;
    auto answer = page(say("Dat lukte niet"),
        fmt::format("<p>{}</p>\n<p><small lang=\"en\">{}</small></p>\n",
            busy ? say("De dienst heeft nu geen tijd. Probeer het zo nog eens.") : say("Er ging iets mis. Kijk in het logboek van de dienst."),
            web::escaped(error.what)),
        busy ? 503 : 500);
    if (busy) {
        answer.headers.emplace_back("Retry-After", "5");
    }
    return answer;
}

} // namespace ketensync::commands
