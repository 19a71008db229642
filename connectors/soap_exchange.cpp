#include "connectors/soap_exchange.hpp"

#include <fmt/format.h>

namespace ketensync::connectors::soap {

namespace {

/// The loop here makes a new message for each attempt: one that was sent twice would be refused as a copy.
http::ClientSettings once(http::ClientSettings settings)
{
    settings.retry.attempts_max = 1;
    return settings;
}

bool is_xml(http::Response const & response)
{
    auto const & type = response.content_type;
    return type.find("xml") != std::string::npos && type.find("multipart") == std::string::npos;
}

bool is_of_http(int status)
{
    return (status >= 300 && status < 400) || status == 401 || status == 403 || status == 429 || status > 500;
}

} // namespace

Exchange::Exchange(Settings settings, Access access, std::optional<Signer> signer, std::optional<Verifier> verifier,
    Clock const & clock)
    : m_settings(std::move(settings))
    , m_request(m_settings.asking.service->requests.at(m_settings.asking.request))
    , m_signer(std::move(signer))
    , m_verifier(std::move(verifier))
    , m_clock(clock)
    , m_retry(m_settings.client.retry)
    , m_client(once(m_settings.client), std::move(access.credential), std::move(access.budget), clock,
          std::move(access.breaker))
{
}

Result<Answered> Exchange::ask(Question const & question, std::stop_token stop)
{
    auto const deadline = m_clock.monotonic() + m_settings.client.answer_timeout;
    for (http::Attempt attempt;; ++attempt.number) {
        auto outcome = ask_once(question, stop);
        if (outcome.answered || outcome.answered.error().failure != Failure::unavailable) {
            return std::move(outcome.answered);
        }
        attempt.retry_after = outcome.retry_after;
        attempt.random = std::uniform_real_distribution<double>()(m_random);
        auto const wait = http::wait_before_next(m_retry, attempt);
        if (!wait || m_clock.monotonic() + *wait >= deadline) {
            auto error = std::move(outcome.answered).error();
            if (attempt.number > 1) {
                error.what += fmt::format(" ({} attempts)", attempt.number);
            }
            return fail(std::move(error));
        }
        if (!m_clock.wait_for(*wait, stop)) {
            return fail(Failure::interrupted, "asked to stop");
        }
    }
}

Exchange::Outcome Exchange::ask_once(Question const & question, std::stop_token stop)
{
    Expected expected;
    expected.reference = new_uuid();
    if (m_settings.asking.service->addressing) {
        expected.id = "urn:uuid:" + expected.reference;
    }
    auto message = written(question, expected);
    if (!message) {
        return { fail(std::move(message).error()) };
    }
    auto response = m_client.send({ m_settings.target, {}, [&message] { return *message; } }, stop);
    if (!response) {
        return { fail(std::move(response).error()) };
    }
    auto const retry_after = http::parse_retry_after(response->retry_after, m_clock.now());
    // A fault comes with 500, or with 400: what it says counts, not its number. Other numbers are of HTTP itself.
    if (is_of_http(response->status) || !is_xml(*response)) {
        return { failed(*response), retry_after };
    }
    return { read(std::move(response->body), expected), retry_after };
}

Result<std::string> Exchange::written(Question const & question, Expected const & expected) const
{
    auto const & service = *m_settings.asking.service;
    auto values = m_settings.messaging.values;
    values["key"] = question.key;
    values["size"] = fmt::format("{}", question.size);
    values["more"] = question.start.empty() ? "false" : "true";
    values["reference"] = expected.reference;
    values["moment"] = local_compact(m_clock.now());
    Message message;
    message.version = service.version;
    message.body = filled_in(m_request.body, values, { { "start", question.start } });
    if (service.addressing) {
        std::map<std::string, std::string> const address { { "address",
            m_settings.client.address.origin + m_settings.target } };
        // Escaped once, when the header is written.
        message.addressing.emplace();
        *message.addressing = { filled_in(m_settings.messaging.to, {}, address),
            filled_in(m_settings.messaging.from, {}, address), service.action, expected.id, {} };
    }
    if (m_signer) {
        return m_signer->sign(message, m_clock.now());
    }
    return compose(message, {});
}

Result<Answered> Exchange::read(std::string bytes, Expected const & expected) const
{
    KETENSYNC_TRY_ASSIGN(auto const envelope, open_envelope(bytes, m_settings.depth_max));
    auto const fault = fault_of(envelope);
    if (m_verifier && !fault) {
        KETENSYNC_TRY(m_verifier->check(envelope, m_clock.now()));
    }
    Answered answered;
    KETENSYNC_TRY_ASSIGN(answered.answer, read_answer(*m_settings.asking.service, envelope, expected));
    using settings::Meaning;
    auto const means = answered.answer.means;
    if (m_verifier && fault) {
        // Whoever has no signature of the service may say that he cannot answer, and nothing about a person.
        KETENSYNC_TRY(m_verifier->check(envelope, m_clock.now()));
    }
    if (envelope.content != nullptr && (means == Meaning::set_aside || means == Meaning::partial)) {
        answered.refusal = dump(*envelope.content);
    }
    answered.bytes = std::move(bytes);
    return answered;
}

tl::unexpected<Error> Exchange::failed(http::Response const & response) const
{
    auto const status = response.status;
    auto const answers = fmt::format("{} answers {}", m_settings.client.address.origin, status);
    if (status == 401 || status == 403) {
        return fail(Failure::refused, fmt::format("{}: it does not accept who we are", answers));
    }
    if (status == 429 || status >= 500) {
        return fail(Failure::unavailable, answers);
    }
    if (status >= 300 && status < 400) {
        return fail(Failure::bad_page, fmt::format("{}: it sends us elsewhere, where we do not go", answers));
    }
    return fail(Failure::bad_page, fmt::format("{}, and not with a SOAP message", answers));
}

} // namespace ketensync::connectors::soap
