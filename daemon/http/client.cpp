#include "daemon/http/client.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::http {

using std::chrono::milliseconds;

namespace {

/// What a source that fails, or that will have nothing of us, answers with: reason to leave it alone.
bool is_failure(Result<Response> const & response)
{
    if (!response) {
        return response.error().failure == Failure::unavailable || response.error().failure == Failure::refused;
    }
    auto const status = response->status;
    return status == 401 || status == 403 || status == 429 || status >= 500;
}

/// The code that an error's body gives (`code` of RFC 9457 extensions and of {code, message, details}), in brackets.
/// Its texts are left out, for they may repeat what was asked; so is a code that could be a number of a person.
std::string code_of(Response const & response)
{
    constexpr std::size_t longest = 24; // a token that is told back is longer
    auto const code = formats::json_scalar(response.body, "code");
    if (!code || !*code || (*code)->empty() || (*code)->size() > longest) {
        return {};
    }
    auto const & text = **code;
    auto const digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    bool const plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'
            || c == '_';
    });
    return plain && digits < 8 ? fmt::format(" ({})", text) : std::string();
}

} // namespace

Client::Client(ClientSettings settings, std::shared_ptr<Credential> credential, std::shared_ptr<Budget> budget,
    Clock const & clock, std::shared_ptr<Breaker> breaker)
    : m_settings(std::move(settings))
    , m_credential(std::move(credential))
    , m_budget(std::move(budget))
    , m_breaker(std::move(breaker))
    , m_clock(clock)
    , m_transfer(m_settings.address, m_settings.ca_file, m_settings.limits, m_settings.certificate)
{
}

Result<Response> Client::try_once(
    Question const & question, std::string const & proof, std::stop_token stop, milliseconds most)
{
    auto headers = m_settings.headers;
    headers.insert(headers.end(), question.headers.begin(), question.headers.end());
    if (!proof.empty()) {
        headers.push_back(proof);
    }
    if (m_settings.trace) {
        headers.push_back("traceparent: " + traceparent(m_settings.trace));
    }
    std::optional<std::string> body;
    if (question.body) {
        KETENSYNC_TRY_ASSIGN(body, question.body());
    }
    if (m_breaker) {
        if (auto entered = m_breaker->enter(); !entered) {
            m_left_alone = true;
            return fail(
                Failure::unavailable, fmt::format("{} is {}", m_settings.address.origin, entered.error().what));
        }
    }
    auto response = m_transfer.run(question.target, headers, body, stop, most);
    if (m_breaker) {
        if (is_failure(response)) {
            m_breaker->failed();
        } else if (response) {
            m_breaker->succeeded();
        } else {
            m_breaker->gave_up();
        }
    }
    return response;
}

Result<Response> Client::send(Question const & question, std::stop_token stop)
{
    bool renewed = false;
    m_left_alone = false;
    auto const deadline = std::min(m_settings.deadline, m_clock.monotonic() + m_settings.answer_timeout);
    if (m_clock.monotonic() >= deadline) {
        return fail(Failure::unavailable, "there is no time left for this run");
    }
    for (Attempt attempt;;) {
        if (m_budget) {
            KETENSYNC_TRY(m_budget->take(stop));
        }
        std::string proof;
        if (m_credential) {
            KETENSYNC_TRY_ASSIGN(proof, m_credential->header(m_settings.trace, stop));
        }
        auto response = try_once(question, proof, stop, deadline - m_clock.monotonic());
        if (!response && (response.error().failure != Failure::unavailable || m_left_alone)) {
            return response;
        }
        // A token may have ended its life on the way: once, another one is tried at once.
        if (response && response->status == 401 && m_credential && !renewed && m_credential->refused(proof)) {
            renewed = true;
            continue;
        }
        attempt.status = response ? response->status : 0;
        attempt.retry_after = response ? parse_retry_after(response->retry_after, m_clock.now()) : std::nullopt;
        attempt.random = std::uniform_real_distribution<double>()(m_random);
        auto const wait = wait_before_next(m_settings.retry, attempt);
        if (!wait || m_clock.monotonic() + *wait >= deadline) {
            if (!response && attempt.number > 1) {
                return fail(
                    Failure::unavailable, fmt::format("{} ({} attempts)", response.error().what, attempt.number));
            }
            return response;
        }
        if (!m_clock.wait_for(*wait, stop)) {
            return fail(Failure::interrupted, "asked to stop");
        }
        ++attempt.number;
    }
}

std::string const & Client::credential_name() const
{
    static std::string const none;
    return m_credential ? m_credential->name() : m_settings.certificate ? m_settings.certificate->name : none;
}

Result<Response> Client::ask(Question const & question, std::stop_token stop)
{
    KETENSYNC_TRY_ASSIGN(auto response, send(question, stop));
    return accepted(std::move(response), question.conditional);
}

Result<Response> Client::accepted(Response response, bool conditional) const
{
    auto const status = response.status;
    if ((status >= 200 && status < 300) || (status == 304 && conditional)) {
        return response;
    }
    auto const answers = fmt::format("{} answers {}{}", m_settings.address.origin, status, code_of(response));
    if (status == 401 || status == 403) {
        auto const & name = credential_name();
        return fail(Failure::refused,
            name.empty() ? fmt::format("{}: it wants a credential", answers)
                         : fmt::format("{}: it does not accept the credential '{}'", answers, name));
    }
    if (status == 429 || status >= 500) {
        auto const asked = parse_retry_after(response.retry_after, m_clock.now());
        return fail(Failure::unavailable,
            asked ? fmt::format("{}, and asks to wait {} seconds", answers,
                std::chrono::duration_cast<std::chrono::seconds>(*asked).count())
                  : answers);
    }
    if (status >= 300 && status < 400) {
        return fail(Failure::bad_page, fmt::format("{}: it sends us elsewhere, where we do not go", answers));
    }
    return fail(Failure::bad_page, answers);
}

} // namespace ketensync::http
