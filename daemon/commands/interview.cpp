#include "daemon/commands/interview.hpp"

#include "daemon/settings/toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <pthread.h>

namespace ketensync::commands {

namespace {

/// Lets the signals through that are blocked for every thread: nothing is half done while somebody types.
class EndedBySignals {
public:
    EndedBySignals()
    {
        sigset_t signals;
        sigemptyset(&signals);
        for (int const signal : { SIGTERM, SIGINT, SIGHUP }) {
            sigaddset(&signals, signal);
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, &m_before);
    }
    ~EndedBySignals() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    EndedBySignals(EndedBySignals const &) = delete;
    EndedBySignals & operator=(EndedBySignals const &) = delete;

private:
    sigset_t m_before {};
};

std::string trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(" \t\r");
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(" \t\r") + 1 - first));
}

} // namespace

Result<std::string> Interview::ask(std::string_view question, std::string_view usual, Check const & check)
{
    for (;;) {
        m_streams.out << question << (usual.empty() ? "" : fmt::format(" [{}]", usual)) << ": " << std::flush;
        std::string line;
        {
            EndedBySignals const while_waiting;
            if (!std::getline(m_streams.in, line)) {
                m_streams.out << '\n';
                return fail(Failure::interrupted, "no more answers: nothing was written");
            }
        }
        auto answer = trimmed(line);
        answer = answer.empty() ? std::string(usual) : answer;
        auto const wrong = check ? check(answer) : std::nullopt;
        if (!wrong) {
            return answer;
        }
        tell(*wrong);
    }
}

Result<std::string> Interview::choose(std::string_view question, std::vector<std::string> const & words, std::string_view usual)
{
    return ask(question, usual, [&words](std::string const & answer) -> std::optional<std::string> {
        if (std::ranges::find(words, answer) != words.end()) {
            return std::nullopt;
        }
        return fmt::format("this is not one of {}{}", fmt::join(words, ", "), settings::did_you_mean(answer, words));
    });
}

Result<bool> Interview::agree(std::string_view question, bool usual)
{
    return choose(fmt::format("{} (yes, no)", question), { "yes", "no" }, usual ? "yes" : "no").map([](std::string const & answer) {
        return answer == "yes";
    });
}

void Interview::tell(std::string_view text) { m_streams.out << text << '\n' << std::flush; }

} // namespace ketensync::commands
