// Connecting a source, by asking: what it is, how it is reached, what it delivers. Nothing is written before the end.

#include "daemon/commands/interview.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/commands/source_questions.hpp"
#include "daemon/commands/source_trial.hpp"
#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <unistd.h>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;

/// Below this a layout is not proposed.
constexpr double fits_enough = 0.5;
constexpr std::size_t shown_max = 3;

/// In the place of the file of that name when `replace`; otherwise nothing may be there. All or nothing.
Result<void> write_file(fs::path const & file, std::string const & text, bool replace)
{
    auto const part = file.parent_path() / ('.' + file.filename().string() + ".part");
    int const descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool written = descriptor >= 0 && ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size())
        && ::fsync(descriptor) == 0;
    if (descriptor >= 0) {
        written = ::close(descriptor) == 0 && written;
    }
    written = written && ::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, file.c_str(), replace ? 0U : RENAME_NOREPLACE) == 0;
    if (!written) {
        auto const why = std::string(std::strerror(errno));
        ::unlink(part.c_str());
        return fail(Failure::cannot_write, fmt::format("{} cannot be written: {}", file.string(), why));
    }
    return {};
}

class Connecting {
public:
    Connecting(settings::Config const & config, Layouts const & layouts, Streams const & streams)
        : m_config(config)
        , m_layouts(layouts)
        , m_interview(streams)
        , m_secrets_folder(secrets_folder(config))
        , m_trial(config, m_secrets_folder)
    {
    }

    /// Gives the file that was written.
    Result<fs::path> hold()
    {
        if (::access(m_config.sources_folder.c_str(), W_OK) != 0) {
            return fail(Failure::cannot_write, fmt::format("{}: {}", m_config.sources_folder.string(), std::strerror(errno)));
        }
        KETENSYNC_TRY(identify());
        KETENSYNC_TRY(ask_reach(m_interview, m_draft, m_secrets_folder));
        KETENSYNC_TRY(find_feeds());
        if (m_draft.feeds.empty()) {
            return fail(Failure::bad_page,
                "no layout was chosen: nothing was written. Make a mapping (mappings/README.md) and try it with --map=FILE --mapping=NAME");
        }
        KETENSYNC_TRY(ask_powers());
        auto const text = text_of(m_draft, SystemClock().now());
        for (auto const & feed : m_draft.feeds) {
            KETENSYNC_TRY(m_trial.read(m_draft, feed));
        }
        m_interview.tell(fmt::format("\n{}", text));
        auto const file = m_config.sources_folder / (m_draft.name + ".toml");
        KETENSYNC_TRY_ASSIGN(bool const agreed, m_interview.agree(fmt::format("Write this to {}?", file.string()), true));
        if (!agreed) {
            return fail(Failure::interrupted, "nothing was written");
        }
        KETENSYNC_TRY(write_file(file, text, m_replace));
        return file;
    }

    /// What is left to do by hand, the last of it to type.
    void tell_next(Options const & options)
    {
        for (auto const & name : m_draft.credentials()) {
            auto const file = m_secrets_folder / name;
            m_interview.tell(fmt::format("The credential '{}' belongs in {}, which others cannot read (chmod 600).", name, file.string()));
            if (m_config.secrets_folder.empty()) {
                m_interview.tell(fmt::format("  Hand it to the service: systemctl edit ketensync, [Service], LoadCredential={}:{}", name, file.string()));
            }
        }
        if (m_config.secrets_folder.empty() && m_draft.connector != "files") {
            m_interview.tell("The service reaches what its unit allows: IPAddressAllow=, see docs/administration.md.");
        }
        auto const config = options.config == Options().config ? std::string() : fmt::format(" --config={}", options.config.string());
        m_interview.tell(fmt::format("A service that runs knows of it after: systemctl reload ketensync (restart, for a new credential).\n"
                                    "Next: ketensync{} --sync={} --dry-run",
            config, m_draft.name));
    }

private:
    static fs::path secrets_folder(settings::Config const & config)
    {
        auto const known = settings::Secrets(config.secrets_folder).folder();
        return known.empty() ? fs::absolute(config.file).parent_path() / "credentials" : known;
    }

    Result<void> identify()
    {
        KETENSYNC_TRY_ASSIGN(m_draft.name, m_interview.ask("Name of the source, as gemeente-hilversum", {}, [](std::string const & answer) {
            return settings::is_plain_name(answer) && !answer.empty() ? std::nullopt : Wrong("a name holds only a-z, 0-9 and -");
        }));
        std::error_code error;
        if (auto const file = m_config.sources_folder / (m_draft.name + ".toml"); fs::exists(file, error)) {
            KETENSYNC_TRY_ASSIGN(m_replace, m_interview.agree(fmt::format("{} is there already. Put another in its place?", file.string()), false));
            if (!m_replace) {
                return fail(Failure::cannot_write, fmt::format("{} is left as it is", file.string()));
            }
        }
        KETENSYNC_TRY_ASSIGN(m_draft.title, m_interview.ask("What people call it", m_draft.name));
        KETENSYNC_TRY_ASSIGN(m_draft.connector, m_interview.ask("How it is read (rest, files, sftp)", "rest", [](std::string const & answer) {
            return answer == "rest" || answer == "files" || answer == "sftp" ? std::nullopt
                : answer == "soap" ? Wrong("a SOAP service is asked about persons: begin with suwi.toml.example and docs/connecting-soap.md")
                                   : Wrong("this is not one of rest, files, sftp");
        }));
        return {};
    }

    /// Until the source answered, or somebody says which layouts it has.
    Result<void> find_feeds()
    {
        for (;;) {
            m_draft.feeds.clear();
            m_draft.note.clear();
            m_used.clear();
            auto const tried = m_draft.connector == "rest" ? find_lists() : find_files();
            if (tried || tried.error().failure == Failure::interrupted) {
                return tried;
            }
            m_interview.tell(tried.error().what);
            KETENSYNC_TRY_ASSIGN(auto const then,
                m_interview.choose("What now (again, change the answers, skip the trial, stop)", { "again", "change", "skip", "stop" }, "stop"));
            if (then == "stop") {
                return tried;
            }
            if (then == "skip") {
                return name_feeds();
            }
            if (then == "change") {
                KETENSYNC_TRY(ask_reach(m_interview, m_draft, m_secrets_folder));
            }
        }
    }

    Result<void> find_lists()
    {
        if (!m_draft.path.empty()) {
            KETENSYNC_TRY(look_at_list(m_draft.path));
        } else {
            KETENSYNC_TRY(try_known_lists());
        }
        return find_children();
    }

    /// What a source does not have says nothing; a source that does not let us in, or is away, ends the trial.
    Result<void> try_known_lists()
    {
        std::set<std::string> paths;
        for (auto const & usual : m_layouts.usual()) {
            if (auto const path = value_in(usual.text, "path"); path && !has_section(usual.text, "parent")) {
                paths.insert(*path);
            }
        }
        for (auto const & path : paths) {
            auto const looked = look_at_list(path);
            if (!looked && looked.error().failure != Failure::bad_page) {
                return looked;
            }
            if (!looked) {
                m_interview.tell(fmt::format("{}: not here", path));
            }
        }
        return {};
    }

    Result<void> look_at_list(std::string const & path)
    {
        KETENSYNC_TRY_ASSIGN(auto const page, m_trial.first_page(m_draft, with_value(m_layouts.feed(m_draft.name, "rest"), "path", path)));
        KETENSYNC_TRY_ASSIGN(auto const mapping, choose_layout(path, page.body.bytes(), {}));
        if (mapping.empty()) {
            return {};
        }
        return add_list(mapping, with_value(m_layouts.feed(mapping, "rest"), "path", path));
    }

    /// Once more, now as a run will ask for it: in pages.
    Result<void> add_list(std::string const & mapping, std::string feed)
    {
        KETENSYNC_TRY_ASSIGN(auto const page, m_trial.first_page(m_draft, feed));
        auto const fit = mapping::fit(*m_layouts.mapper(mapping), page.body.bytes(), m_trial.limits(), { m_draft.name, "" });
        auto const whole = page.last && fit.documents > 0 ? std::optional<std::uint64_t>(fit.documents) : std::nullopt;
        add(mapping, std::move(feed), page.declared_total ? page.declared_total : whole);
        return {};
    }

    /// Lists that are read once for each document of a list that was found, of the same family of layouts.
    Result<void> find_children()
    {
        auto const family = [](std::string const & mapping) { return mapping.substr(0, mapping.find('-')); };
        std::set<std::pair<std::string, std::string>> found; // family, path
        for (std::size_t i = 0; i < m_used.size(); ++i) {
            found.emplace(family(m_used[i]), value_in(m_draft.feeds[i], "path").value_or(""));
        }
        for (auto const & usual : m_layouts.usual()) {
            auto const parent = value_in(usual.text, "path", "parent");
            if (!parent || !found.contains({ family(usual.mapping), *parent })) {
                continue;
            }
            auto const path = value_in(usual.text, "path").value_or("");
            auto const page = m_trial.first_page(m_draft, usual.text);
            if (!page && page.error().failure == Failure::interrupted) {
                return tl::unexpected(page.error());
            }
            if (!page) {
                m_interview.tell(fmt::format("{}: {}", path, page.error().what));
                continue;
            }
            auto const fit = mapping::fit(*m_layouts.mapper(usual.mapping), page->body.bytes(), m_trial.limits(), { m_draft.name, "" });
            m_interview.tell(fmt::format("{}: {}", path,
                page->bare || fit.documents == 0 ? "answers, with nothing in its first page" : describe({ usual.mapping, fit })));
            add(usual.mapping, usual.text, std::nullopt);
        }
        return {};
    }

    Result<void> find_files()
    {
        KETENSYNC_TRY_ASSIGN(auto const samples, m_trial.samples(m_draft));
        for (auto const & [group, body] : samples) {
            auto const period = group.period.empty() ? std::string() : std::string(connectors::period_in(group.newest.name, group.period));
            KETENSYNC_TRY_ASSIGN(auto const mapping,
                choose_layout(fmt::format("{} ({} files, the newest {})", group.files, group.count, group.newest.name), body.bytes(), period));
            if (mapping.empty()) {
                continue;
            }
            auto feed = with_value(m_layouts.feed(mapping, m_draft.connector), "files", group.files);
            bool const by_period = value_in(feed, "reads") == "periods";
            if (by_period && group.period.empty()) {
                m_interview.tell(fmt::format("{}: this layout is read by period, and there is none in the name of the file; left out", group.files));
                continue;
            }
            auto const fit = mapping::fit(*m_layouts.mapper(mapping), body.bytes(), m_trial.limits(), { m_draft.name, period });
            add(mapping, by_period ? with_value(std::move(feed), "period", group.period) : std::move(feed), fit.documents);
        }
        return {};
    }

    /// Nothing could be tried: the layouts are named.
    Result<void> name_feeds()
    {
        m_draft.note = "Nothing of this was tried: the source did not answer when this was made.";
        auto names = m_layouts.names();
        names.emplace_back("-");
        for (;;) {
            KETENSYNC_TRY_ASSIGN(auto const mapping, m_interview.choose("Layout (a name, or - when that is all)", names, "-"));
            if (mapping == "-") {
                return {};
            }
            auto feed = m_layouts.feed(mapping, m_draft.connector);
            if (m_draft.connector == "rest" && !m_draft.path.empty()) {
                feed = with_value(std::move(feed), "path", m_draft.path);
            }
            add(mapping, std::move(feed), std::nullopt);
        }
    }

    static std::string describe(Layouts::Ranked const & each)
    {
        return fmt::format("{:3.0f} %  {}: {}", each.fit.score() * 100, each.mapping, fit_text(each.fit));
    }

    /// Empty: it is left out.
    Result<std::string> choose_layout(std::string const & what, std::string_view page, std::string_view period)
    {
        auto const ranked = m_layouts.rank(page, m_trial.limits(), { m_draft.name, period });
        m_interview.tell(fmt::format("\n{}{}", what, ranked.empty() ? ": no layout that is known fits" : ""));
        for (std::size_t i = 0; i < std::min(ranked.size(), shown_max); ++i) {
            m_interview.tell("  " + describe(ranked[i]));
        }
        if (ranked.empty()) {
            return std::string();
        }
        auto names = m_layouts.names();
        names.emplace_back("-");
        auto const & best = ranked.front();
        KETENSYNC_TRY_ASSIGN(auto const chosen,
            m_interview.choose("Layout (a name, or - to leave it out)", names, best.fit.score() >= fits_enough ? best.mapping : "-"));
        return chosen == "-" ? std::string() : chosen;
    }

    void add(std::string const & mapping, std::string feed, std::optional<std::uint64_t> all)
    {
        auto const usual = value_in(feed, "name").value_or(mapping);
        auto name = usual;
        for (int number = 2; std::ranges::any_of(m_draft.feeds, [&name](auto const & other) { return value_in(other, "name") == name; }); ++number) {
            name = fmt::format("{}-{}", usual, number);
        }
        feed = with_value(std::move(feed), "name", name);
        if (!has_section(feed, "believable") && all && *all > 0) {
            feed += fmt::format("\n# A guess, by the {} documents of today. Outside it a delivery changes nothing and waits for a person.\n"
                                "[feed.believable]\nmin = {}\nmax = {}\n",
                *all, std::max<std::uint64_t>(1, *all / 2), std::max<std::uint64_t>(100, *all * 4));
        } else if (!has_section(feed, "believable")) {
            feed += "\n# Not known: how many documents are believable. Give it a max after some runs.\n[feed.believable]\nmin = 1\n";
        }
        m_draft.feeds.push_back(std::move(feed));
        m_used.push_back(mapping);
    }

    Result<void> ask_powers()
    {
        std::map<std::string, std::set<std::string>> fields; // by power
        for (auto const & name : m_used) {
            auto const & mapper = *m_layouts.mapper(name);
            for (auto const & filled : mapper.filled()) {
                auto const & kind = mapper.schema().kinds[filled.kind];
                if (auto const & field = kind.fields[filled.field]; !field.needs.empty()) {
                    fields[field.needs].insert(kind.name + '.' + field.name);
                }
            }
        }
        for (auto const & [power, names] : fields) {
            KETENSYNC_TRY_ASSIGN(bool const has,
                m_interview.agree(
                    fmt::format("It tells {}, which only a source with the power \"{}\" may. Has it that power?", fmt::join(names, ", "), power), false));
            if (!has) {
                return fail(Failure::configuration,
                    fmt::format("without the power \"{}\" these layouts cannot be read: nothing was written. A mapping of your own can leave {} out",
                        power, fmt::join(names, ", ")));
            }
            m_draft.powers.push_back(power);
        }
        return {};
    }

    settings::Config const & m_config;
    Layouts const & m_layouts;
    Interview m_interview;
    fs::path m_secrets_folder;
    SourceTrial m_trial;
    SourceDraft m_draft;
    std::vector<std::string> m_used; ///< the mapping of each feed
    bool m_replace = false;
};

int tell_all(settings::Faults const & faults, Streams const & streams)
{
    for (auto const & fault : faults) {
        streams.error << fault << '\n';
    }
    return exit_code(Failure::configuration);
}

} // namespace

int new_source(Options const & options, Streams const & streams)
{
    settings::Faults faults;
    auto const config = settings::read_config(options.config, faults);
    std::error_code error;
    if (!config || !fs::is_directory(config->mappings_folder, error) || !fs::is_directory(config->sources_folder, error)) {
        return tell_all(faults, streams);
    }
    auto const layouts = Layouts::read(config->mappings_folder);
    if (!layouts) {
        return tell_all(layouts.error(), streams);
    }
    Connecting connecting(*config, *layouts, streams);
    auto const written = connecting.hold();
    if (!written) {
        return tell(written.error(), streams);
    }
    streams.out << written->string() << " is written.\n";
    auto const code = check(options, streams);
    connecting.tell_next(options);
    return code;
}

} // namespace ketensync::commands
