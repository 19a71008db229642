#include "connectors/soap_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::connectors::soap {

namespace {

using settings::AnswerRule;
using settings::Meaning;

/// A code that may be told: short, plain, and with too few digits to be the number of a person.
std::string tellable(std::string const & code)
{
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    bool const plain = std::all_of(code.begin(), code.end(), [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    });
    bool const few = std::count_if(code.begin(), code.end(), is_digit) < 8;
    return plain && few && code.size() <= 40 ? code : std::string();
}

bool fits(AnswerRule const & rule, xmlNode const & body)
{
    return visit(body, rule.element, [&rule](xmlNode & node) {
        return rule.texts.empty() || std::find(rule.texts.begin(), rule.texts.end(), text_of(node)) != rule.texts.end();
    });
}

std::string in_brackets(std::string const & code)
{
    return code.empty() ? std::string() : fmt::format(" ({})", code);
}

Result<void> check_relation(
    settings::Service const & service, Envelope const & envelope, Expected const & expected, bool is_fault)
{
    auto const * const relates
        = envelope.header == nullptr ? nullptr : child(*envelope.header, space_addressing, "RelatesTo");
    auto const * const reference = find(*envelope.body, service.reference);
    bool const other = (relates != nullptr && !expected.id.empty() && text_of(*relates) != expected.id)
        || (reference != nullptr && text_of(*reference) != expected.reference);
    // A fault may come from before the service itself, from one who does not know what was asked.
    bool const silent = service.addressing && relates == nullptr && !is_fault;
    if (other || silent) {
        return fail(Failure::bad_page,
            other ? "the source answers another question than was asked" : "the answer does not say to what question");
    }
    return {};
}

Result<Answer> by_fault(Fault const & fault)
{
    auto const told = in_brackets(tellable(fault.code));
    switch (fault.failure) {
    case Failure::unavailable:
        return fail(Failure::unavailable, fmt::format("the source answers with a fault of its own{}", told));
    case Failure::refused:
        return fail(Failure::refused, fmt::format("the source does not accept our security{}", told));
    case Failure::configuration:
        return fail(Failure::configuration, fmt::format("the source does not accept our addressing{}", told));
    default:
        return fail(Failure::bad_page, fmt::format("the source does not understand the question{}", told));
    }
}

void read_paging(settings::ServicePaging const & paging, xmlNode const & body, Answer & answer)
{
    auto const * const more = find(body, paging.more);
    auto const text = more == nullptr ? std::string() : text_of(*more);
    if (text != "true" && text != "1") {
        return;
    }
    answer.more = true;
    xmlNode const * last = nullptr;
    visit(body, paging.item, [&last](xmlNode & node) {
        last = &node;
        return false;
    });
    std::map<std::string, std::string> values;
    for (auto const & [name, path] : paging.values) {
        auto const * const node = last == nullptr ? nullptr : find(*last, path);
        values[name] = node == nullptr ? std::string() : text_of(*node);
    }
    answer.start = filled_in(paging.start, values);
}

} // namespace

Result<Answer> read_answer(settings::Service const & service, Envelope const & envelope, Expected const & expected)
{
    auto const fault = fault_of(envelope);
    KETENSYNC_TRY(check_relation(service, envelope, expected, fault.has_value()));
    auto const & body = *envelope.body;
    auto const rule = std::find_if(service.answers.begin(), service.answers.end(),
        [&body](AnswerRule const & candidate) { return fits(candidate, body); });
    if (rule == service.answers.end()) {
        if (fault) {
            return by_fault(*fault);
        }
        return fail(Failure::bad_page, "the answer is of no kind that the service file knows");
    }
    Answer answer;
    answer.means = rule->means;
    auto const * const code = find(body, rule->code);
    answer.code = code == nullptr ? std::string() : tellable(text_of(*code));
    auto const told = in_brackets(answer.code);
    switch (rule->means) {
    case Meaning::refused:
        return fail(Failure::refused, fmt::format("the source says that we may not ask this{}", told));
    case Meaning::unavailable:
        return fail(Failure::unavailable, fmt::format("the source cannot answer now{}", told));
    case Meaning::bad:
        return fail(Failure::bad_page, fmt::format("the source does not take the question{}", told));
    case Meaning::found:
    case Meaning::partial:
        read_paging(service.paging, body, answer);
        break;
    case Meaning::nothing:
    case Meaning::set_aside:
        break;
    }
    return answer;
}

std::string filled_in(std::string_view text, std::map<std::string, std::string> const & values,
    std::map<std::string, std::string> const & raw)
{
    std::string result;
    while (!text.empty()) {
        auto const open = std::min(text.find('{'), text.size());
        result += text.substr(0, open);
        text.remove_prefix(open);
        auto const close = text.find('}');
        if (close == std::string_view::npos) {
            result += text;
            break;
        }
        std::string const name(text.substr(1, close - 1));
        if (auto const found = values.find(name); found != values.end()) {
            result += escaped(found->second);
        } else if (auto const as_is = raw.find(name); as_is != raw.end()) {
            result += as_is->second;
        } else {
            result += text.substr(0, close + 1);
        }
        text.remove_prefix(close + 1);
    }
    return result;
}

} // namespace ketensync::connectors::soap
