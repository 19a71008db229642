#pragma once

#include "daemon/monitor/edition.hpp"
#include "daemon/warehouse/reader.hpp"
#include "daemon/warehouse/warehouse.hpp"
#include "tests/support/temporary_folder.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::monitor {

/// Lives written by hand, in a real warehouse with the shipped schema.
class Lives {
public:
    using Fields = std::map<std::string, std::string>;

    /// "sqlite" or "postgresql".
    explicit Lives(std::string const & type = "sqlite");
    ~Lives();

    /// From now on, what is told is known since this day.
    void known(std::string const & day);
    /// A golden record as it is from now on: all its fields.
    void tell(std::string const & kind, std::uint32_t id, Fields const & fields);
    void withdraw(std::string const & kind, std::uint32_t id);

    void project(std::uint32_t id, std::string const & code, Fields fields = {});
    void persoon(std::uint32_t id, std::string const & gemeente = "0402", std::string const & birth_year = "1980");
    void deelname(std::uint32_t id, std::uint32_t who, std::uint32_t project, std::string const & begin,
        std::string const & end = "", Fields fields = {});
    void plaatsing(
        std::uint32_t id, std::uint32_t who, std::uint32_t project, std::string const & begin, Fields fields = {});

    /// Delivers what was told and not delivered yet; done by who asks.
    void deliver();
    /// So many ways to ask, beside each other; those that were given before are gone.
    std::vector<Ask> asks(std::size_t readers);
    /// As known on that day, by the shipped definitions.
    Edition edition(std::string const & name, std::string const & known_on, Notes notes = {}, Edition const * previous = nullptr);

private:
    void add(record::Change::What what, std::string const & kind, std::uint32_t id, Fields const & fields);

    support::TemporaryFolder m_folder;
    std::shared_ptr<record::Schema const> m_schema;
    warehouse::PostgresAccess m_access;
    std::unique_ptr<warehouse::Holder> m_holder;
    std::unique_ptr<warehouse::Warehouse> m_warehouse;
    std::vector<std::unique_ptr<warehouse::Reader>> m_readers;
    bool m_postgres = false;
    std::int64_t m_number = 0;
    std::string m_day = "2021-01-01";
    std::set<std::pair<std::string, std::uint32_t>> m_told;
    std::set<std::pair<std::string, std::uint32_t>> m_in_batch;
    std::vector<record::Change> m_batch;
};

/// The definitions as shipped.
Definitions const & shipped();

/// The count at these members, or -1 when no table has it.
std::int64_t count_at(Edition const & edition, std::string const & indicator, std::map<std::string, std::string> const & at = {});

}
