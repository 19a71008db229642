#include "daemon/reconcile/exact_matcher.hpp"

#include "daemon/reconcile/bits.hpp"
#include "daemon/reconcile/fold.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace ketensync::reconcile {

namespace {

int digits(std::string_view text, std::size_t from, std::size_t count, int fallback)
{
    int value = fallback;
    if (text.size() >= from + count) {
        std::from_chars(text.data() + from, text.data() + from + count, value);
    }
    return value;
}

/// Days since 1 January of the year 0 plus one, never 0; a date that is not whole is its first day.
std::uint64_t read_day(std::string_view text)
{
    using namespace std::chrono;
    auto const date = year_month_day(year(digits(text, 0, 4, 0)), month(static_cast<unsigned>(digits(text, 5, 2, 1))),
        day(static_cast<unsigned>(digits(text, 8, 2, 1))));
    if (!date.ok()) {
        return 0;
    }
    return static_cast<std::uint64_t>((sys_days(date) - sys_days(year(0) / 1 / 1)).count() + 1);
}

} // namespace

ExactMatcher::ExactMatcher(
    ExactRules const & rules, NameRules const & names, record::Kind const & kind, KindId number, Groups & groups)
    : m_rules(rules)
    , m_names(names)
    , m_kind(kind)
    , m_number(number)
    , m_groups(groups)
{
}

std::uint64_t ExactMatcher::read_text(record::FieldType type, std::string_view text)
{
    using record::FieldType;
    if (text.empty()) {
        return 0;
    }
    if (type == FieldType::date) {
        return read_day(text);
    }
    if (type != FieldType::text && type != FieldType::name && type != FieldType::postcode) {
        return hash_text(text);
    }
    fold(text, m_folded);
    m_joined.clear();
    for (std::size_t from = 0; from < m_folded.size();) {
        auto const to = std::min(m_folded.find(' ', from), m_folded.size());
        auto const word = std::string_view(m_folded).substr(from, to - from);
        if (type != FieldType::name
            || !std::binary_search(m_names.legal_forms.begin(), m_names.legal_forms.end(), word)) {
            m_joined += word;
        }
        from = to + 1;
    }
    return hash_text(m_joined.empty() ? text : std::string_view(m_joined));
}

ExactMatcher::Row ExactMatcher::read(Told const & told)
{
    Row row {};
    for (std::size_t column = 0; column < m_rules.columns.size(); ++column) {
        auto const field = m_rules.columns[column];
        auto const type = m_kind.fields[field].type;
        if (type != record::FieldType::reference) {
            row[column] = read_text(type, (*told.values)[field]);
        } else if (field < told.references.size()) {
            row[column] = told.references[field];
        }
    }
    return row;
}

void ExactMatcher::make_keys(Row const & row, std::vector<std::uint64_t> & keys) const
{
    keys.clear();
    for (std::size_t number = 0; number < m_rules.same.size(); ++number) {
        auto const & rule = m_rules.same[number];
        auto key = mix(0x65786163U, number);
        bool told = true;
        for (auto const column : rule.equal) {
            told = told && row[column] != 0;
            key = mix(key, row[column]);
        }
        for (auto const column : rule.equal_or_both_none) {
            key = mix(key, row[column]);
        }
        if (told) {
            keys.push_back(key);
        }
    }
}

bool ExactMatcher::holds(ExactRules::Same const & rule, Row const & a, Row const & b) const
{
    auto const equal = [&](auto column) { return a[column] == b[column]; };
    auto const told = [&](auto column) { return a[column] != 0; };
    auto const either_missing = [&](auto column) { return a[column] == 0 || b[column] == 0; };
    for (auto const column : rule.equal) {
        if (!told(column) || !equal(column)) {
            return false;
        }
    }
    for (auto const column : rule.equal_or_both_none) {
        if (!equal(column)) {
            return false;
        }
    }
    for (auto const column : rule.equal_or_missing) {
        if (!equal(column) && !either_missing(column)) {
            return false;
        }
    }
    if (!rule.near) {
        return true;
    }
    auto const from_a = a[rule.near->from];
    auto const from_b = b[rule.near->from];
    if (from_a == 0 || from_b == 0) {
        return false;
    }
    auto const apart = from_a > from_b ? from_a - from_b : from_b - from_a;
    if (apart <= static_cast<std::uint64_t>(rule.near->days)) {
        return true;
    }
    if (!rule.near->until) {
        return false;
    }
    auto const until_a = a[*rule.near->until];
    auto const until_b = b[*rule.near->until];
    return (until_a == 0 || from_b <= until_a) && (until_b == 0 || from_a <= until_b);
}

bool ExactMatcher::same(Row const & a, Row const & b) const
{
    return std::any_of(m_rules.same.begin(), m_rules.same.end(), [&](auto const & rule) { return holds(rule, a, b); });
}

bool ExactMatcher::differ(Row const & a, Row const & b) const
{
    return std::any_of(m_rules.never_differ.begin(), m_rules.never_differ.end(),
        [&](auto column) { return a[column] != 0 && b[column] != 0 && a[column] != b[column]; });
}

bool ExactMatcher::parts_differ(std::size_t a, std::size_t b) const
{
    for (auto const one : m_parts[a]) {
        for (auto const other : m_parts[b]) {
            if (differ(row(one), row(other))) {
                return true;
            }
        }
    }
    return false;
}

void ExactMatcher::index(RecordId record, Row const & row)
{
    auto const local = m_rows.take();
    m_rows[local] = row;
    m_groups.set_local(record, local);
    make_keys(row, m_keys);
    for (auto const key : m_keys) {
        m_blocks.add(key, record);
    }
}

void ExactMatcher::forget(RecordId record)
{
    make_keys(row(record), m_keys);
    for (auto const key : m_keys) {
        m_blocks.remove(key, record);
    }
    m_rows.give_back(m_groups.local(record));
}

/// Puts what `record` was together with in parts, as if it had never been there.
void ExactMatcher::take_apart(RecordId record)
{
    m_groups.members(record, m_rest);
    m_candidates.clear();
    for (auto const member : m_rest) {
        if (member != record) {
            place(member, row(member));
            m_candidates.push_back(member);
        }
    }
}

/// Puts `record` in the parts: with every candidate it is the same as, unless that would put together what differs.
void ExactMatcher::place(RecordId record, Row const & row)
{
    auto const own = m_parts.add();
    m_parts[own].push_back(record);
    for (auto const candidate : m_candidates) {
        if (!same(row, this->row(candidate))) {
            continue;
        }
        auto const other = m_parts.of(candidate, m_groups);
        if (other != own && !parts_differ(own, other)) {
            m_parts.merge(own, other);
        }
    }
}

void ExactMatcher::load(Told const & told)
{
    index(told.record, read(told));
}

void ExactMatcher::settle(Told const & told, Outcome & outcome)
{
    auto const row = read(told);
    m_parts.clear();
    if (m_groups.known(told.record)) {
        if (row == this->row(told.record)) {
            return;
        }
        take_apart(told.record);
        forget(told.record);
    }
    m_candidates.clear();
    make_keys(row, m_keys);
    for (auto const key : m_keys) {
        auto const found = m_blocks.find(key);
        m_candidates.insert(m_candidates.end(), found.begin(), found.end());
    }
    std::sort(m_candidates.begin(), m_candidates.end());
    m_candidates.erase(std::unique(m_candidates.begin(), m_candidates.end()), m_candidates.end());
    index(told.record, row);
    place(told.record, row);
    m_parts.drop_empty();
    m_groups.replace(m_number, m_parts.all(), {}, outcome.groups);
}

void ExactMatcher::withdraw(RecordId record, Outcome & outcome)
{
    m_parts.clear();
    take_apart(record);
    forget(record);
    m_parts.drop_empty();
    m_groups.replace(m_number, m_parts.all(), std::span(&record, 1), outcome.groups);
}

std::size_t ExactMatcher::bytes() const
{
    return m_rows.bytes() + m_blocks.bytes();
}

} // namespace ketensync::reconcile
