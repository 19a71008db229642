#pragma once

#include "daemon/settings/service.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ketensync::connectors {

inline std::shared_ptr<settings::Service const> service_of(std::string const & text)
{
    support::TemporaryFolder const folder;
    folder.write("service.toml", text);
    auto service = settings::read_service(folder.path() / "service.toml");
    if (!service) {
        ADD_FAILURE() << fmt::format("{}", fmt::join(service.error(), "\n"));
        return nullptr;
    }
    return *service;
}

/// A service that knows things by their number; `head` goes before its tables.
inline std::shared_ptr<settings::Service const> things_service(std::string const & head = {})
{
    return service_of("service = \"dingen\"\nverified = \"\\u0020\"\n" + head + R"(
[namespaces]
d = "http://dingen.example/v1"
[request.nummer]
one_document = true
body = '<d:Vraag xmlns:d="http://dingen.example/v1"><Nummer>{key}</Nummer><Vervolg>{more}</Vervolg>{start}</d:Vraag>'
[paging]
more = "d:Antwoord/Meer"
item = "d:Antwoord/Ding"
start = "<Vanaf>{Nummer}</Vanaf>"
[[answer]]
element = "d:Antwoord/d:Niets"
means = "nothing"
[[answer]]
element = "d:Antwoord/Fout/Soort"
texts = ["vraag"]
code = "d:Antwoord/Fout/Code"
means = "set_aside"
[[answer]]
element = "d:Antwoord/Fout/Soort"
texts = ["later"]
code = "d:Antwoord/Fout/Code"
means = "unavailable"
[[answer]]
element = "d:Antwoord/Fout/Soort"
texts = ["recht"]
code = "d:Antwoord/Fout/Code"
means = "refused"
[[answer]]
element = "d:Antwoord/Let"
means = "partial"
[[answer]]
element = "d:Antwoord/Ding"
means = "found"
[[answer]]
element = "Fault/detail/Vraagfout"
means = "set_aside"
)");
}

inline std::string envelope(std::string const & content, std::string const & header = {})
{
    return fmt::format(R"(<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">)"
                       R"({}<s:Body>{}</s:Body></s:Envelope>)",
        header, content);
}

/// An answer of that service, with the prefix that its sender likes.
inline std::string things_answer(std::string const & content, std::string const & prefix = "x")
{
    return envelope(
        fmt::format(R"(<{0}:Antwoord xmlns:{0}="http://dingen.example/v1">{1}</{0}:Antwoord>)", prefix, content));
}

} // namespace ketensync::connectors
