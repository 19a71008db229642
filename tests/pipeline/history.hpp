#pragma once

#include "tests/pipeline/world.hpp"
#include "tests/warehouse/subjects.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// A world whose changes go to a warehouse, day after day. Each delivery is a day later than the one before, and gives the
/// moment at which it is known.
class History {
public:
    /// Of a kind of warehouse that is installed.
    explicit History(std::unique_ptr<warehouse::Subject> subject) : m_subject(std::move(subject)) { }

    std::string brp(std::vector<std::string> const & items);
    std::string brp_gone(std::string const & key);
    std::string uwv(std::vector<std::string> const & items) { return deliver("uwv/personen", json_page(items, true)); }
    std::string school(std::vector<std::string> const & items) { return deliver("school/personen", json_page(items, true)); }
    std::string trajects(std::vector<std::string> const & items) { return deliver("school/deelnames", json_page(items, true)); }
    std::string srg(std::string const & period, std::vector<std::string> const & lines)
    {
        return deliver("gemeente/srg", period_page(period, lines, true, period));
    }
    std::string judge(std::string const & key, std::string const & other, std::optional<bool> same);
    std::string now() const { return m_now; }

    /// As known then, valid on that day: the municipalities of all persons, sorted; how many rows there are; how many values
    /// a column has; and all that each row says but its number.
    std::string gemeenten(std::string const & known, std::string const & valid);
    std::size_t rows(std::string const & kind, std::string const & known, std::string const & valid);
    std::int64_t distinct(std::string const & kind, std::string const & name, std::string const & known, std::string const & valid);
    std::vector<std::string> all(std::string const & kind, std::string const & known, std::string const & valid);
    /// What is known now, of every kind; golden records go by the records that they are made of, not by their numbers.
    std::vector<std::string> standing();
    /// Every row of every kind, past and present.
    std::vector<std::string> everything();

    World world;

private:
    std::string deliver(std::string const & feed, connectors::Page page);
    std::string arrive();

    std::unique_ptr<warehouse::Subject> m_subject;
    warehouse::Holder m_holder { "test", std::chrono::seconds(60), 0 };
    std::string m_now;
};

/// What the BRP says of a person; `since` is a day, or only a year, or nothing.
std::string resident(
    std::string const & bsn, std::string const & gemeente, std::string const & since, std::string const & postcode = "1211AA");

}
