#include "tests/region/region.hpp"

#include "tests/region/bench.hpp"
#include "tests/region/horizon.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace ketensync::region {
namespace {

constexpr std::uint64_t usual_persons = 10'000;

State new_state(Options const & options)
{
    State state;
    state.seed = options.seed.value_or(1);
    state.persons = options.persons.value_or(usual_persons);
    state.date = options.date.value_or(usual_date());
    state.first_month = Month::of(state.date).plus(-options.months);
    state.bench_documents = options.bench;
    return state;
}

template <typename T>
void must_agree(std::optional<T> const & asked, T const & there, std::string_view what)
{
    if (asked && *asked != there) {
        throw std::runtime_error(fmt::format(
            "the region in this folder has another {}; take another folder, or leave the option out", what));
    }
}

} // namespace

Region::Region(Options const & options)
    : m_folder(options.folder)
{
    std::filesystem::create_directories(m_folder);
    if (auto there = State::read(m_folder)) {
        must_agree(options.seed, there->seed, "seed");
        must_agree(options.persons, there->persons, "number of persons");
        must_agree(options.date, there->date, "date");
        if (options.bench != 0) {
            must_agree(std::optional(options.bench), there->bench_documents, "number of documents");
        }
        m_state = *std::move(there);
        if (!options.changes()) {
            publish_again();
        }
        return;
    }
    if (options.changes()) {
        throw std::runtime_error("there is no region in this folder to change");
    }
    m_state = new_state(options);
    if (bench()) {
        write_bench(m_state, m_folder);
        m_state.write(m_folder);
    }
    publish_again();
    write();
}

void Region::publish_again()
{
    if (bench()) {
        m_publication = std::make_shared<Publication const>(map_bench(m_state, m_folder));
    } else {
        if (!m_world) {
            m_world = make_world(m_state.seed, m_state.persons);
        }
        m_publication = std::make_shared<Publication const>(publish(*m_world, m_state));
    }
    if (m_site != nullptr) {
        m_site->show(m_publication);
    }
}

void Region::write()
{
    if (!bench()) {
        write_files(*m_publication, m_folder);
    }
    m_state.write(m_folder);
}

bool Region::change(Options const & options)
{
    if (!options.changes()) {
        return false;
    }
    std::scoped_lock const lock(m_mutex);
    m_state.date += options.advance_days;
    for (auto const & key : options.redeliver) {
        ++m_state.revisions[key];
        m_state.empty.erase(key);
    }
    for (auto const & key : options.empty) {
        m_state.empty.insert(key);
    }
    if (options.bench_change > 0) {
        if (!bench()) {
            throw std::runtime_error("--bench-change is for the folder of a bench");
        }
        m_state.bench_changes.push_back(options.bench_change);
    }
    ++m_state.generation;
    if (bench()) {
        write_bench(m_state, m_folder);
    }
    publish_again();
    write();
    return true;
}

void Region::advance(int days)
{
    Options options;
    options.advance_days = days;
    change(options);
}

bool Region::reload()
{
    std::scoped_lock const lock(m_mutex);
    auto there = State::read(m_folder);
    if (!there || there->generation == m_state.generation) {
        return false;
    }
    m_state = *std::move(there);
    publish_again();
    return true;
}

void Region::show_on(Site & site)
{
    std::scoped_lock const lock(m_mutex);
    m_site = &site;
    site.show(m_publication);
}

State Region::state() const
{
    std::scoped_lock const lock(m_mutex);
    return m_state;
}

std::string Region::documents_json() const
{
    std::scoped_lock const lock(m_mutex);
    std::string out = "{";
    for (auto const & [feed, count] : m_publication->documents) {
        out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", feed, count);
    }
    return out + "}";
}

} // namespace ketensync::region
