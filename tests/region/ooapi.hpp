#pragma once

#include "tests/region/item_list.hpp"
#include "tests/region/person.hpp"
#include "tests/region/truth.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::region {

/// A made-up UUID that follows from what it names.
std::string uuid_of(std::uint64_t seed, std::uint64_t first, std::uint64_t second);

/// True when the provider shows the deelname on a day: three weeks before it begins.
bool enrolled_on(Deelname const & deelname, Day day);

/// The state of the association that stands for a deelname: pending, queued, associated or canceled.
std::string_view association_state(std::uint64_t seed, Person const & person, Deelname const & deelname, Day day);
/// Who is queued or has canceled takes no part: that is no deelname, and the truth has none.
bool takes_part(std::string_view association_state);

/// What one provider publishes on a day, in the order of its identifiers, as OOAPI sorts.
struct ProviderPages {
    ItemList persons;
    ItemList offerings;
    std::map<std::string, ItemList, std::less<>> associations; ///< by offeringId
    std::uint64_t association_count = 0;
};

/// Gathers the pages of one provider, household by household.
class ProviderWriter {
public:
    ProviderWriter(std::uint64_t seed, int provider, Day day);
    void add(Household const & household, Truth & truth);
    ProviderPages finish();

private:
    using Item = std::pair<std::string, std::string>; ///< identifier and JSON

    void add_offering(std::string const & id, int project, int course, int cohort);
    std::string offering_of(Deelname const & deelname) const;
    std::string person_item(Person const & person, std::string const & id, bool active) const;
    std::string association_item(
        Person const & person, Deelname const & deelname, std::string const & id, std::string const & person_id) const;

    std::uint64_t m_seed;
    int m_provider;
    Day m_day;
    std::vector<Item> m_persons;
    std::vector<Item> m_offerings;
    std::map<std::string, std::vector<Item>, std::less<>> m_associations;
};

} // namespace ketensync::region
