#pragma once

#include "tests/region/day.hpp"
#include "tests/region/life.hpp"
#include "tests/region/person.hpp"
#include "tests/region/truth.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// What one municipality delivers about one month: an SRG and a BUS file.
struct Delivery {
    Gemeente const * gemeente = nullptr;
    Month month;
    std::uint64_t revision = 0; ///< how often it was delivered anew, with corrections
    bool empty = false; ///< a delivery without a single line is a legal one
    std::string srg;
    std::string bus;
    std::uint64_t documents = 0;

    std::string source() const { return "gemeente-" + std::string(gemeente->slug); }
    std::string file_name(std::string_view kind, std::string_view extension) const; ///< "SRG_0402_202610.txt"
};

/// Writes the monthly files of the municipalities, household by household.
class MunicipalWriter {
public:
    /// `day` is the date on which the other parties are looked at, for the truth.
    MunicipalWriter(std::uint64_t seed, std::vector<Delivery> deliveries, Day day);
    void add(Household const & household, Truth & truth);
    std::vector<Delivery> finish();
    std::uint64_t documents() const { return m_documents; }

private:
    void add_srg(Delivery & delivery, Household const & household, Person const & person, Truth & truth);
    void add_voorziening(Delivery & delivery, Person const & person, Voorziening const & voorziening,
        Share const & part, std::string_view bsn);
    void add_bus(Delivery & delivery, Household const & household, Uitkering const & uitkering, Truth & truth);

    void tell(Delivery const & delivery, Household const & household, Person const & person, std::string const & bsn,
        Truth & truth) const;

    std::uint64_t m_seed;
    Day m_day;
    std::vector<Delivery> m_deliveries;
    std::uint64_t m_documents = 0;
};

} // namespace ketensync::region
