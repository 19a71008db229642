#include "daemon/health/probes.hpp"

#include "daemon/base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::health {

namespace {

bool belongs(Check const & check, Probe probe)
{
    return check.probe == probe || (probe == Probe::ready && check.probe == Probe::startup);
}

std::string_view sign(Status status)
{
    switch (status) {
    case Status::pass:
        return "[+]";
    case Status::warn:
        return "[!]";
    case Status::fail:
        return "[-]";
    }
    return "[-]";
}

std::string line(Check const & check)
{
    return fmt::format("{}{} {}\n", sign(check.status), check.name, on_one_line(check.text));
}

std::string_view probe_name(Probe probe)
{
    return probe == Probe::live ? "livez" : probe == Probe::ready ? "readyz" : "startupz";
}

} // namespace

Answer answer_probe(Report const & report, ProbeQuestion const & question)
{
    std::string lines, failing, names;
    bool found = false;
    for (auto const & check : report.checks) {
        if (!belongs(check, question.probe)) {
            continue;
        }
        names += check.name + "\n";
        if (!question.only.empty() && check.name != question.only) {
            continue;
        }
        if (std::find(question.excluded.begin(), question.excluded.end(), check.name) != question.excluded.end()) {
            lines += fmt::format("[ ]{} excluded\n", check.name);
            continue;
        }
        found = true;
        lines += line(check);
        failing += check.status == Status::fail ? line(check) : "";
    }
    if (!question.only.empty() && !found) {
        return { 404, "text/plain; charset=utf-8", "no such check; there are:\n" + names };
    }
    Answer answer;
    answer.status = failing.empty() ? 200 : 503;
    if (question.verbose) {
        answer.body = lines + fmt::format("{} {}\n", probe_name(question.probe), failing.empty() ? "passed" : "failed");
    } else {
        answer.body = failing.empty() ? "ok\n" : failing;
    }
    return answer;
}

} // namespace ketensync::health
