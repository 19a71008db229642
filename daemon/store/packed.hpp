#pragma once

#include "daemon/store/database.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ketensync::store {

/// Rows of bytes under ascending numbers, kept 32 together in one row of SQLite: adding a million of them costs what
/// thirty thousand cost, and reading all of them is one pass. 32 rows of a record's size fill a page or two of the file,
/// so that changing one writes hardly more than a row of its own would.
///
/// What is put stands in memory until `flush`, which belongs to the transaction of the caller; `forget` drops it. Rows
/// count from 0 to 2^32 - 1; one that was never put is empty. One thread, on its own connection.
class Packed {
public:
    static std::string create_table(std::string_view table);
    static Result<Packed> open(Database & database, std::string_view table);

    /// Valid until the next call.
    Result<std::string_view> get(std::uint32_t number);
    Result<void> put(std::uint32_t number, std::string_view bytes);
    Result<void> flush();
    void forget();
    /// Whether `flush` has anything to write.
    bool changed() const;

    /// Every row that is not empty, ascending, as flushed.
    Result<void> each(std::function<Result<void>(std::uint32_t number, std::string_view bytes)> const & visit);
    /// The highest number whose row is not empty, as flushed; 0 when there is none.
    Result<std::uint32_t> last();

private:
    static constexpr std::uint32_t rows_a_page = 32;
    /// Where each row ends in `bytes`.
    struct Page {
        std::array<std::uint32_t, rows_a_page> ends {};
        std::string bytes;
        bool changed = false;
        std::string_view row(std::size_t index) const;
    };
    static bool decode(std::string_view stored, Page & page);
    Result<Page *> page(std::uint32_t number);

    Database * m_database = nullptr;
    std::string m_table;
    Statement m_read;
    Statement m_write;
    std::unordered_map<std::uint32_t, Page> m_pages;
    /// Rows come in runs: the page of the last call.
    std::uint32_t m_last_number = 0;
    Page * m_last = nullptr;
};

}
