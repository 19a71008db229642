#include "daemon/commands/source_draft.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ketensync::commands {

namespace {

std::string as_toml(std::string_view text)
{
    std::string result = "\"";
    for (char const letter : text) {
        if (letter == '"' || letter == '\\') {
            result += '\\';
        }
        result += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    }
    return result + '"';
}

std::string as_toml(std::vector<std::string> const & texts)
{
    std::string result;
    for (auto const & text : texts) {
        result += (result.empty() ? "" : ", ") + as_toml(text);
    }
    return '[' + result + ']';
}

std::string line(std::string_view key, std::string const & value)
{
    return value.empty() ? std::string() : fmt::format("{} = {}\n", key, as_toml(value));
}

/// Where a section's lines begin and end; the head of a feed is the section without a name.
std::pair<std::size_t, std::size_t> lines_of(std::string_view feed, std::string_view section)
{
    auto const heading = section.empty() ? std::string("[[feed]]\n") : fmt::format("[feed.{}]\n", section);
    std::size_t at = 0;
    if (!feed.starts_with(heading)) {
        at = feed.find('\n' + heading);
        if (at == std::string_view::npos) {
            return { 0, 0 };
        }
        ++at;
    }
    auto const begin = at + heading.size();
    auto const next = feed.find("\n[", begin - 1);
    return { begin, next == std::string_view::npos ? feed.size() : next + 1 };
}

/// Where the value of a key stands.
std::pair<std::size_t, std::size_t> place_of(std::string_view feed, std::string_view key, std::string_view section)
{
    auto const [begin, end] = lines_of(feed, section);
    auto const wanted = fmt::format("{} = ", key);
    for (auto at = begin; at < end;) {
        auto const over = std::min(feed.find('\n', at), feed.size());
        if (feed.substr(at, over - at).starts_with(wanted)) {
            return { at + wanted.size(), over };
        }
        at = over + 1;
    }
    return { 0, 0 };
}

std::string of_http(SourceDraft const & draft)
{
    auto text = "[rest]\n" + line("address", draft.address) + line("ca_file", draft.ca_file) + line("certificate", draft.certificate);
    text += "# Not known: what the source allows. This is careful; 0 is unlimited.\nrequests_per_second = 5\n";
    if (draft.by != "none") {
        text += "\n[rest.auth]\n" + line("by", draft.by) + line("token_address", draft.token_address) + line("client_id", draft.client_id)
            + line("scope", draft.scope) + line("client", draft.client) + line("header", draft.header);
        text += draft.secret.empty() ? std::string() : "# The name of a credential, never the credential itself.\n" + line("secret", draft.secret);
    }
    return text;
}

std::string of_sftp(SourceDraft const & draft)
{
    return "[sftp]\n" + line("address", draft.address) + line("user", draft.user)
        + "# By which the server is known. Ask its owner whether this is right: whoever answered may be another.\nhost_keys = "
        + as_toml(draft.host_keys) + "\n# The name of the credential with our private key, never the key itself.\n" + line("secret", draft.secret)
        + "# Not known: how the sender shows that a file is complete. Unless it leaves a marker, one that stays the same this long is.\n"
          "settle = \"10s\"\n";
}

} // namespace

std::vector<UsualFeed> usual_feeds(std::filesystem::path const & mappings_folder)
{
    std::vector<UsualFeed> feeds;
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(mappings_folder, error)) {
        std::ifstream file(entry.path() / "feed.toml");
        std::string text { std::istreambuf_iterator<char>(file), {} };
        if (auto const begin = text.find("[[feed]]\n"); begin != std::string::npos) {
            feeds.push_back({ entry.path().filename().string(), text.substr(begin) + (text.ends_with('\n') ? "" : "\n") });
        }
    }
    std::ranges::sort(feeds, {}, &UsualFeed::mapping);
    return feeds;
}

bool has_section(std::string_view feed, std::string_view section) { return lines_of(feed, section).second != 0; }

std::optional<std::string> value_in(std::string_view feed, std::string_view key, std::string_view section)
{
    auto const [begin, end] = place_of(feed, key, section);
    if (end == 0 || feed[begin] != '"') {
        return std::nullopt;
    }
    return std::string(feed.substr(begin + 1, feed.find('"', begin + 1) - begin - 1));
}

std::string with_value(std::string feed, std::string_view key, std::string_view value)
{
    if (auto const [begin, end] = place_of(feed, key, {}); end != 0) {
        return feed.replace(begin, end - begin, as_toml(value));
    }
    return feed.insert(lines_of(feed, {}).first, fmt::format("{} = {}\n", key, as_toml(value)));
}

std::vector<std::string> SourceDraft::credentials() const
{
    std::vector<std::string> names { certificate, secret };
    std::erase(names, "");
    return names;
}

std::string text_of(SourceDraft const & draft, Instant now)
{
    auto text = fmt::format("# Made by ketensync --new-source on {}. What is not known for certain is said to be so: ask the source.\n",
        to_text(now).substr(0, 10));
    text += draft.note.empty() ? std::string() : fmt::format("# {}\n", draft.note);
    text += line("title", draft.title) + line("connector", draft.connector);
    if (!draft.powers.empty()) {
        text += "# As was said when it was connected.\npowers = " + as_toml(draft.powers) + '\n';
    }
    text += '\n' + (draft.connector == "rest" ? of_http(draft) : draft.connector == "sftp" ? of_sftp(draft) : "[files]\n" + line("folder", draft.folder));
    for (auto const & feed : draft.feeds) {
        text += '\n' + feed;
    }
    return text;
}

} // namespace ketensync::commands
