#include "daemon/store/packed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

namespace ketensync::store {

static_assert(std::endian::native == std::endian::little, "the stored numbers are little-endian");

namespace {

Error damaged(std::string_view table)
{
    return { Failure::configuration, fmt::format("a stored page of {} is damaged: restore the state from a backup", table) };
}

}

std::string Packed::create_table(std::string_view table)
{
    return fmt::format("CREATE TABLE {}(page INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;", table);
}

Result<Packed> Packed::open(Database & database, std::string_view table)
{
    Packed packed;
    packed.m_database = &database;
    packed.m_table = table;
    KETENSYNC_TRY_ASSIGN(packed.m_read, database.prepare(fmt::format("SELECT body FROM {} WHERE page = ?", table)));
    KETENSYNC_TRY_ASSIGN(packed.m_write, database.prepare(fmt::format("REPLACE INTO {} VALUES(?, ?)", table)));
    return packed;
}

std::string_view Packed::Page::row(std::size_t index) const
{
    auto const begin = index == 0 ? 0 : ends[index - 1];
    return std::string_view(bytes).substr(begin, ends[index] - begin);
}

bool Packed::decode(std::string_view stored, Page & page)
{
    constexpr auto head = sizeof(page.ends);
    if (stored.size() < head) {
        return false;
    }
    std::memcpy(page.ends.data(), stored.data(), head);
    page.bytes.assign(stored.substr(head));
    return std::ranges::is_sorted(page.ends) && page.ends.back() == page.bytes.size();
}

Result<Packed::Page *> Packed::page(std::uint32_t number)
{
    if (m_last != nullptr && m_last_number == number) {
        return m_last;
    }
    auto found = m_pages.find(number);
    if (found == m_pages.end()) {
        Page read;
        m_read.bind(1, std::int64_t { number });
        KETENSYNC_TRY_ASSIGN(bool const row, m_read.step());
        bool const sound = !row || decode(m_read.blob(0), read);
        m_read.reset();
        if (!sound) {
            return fail(damaged(m_table));
        }
        found = m_pages.emplace(number, std::move(read)).first;
    }
    m_last_number = number;
    m_last = &found->second;
    return m_last;
}

Result<std::string_view> Packed::get(std::uint32_t number)
{
    KETENSYNC_TRY_ASSIGN(auto const * const found, page(number / rows_a_page));
    return found->row(number % rows_a_page);
}

Result<void> Packed::put(std::uint32_t number, std::string_view bytes)
{
    KETENSYNC_TRY_ASSIGN(auto * const found, page(number / rows_a_page));
    auto const index = number % rows_a_page;
    auto const was = found->row(index);
    auto const begin = static_cast<std::size_t>(was.data() - found->bytes.data());
    auto const old_size = was.size();
    found->bytes.replace(begin, old_size, bytes);
    for (auto i = index; i < rows_a_page; ++i) {
        found->ends[i] = static_cast<std::uint32_t>(found->ends[i] + bytes.size() - old_size);
    }
    found->changed = true;
    return {};
}

Result<void> Packed::flush()
{
    std::vector<std::uint32_t> numbers;
    for (auto const & [number, held] : m_pages) {
        if (held.changed) {
            numbers.push_back(number);
        }
    }
    std::ranges::sort(numbers);
    std::string stored;
    for (auto const number : numbers) {
        auto const & held = m_pages[number];
        stored.assign(sizeof(held.ends), '\0');
        std::memcpy(stored.data(), held.ends.data(), sizeof(held.ends));
        stored += held.bytes;
        m_write.bind(1, std::int64_t { number }).bind_blob(2, stored);
        KETENSYNC_TRY(m_write.run());
    }
    forget();
    return {};
}

bool Packed::changed() const
{
    return std::ranges::any_of(m_pages, [](auto const & held) { return held.second.changed; });
}

void Packed::forget()
{
    m_pages.clear();
    m_last = nullptr;
}

Result<void> Packed::each(std::function<Result<void>(std::uint32_t, std::string_view)> const & visit)
{
    KETENSYNC_TRY_ASSIGN(
        auto select, m_database->prepare(fmt::format("SELECT page, body FROM {} ORDER BY page", m_table)));
    Page page;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        if (!decode(select.blob(1), page)) {
            return fail(damaged(m_table));
        }
        auto const first = static_cast<std::uint32_t>(select.integer(0)) * rows_a_page;
        for (std::uint32_t index = 0; index < rows_a_page; ++index) {
            if (auto const bytes = page.row(index); !bytes.empty()) {
                KETENSYNC_TRY(visit(first + index, bytes));
            }
        }
    }
}

Result<std::uint32_t> Packed::last()
{
    KETENSYNC_TRY_ASSIGN(
        auto select, m_database->prepare(fmt::format("SELECT page, body FROM {} ORDER BY page DESC", m_table)));
    Page page;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return 0U;
        }
        if (!decode(select.blob(1), page)) {
            return fail(damaged(m_table));
        }
        for (auto index = rows_a_page; index-- > 0;) {
            if (!page.row(index).empty()) {
                return static_cast<std::uint32_t>(select.integer(0)) * rows_a_page + index;
            }
        }
    }
}

}
