#include "tests/whole/served_region.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

namespace ketensync::whole {

namespace fs = std::filesystem;

ServedRegion::ServedRegion(int seed, int persons)
{
    m_region.emplace(support::Process::Start { { KETENSYNC_REGION, fmt::format("--seed={}", seed),
                                                   fmt::format("--persons={}", persons), "--months=2", "--die-with-parent",
                                                   "--folder=" + folder().string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" },
        {}, m_folder / "region.log" });
    if (!m_region->line()) {
        throw std::runtime_error("the region did not start");
    }
}

std::string ServedRegion::origin() const
{
    auto const served = nlohmann::json::parse(std::ifstream(folder() / "server.json"));
    return fmt::format("https://localhost:{}", served.at("port").get<int>());
}

void ServedRegion::secret(std::string const & name, std::string const & content) const
{
    auto const file = secrets() / name;
    fs::remove(file);
    std::ofstream(file) << content;
    fs::permissions(file, fs::perms::owner_read);
}

void ServedRegion::Set::source(std::string const & name, std::string const & text) const
{
    std::ofstream(root / "sources.d" / (name + ".toml")) << text;
}

ServedRegion::Set ServedRegion::set(std::string const & name, bool with_sources, std::string const & more) const
{
    Set made { m_folder.path() / name };
    fs::create_directories(made.root / "sources.d");
    if (with_sources) {
        fs::copy(folder() / "conf" / "sources.d", made.root / "sources.d");
    }
    std::ofstream(made.config()) << fmt::format("[state]\nfolder = \"{0}/state\"\n[mappings]\nfolder = \"{1}/mappings\"\n"
                                                "[sources]\nfolder = \"sources.d\"\n[secrets]\nfolder = \"{2}\"\n"
                                                "[warehouse]\ntype = \"sqlite\"\nfile = \"{0}/warehouse.sqlite\"\n{3}",
        made.root.string(), KETENSYNC_SOURCE_DIR, secrets().string(),
        more.find("[web]") == std::string::npos ? "[web]\naddress = \"\"\n" + more : more);
    return made;
}

ServedRegion::Output ServedRegion::run(Set const & set, std::vector<std::string> words)
{
    words.insert(words.begin(), { KETENSYNC_PROGRAM, "--config=" + set.config().string(), "--json" });
    support::Process process({ std::move(words), {}, set.root / "log" });
    Output output;
    while (auto const line = process.line()) {
        output.out += *line + '\n';
        auto const parsed = nlohmann::json::parse(*line, nullptr, false);
        if (!parsed.is_discarded() && parsed.value("type", "") == "run") {
            output.runs[parsed.at("source").get<std::string>() + '/' + parsed.at("feed").get<std::string>()] = parsed;
        }
    }
    output.code = process.wait();
    return output;
}

} // namespace ketensync::whole
