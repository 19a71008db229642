#include "tests/region/bench.hpp"

#include "tests/region/household.hpp"
#include "tests/region/municipal.hpp"
#include "tests/region/places.hpp"
#include "tests/region/project_sheet.hpp"
#include "tests/region/uwv.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <stdexcept>

namespace ketensync::region {
namespace {

// Set so that the layouts come out at about 60 % UWV, 16 % SRG, 12 % sheet and 12 % BUS.
constexpr Shares bench_shares {
    .uitkering = 0.36,
    .registered_with_it = 0.98,
    .registered_without = 0.98,
    .voorziening_with_it = 0.75,
    .voorziening_without = 0.04,
    .project = 0.15,
    .course = 0,
    .registered_twice = 0.005,
};
constexpr double persons_per_document = 0.95;
constexpr std::size_t buffer_bytes = 8U << 20U;

/// One per cent of the documents change: the same persons each time that the same change is made anew.
void change(Household & household, State const & state)
{
    for (std::size_t turn = 0; turn < state.bench_changes.size(); ++turn) {
        auto const share = state.bench_changes[turn] / 100;
        for (auto & person : household.persons) {
            Random random(state.seed, Purpose::change, person.index, turn);
            if (random.chance(share)) {
                person.telephone = "06";
                append_padded(person.telephone, random.below(100'000'000), 8);
                person.email = "nieuw" + std::to_string(random.below(1'000'000)) + "@post.example";
                for (auto & voorziening : person.voorzieningen) {
                    voorziening.loonwaarde = static_cast<std::uint8_t>((voorziening.loonwaarde + 7) % 100);
                }
            }
        }
        for (auto & uitkering : household.uitkeringen) {
            Random random(state.seed, Purpose::change, household.index, 1000 + turn * 100 + uitkering.number);
            if (random.chance(share)) {
                ++uitkering.extra_kostendelers;
            }
        }
    }
}

/// A file written in large pieces beside the one that is served, and put in its place at the end.
class Output {
public:
    explicit Output(std::filesystem::path path)
        : m_path(std::move(path))
        , m_part(m_path.string() + ".part")
    {
        m_out.open(m_part, std::ios::binary | std::ios::trunc);
    }
    void write(std::string_view bytes)
    {
        m_out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        m_bytes += bytes.size();
    }
    std::uint64_t bytes() const { return m_bytes; }
    void finish()
    {
        m_out.close();
        if (!m_out) {
            throw std::runtime_error("cannot write " + m_part);
        }
        std::filesystem::rename(m_part, m_path);
    }

private:
    std::filesystem::path m_path;
    std::string m_part;
    std::ofstream m_out;
    std::uint64_t m_bytes = 0;
};

/// Werkzoekenden as they are served, with the offset behind each.
class WerkzoekendenFile {
public:
    WerkzoekendenFile(State const & state, std::filesystem::path const & folder)
        : m_state(state)
        , m_items(folder / "werkzoekenden.items")
        , m_ends(folder / "werkzoekenden.ends")
    {
    }

    void add(Household & household, Truth & truth)
    {
        for (auto & person : household.persons) {
            if (!registered_on(person, m_state.date)) {
                continue;
            }
            person.registration_rank = m_count++;
            append(household, person, false, truth);
            if (registered_twice_on(person, m_state.date)) {
                append(household, person, true, truth);
            }
        }
    }

    void finish()
    {
        flush();
        m_items.finish();
        m_ends.finish();
    }

    std::uint64_t count() const { return m_documents; }

private:
    void append(Household const & household, Person const & person, bool second, Truth & truth)
    {
        append_werkzoekende(m_buffer, m_state.seed, household, person, m_state.date, second);
        auto const end = m_items.bytes() + m_buffer.size();
        m_buffer += ',';
        m_end_buffer.push_back(end);
        truth.persoon("uwv-werkzoekenden", werkzoekende_id(person, second), person.index);
        ++m_documents;
        if (m_buffer.size() > buffer_bytes) {
            flush();
        }
    }

    void flush()
    {
        m_items.write(m_buffer);
        m_ends.write(
            { reinterpret_cast<char const *>(m_end_buffer.data()), m_end_buffer.size() * sizeof(std::uint64_t) });
        m_buffer.clear();
        m_end_buffer.clear();
    }

    State const & m_state;
    Output m_items;
    Output m_ends;
    std::string m_buffer;
    std::vector<std::uint64_t> m_end_buffer;
    std::uint64_t m_count = 0;
    std::uint64_t m_documents = 0;
};

std::vector<Delivery> bench_deliveries(State const & state)
{
    std::vector<Delivery> deliveries;
    auto const month = Month::of(state.date).plus(-1);
    for (auto const & gemeente : gemeenten()) {
        if (month.first_day() < gemeente.until) {
            Delivery delivery;
            delivery.gemeente = &gemeente;
            delivery.month = month;
            deliveries.push_back(std::move(delivery));
        }
    }
    return deliveries;
}

/// A file's bytes, as long as this lives.
class Mapped {
public:
    explicit Mapped(std::filesystem::path const & path)
    {
        auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat about { };
        if (file < 0 || ::fstat(file, &about) != 0) {
            throw std::runtime_error("cannot read " + path.string());
        }
        m_size = static_cast<std::size_t>(about.st_size);
        m_data = ::mmap(nullptr, m_size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
        ::close(file);
        if (m_data == MAP_FAILED) {
            throw std::runtime_error("cannot map " + path.string());
        }
    }
    ~Mapped() { ::munmap(m_data, m_size); }
    Mapped(Mapped const &) = delete;
    Mapped & operator=(Mapped const &) = delete;
    void const * data() const { return m_data; }
    std::size_t size() const { return m_size; }

private:
    void * m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace

void write_bench(State & state, std::filesystem::path const & folder)
{
    std::filesystem::create_directories(folder / "truth");
    auto const persons = static_cast<double>(state.bench_documents) * persons_per_document;
    HouseholdMaker maker(state.seed, static_cast<std::uint64_t>(persons));
    Truth truth;
    WerkzoekendenFile werkzoekenden(state, folder);
    MunicipalWriter municipal(state.seed, bench_deliveries(state), state.date);
    SheetWriter sheet(state.seed, state.date);
    std::uint64_t row = 0;
    while (werkzoekenden.count() + municipal.documents() + sheet.rows() < state.bench_documents) {
        auto household = maker.next();
        give_lives(household, state.seed, bench_shares);
        for (auto & person : household.persons) {
            for (auto & deelname : person.deelnames) {
                deelname.sheet_rank = ++row;
            }
        }
        change(household, state);
        werkzoekenden.add(household, truth);
        municipal.add(household, truth);
        sheet.add(household, truth);
    }
    werkzoekenden.finish();
    std::uint64_t lines = 0;
    auto const municipal_documents = municipal.documents();
    for (auto const & delivery : municipal.finish()) {
        lines += static_cast<std::uint64_t>(std::count(delivery.srg.begin(), delivery.srg.end(), '\n'));
        auto const drop = folder / "drop" / delivery.source();
        write_file(drop / delivery.file_name("SRG", ".txt"), delivery.srg);
        write_file(drop / delivery.file_name("BUS", ".xml"), delivery.bus);
    }
    write_file(folder / "drop" / "projectadministratie" / "deelnemers.csv", sheet.finish());
    write_file(folder / "truth" / "records.csv", truth.records_csv());
    write_file(folder / "truth" / "islands.csv", truth.islands_csv());
    state.bench_counts = { { "uwv-werkzoekenden", werkzoekenden.count() }, { "srg", lines },
        { "bus", municipal_documents - lines }, { "projectdeelnemers", sheet.rows() } };
}

Publication map_bench(State const & state, std::filesystem::path const & folder)
{
    struct Files {
        explicit Files(std::filesystem::path const & in)
            : items(in / "werkzoekenden.items")
            , ends(in / "werkzoekenden.ends")
        {
        }
        Mapped items;
        Mapped ends;
    };
    auto const files = std::make_shared<Files const>(folder);
    Publication out;
    out.date = state.date;
    out.mapped = files;
    out.werkzoekenden = ItemList({ static_cast<char const *>(files->items.data()), files->items.size() },
        { static_cast<std::uint64_t const *>(files->ends.data()), files->ends.size() / sizeof(std::uint64_t) });
    out.documents = state.bench_counts;
    return out;
}

} // namespace ketensync::region
