#include "tests/region/fault.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace ketensync::region {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 14> words { {
    { "429", FaultKind::too_many },
    { "503", FaultKind::unavailable },
    { "500", FaultKind::error },
    { "401", FaultKind::unauthorized },
    { "cut", FaultKind::cut },
    { "cut-chunked", FaultKind::cut_chunked },
    { "reset", FaultKind::reset },
    { "html", FaultKind::html },
    { "bad-json", FaultKind::bad_json },
    { "empty", FaultKind::empty },
    { "half", FaultKind::half },
    { "duplicate", FaultKind::duplicate },
    { "shifted", FaultKind::shifted },
    { "slow", FaultKind::slow },
} };

}

std::optional<FaultKind> fault_kind(std::string_view word)
{
    for (auto const & [name, kind] : words) {
        if (name == word) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string_view fault_word(FaultKind kind)
{
    for (auto const & [name, known] : words) {
        if (known == kind) {
            return name;
        }
    }
    return {};
}

void Faults::add(Fault fault)
{
    std::scoped_lock const lock(m_mutex);
    m_faults.push_back(std::move(fault));
    m_any = true;
}

void Faults::clear()
{
    std::scoped_lock const lock(m_mutex);
    m_faults.clear();
    m_any = false;
}

std::optional<Fault> Faults::take(std::string_view source, std::int64_t page)
{
    if (!m_any) {
        return std::nullopt;
    }
    std::scoped_lock const lock(m_mutex);
    for (std::size_t i = 0; i < m_faults.size(); ++i) {
        auto & fault = m_faults[i];
        if (!source.starts_with(fault.source) || (fault.page != 0 && fault.page != page)) {
            continue;
        }
        if (fault.after > 0) {
            --fault.after;
            continue;
        }
        auto const taken = fault;
        if (fault.times > 0 && --fault.times == 0) {
            m_faults.erase(m_faults.begin() + static_cast<std::ptrdiff_t>(i));
            m_any = !m_faults.empty();
        }
        return taken;
    }
    return std::nullopt;
}

std::string Faults::json() const
{
    std::scoped_lock const lock(m_mutex);
    std::string out = "[";
    for (auto const & fault : m_faults) {
        out += fmt::format(R"({}{{"source":"{}","kind":"{}","times":{},"after":{},"page":{},"seconds":{}}})",
            out.size() > 1 ? "," : "", fault.source, fault_word(fault.kind), fault.times, fault.after, fault.page,
            fault.seconds);
    }
    return out + "]";
}

} // namespace ketensync::region
