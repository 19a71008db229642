#include "daemon/reconcile/recipes.hpp"

#include "daemon/reconcile/bits.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::reconcile {

namespace {

std::string_view name_of(Part part)
{
    switch (part) {
    case Part::identifier:
        return "identifier";
    case Part::email:
        return "e-mail";
    case Part::telephone:
        return "telephone";
    case Part::birth_date:
        return "birth date";
    case Part::year:
        return "year";
    case Part::surname:
        return "surname";
    case Part::given:
        return "given name";
    case Part::given_start:
        return "start of given name";
    case Part::initial:
        return "initial";
    case Part::postcode:
        return "postcode";
    case Part::area:
        return "area";
    case Part::house_number:
        return "house number";
    case Part::street:
        return "street";
    case Part::place:
        return "place";
    case Part::text:
        return "text";
    }
    return "";
}

std::vector<std::uint8_t> const & of(Slots const & slots, MatchType type)
{
    return slots.of_type[static_cast<std::size_t>(type)];
}

} // namespace

bool Recipes::has(Part part) const
{
    switch (part) {
    case Part::surname:
        return !m_slots.surname.empty();
    case Part::given:
    case Part::given_start:
        return !m_slots.given.empty();
    case Part::initial:
        return !m_slots.given.empty() || !of(m_slots, MatchType::initials).empty();
    case Part::birth_date:
    case Part::year:
        return !of(m_slots, MatchType::birth_date).empty();
    case Part::postcode:
    case Part::area:
        return !of(m_slots, MatchType::postcode).empty();
    case Part::house_number:
        return !of(m_slots, MatchType::house_number).empty();
    case Part::street:
        return !of(m_slots, MatchType::street).empty();
    case Part::place:
        return !of(m_slots, MatchType::place).empty();
    case Part::email:
        return !of(m_slots, MatchType::email).empty();
    case Part::telephone:
        return !of(m_slots, MatchType::telephone).empty();
    case Part::identifier:
    case Part::text:
        break;
    }
    return true;
}

void Recipes::add(std::initializer_list<Part> parts, bool loose)
{
    if (m_recipes.size() == recipes_max
        || !std::all_of(parts.begin(), parts.end(), [&](Part part) { return has(part); })) {
        return;
    }
    Recipe recipe;
    std::size_t ways = 1;
    for (auto const part : parts) {
        recipe.parts[recipe.count++] = part;
        recipe.name += recipe.name.empty() ? "" : " + ";
        recipe.name += name_of(part);
        ways = part == Part::surname  ? ways_max
            : part == Part::email     ? std::min(ways_max, of(m_slots, MatchType::email).size())
            : part == Part::telephone ? std::min(ways_max, of(m_slots, MatchType::telephone).size())
                                      : ways;
    }
    recipe.loose = loose;
    m_recipes.push_back(std::move(recipe));
    m_ways.push_back(ways);
}

Recipes::Recipes(RecordTable const & table)
    : m_table(table)
    , m_slots(table.slots())
{
    for (auto const slot : of(m_slots, MatchType::identifier)) {
        if (m_recipes.size() < 3) {
            add({ Part::identifier });
            m_recipes.back().slots[0] = slot;
            auto const column = m_slots.columns[slot];
            m_recipes.back().name = table.rules().columns[column].name;
        }
    }
    add({ Part::email });
    add({ Part::telephone });
    add({ Part::surname, Part::birth_date });
    add({ Part::birth_date, Part::given_start });
    auto const where = has(Part::postcode) ? Part::postcode : has(Part::street) ? Part::street : Part::place;
    add({ Part::surname, where });
    add({ Part::given, where });
    add({ Part::surname, Part::given });
    add({ Part::birth_date, has(Part::postcode) ? Part::area : where });
    if (where != Part::street) {
        add({ Part::street, Part::initial });
    }
    if (where == Part::postcode) {
        add({ Part::house_number, Part::postcode });
    }
    if (m_recipes.size() < 8 && !has(Part::birth_date)) {
        add({ Part::surname, Part::initial, Part::place });
        add({ Part::given, Part::place });
    }
    add({ Part::surname }, true);
    add({ Part::birth_date }, true);
    add({ Part::postcode }, true);
    add({ Part::given, Part::year }, true);
    add({ Part::street }, true);
    add({ Part::given }, true);
    for (std::size_t slot = 0; slot < m_slots.types.size(); ++slot) {
        auto const type = m_slots.types[slot];
        if ((type == MatchType::text || type == MatchType::number || type == MatchType::full_name)
            && m_recipes.size() < recipes_max) {
            add({ Part::text }, true);
            m_recipes.back().slots[0] = static_cast<std::uint8_t>(slot);
        }
    }
    for (auto const part : { Part::birth_date, Part::postcode, Part::given, Part::surname, Part::street, Part::year,
             Part::area, Part::place, Part::house_number, Part::initial }) {
        if (has(part)) {
            m_splits.push_back({ part, 0 });
        }
    }
    for (std::size_t slot = 0; slot < m_slots.types.size(); ++slot) {
        auto const type = m_slots.types[slot];
        if (type == MatchType::text || type == MatchType::number || type == MatchType::code || type == MatchType::sex) {
            m_splits.push_back({ Part::text, static_cast<std::uint8_t>(slot) });
        }
    }
}

std::size_t Recipes::surnames(Row row, Keys & out) const
{
    std::size_t count = 0;
    auto const put = [&](std::uint32_t key) {
        if (key != 0 && count < ways_max && std::find(out.begin(), out.begin() + count, key) == out.begin() + count) {
            out[count++] = key;
        }
    };
    for (auto const slot : m_slots.surname) {
        put(m_table.dictionary(slot)[row[slot]].near);
    }
    for (auto const slot : m_slots.surname) {
        auto const & values = m_table.dictionary(slot);
        auto const & words = values.words(row[slot]);
        for (std::size_t i = 0; i < words.count && words.count > 1; ++i) {
            put(values.vocabulary()[words.words[i]].sound);
        }
    }
    return count;
}

std::size_t Recipes::any_of(MatchType type, Row row, Keys & out) const
{
    std::size_t count = 0;
    for (auto const slot : of(m_slots, type)) {
        if (row[slot] != 0 && count < ways_max) {
            out[count++] = m_table.dictionary(slot)[row[slot]].near;
        }
    }
    return count;
}

std::uint32_t Recipes::value(Part part, std::uint8_t slot, Row row) const
{
    auto const first = [&](MatchType type) -> Value const & {
        auto const where = of(m_slots, type).front();
        return m_table.dictionary(where)[row[where]];
    };
    switch (part) {
    case Part::birth_date: {
        auto const & value = first(MatchType::birth_date);
        bool const vague = month_of(value.number) == 1 && day_of(value.number) == 1;
        return vague ? 0 : value.near;
    }
    case Part::year:
        return first(MatchType::birth_date).area;
    case Part::given:
        return m_table.dictionary(m_slots.given.front())[row[m_slots.given.front()]].near;
    case Part::given_start:
        return m_table.dictionary(m_slots.given.front())[row[m_slots.given.front()]].area;
    case Part::initial: {
        auto const & initials = of(m_slots, MatchType::initials);
        std::uint32_t packed = initials.empty() ? 0 : m_table.dictionary(initials[0])[row[initials[0]]].number;
        if (packed == 0 && !m_slots.given.empty()) {
            packed = m_table.dictionary(m_slots.given[0])[row[m_slots.given[0]]].number;
        }
        return initial_at(packed, 0);
    }
    case Part::postcode:
        return first(MatchType::postcode).near;
    case Part::area:
        return first(MatchType::postcode).area;
    case Part::house_number:
        return first(MatchType::house_number).near;
    case Part::street: {
        for (auto const where : of(m_slots, MatchType::street)) {
            if (row[where] != 0) {
                return m_table.dictionary(where)[row[where]].near;
            }
        }
        return 0;
    }
    case Part::place:
        return first(MatchType::place).near;
    case Part::surname:
        return m_table.dictionary(m_slots.surname.front())[row[m_slots.surname.front()]].area;
    case Part::identifier:
    case Part::text:
    case Part::email:
    case Part::telephone:
        break;
    }
    auto const & value = m_table.dictionary(slot)[row[slot]];
    return row[slot] == 0 ? 0 : value.near != 0 ? value.near : value.number + 1;
}

Recipes::Keys Recipes::keys(std::size_t number, Row row) const
{
    Known known;
    return keys(number, row, known);
}

bool Recipes::meet(std::size_t number, Row a, Row b) const
{
    auto const one = keys(number, a);
    auto const other = keys(number, b);
    return std::any_of(one.begin(), one.end(),
        [&](std::uint32_t key) { return key != 0 && std::find(other.begin(), other.end(), key) != other.end(); });
}

void Recipes::all_keys(Row row, std::uint32_t * out) const
{
    Known known;
    for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
        auto const keys = this->keys(recipe, row, known);
        out = std::copy_n(keys.begin(), m_ways[recipe], out);
    }
}

Recipes::Keys Recipes::keys(std::size_t number, Row row, Known & known) const
{
    auto const & recipe = m_recipes[number];
    Keys ways {};
    std::size_t count = 1;
    std::uint64_t rest = number + 1;
    bool many = false;
    for (std::size_t i = 0; i < recipe.count; ++i) {
        auto const part = recipe.parts[i];
        auto const place = static_cast<std::size_t>(part);
        if (part == Part::surname) {
            many = true;
            if (!std::exchange(known.looked_up[place], true)) {
                known.surname_count = surnames(row, known.surnames);
            }
            ways = known.surnames;
            count = known.surname_count;
        } else if (part == Part::email || part == Part::telephone) {
            many = true;
            count = any_of(part == Part::email ? MatchType::email : MatchType::telephone, row, ways);
        } else {
            bool const own = part == Part::identifier || part == Part::text; // of any column
            if (own || !std::exchange(known.looked_up[place], true)) {
                known.values[place] = value(part, recipe.slots[i], row);
            }
            if (known.values[place] == 0) {
                return {};
            }
            rest = mix(rest, known.values[place]);
        }
    }
    Keys keys {};
    for (std::size_t way = 0; way < count; ++way) {
        auto const key = static_cast<std::uint32_t>((many ? mix(rest, ways[way]) : rest) >> 32U);
        keys[way] = key | 1U; // the lowest bit is free for who keeps them
    }
    return keys;
}

bool Recipes::splits(std::size_t split, std::size_t number) const
{
    auto const & recipe = m_recipes[number];
    auto const part = m_splits[split].part;
    for (std::size_t i = 0; i < recipe.count; ++i) {
        auto const in = recipe.parts[i];
        if ((in == part && (part != Part::text || recipe.slots[i] == m_splits[split].slot))
            || (in == Part::birth_date && part == Part::year) || (in == Part::postcode && part == Part::area)
            || ((in == Part::given || in == Part::given_start) && (part == Part::initial || part == Part::given))) {
            return false;
        }
    }
    return true;
}

std::uint32_t Recipes::split_key(std::size_t split, Row row) const
{
    return value(m_splits[split].part, m_splits[split].slot, row);
}

} // namespace ketensync::reconcile
