#include "connectors/key_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unordered_set>

namespace ketensync::connectors {

namespace {

constexpr std::size_t key_bytes_max = 100;
constexpr std::size_t asked_at_once = 1'000;

bool is_key(std::string const & text)
{
    return text.size() <= key_bytes_max
        && std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c <= 0x20) || c == 0x7f; });
}

class FileOfKeys final : public KeyList {
public:
    FileOfKeys(std::filesystem::path file, std::uint64_t bytes_max)
        : m_file(std::move(file))
        , m_bytes_max(bytes_max)
    {
    }

    Result<std::vector<std::string>> keys(std::stop_token stop) override
    {
        KETENSYNC_TRY(look_at());
        std::ifstream stream(m_file, std::ios::binary);
        std::vector<std::string> keys;
        std::unordered_set<std::string> seen;
        std::size_t number = 0;
        for (std::string line; std::getline(stream, line);) {
            ++number;
            if (stop.stop_requested()) {
                return fail(Failure::interrupted, "asked to stop");
            }
            while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
                line.pop_back();
            }
            if (line.empty() || line.front() == '#') {
                continue;
            }
            if (!is_key(line)) {
                return wrong(fmt::format("line {} is no key: one word of plain letters and digits", number));
            }
            if (seen.insert(line).second) {
                keys.push_back(std::move(line));
            }
        }
        if (stream.bad()) {
            return wrong("it cannot be read");
        }
        return keys;
    }

private:
    Result<void> look_at() const
    {
        std::error_code error;
        auto const status = std::filesystem::status(m_file, error);
        if (error || status.type() != std::filesystem::file_type::regular) {
            return wrong("there is no such file");
        }
        using std::filesystem::perms;
        if ((status.permissions() & (perms::others_read | perms::others_write)) != perms::none) {
            return wrong("others can read or write it, and it says whom we know; chmod o-rw");
        }
        if (std::filesystem::file_size(m_file, error) > m_bytes_max || error) {
            return wrong("it is larger than limits.page_bytes_max");
        }
        return {};
    }

    tl::unexpected<Error> wrong(std::string_view what) const
    {
        return fail(Failure::configuration, fmt::format("the list of questions {}: {}", m_file.string(), what));
    }

    std::filesystem::path m_file;
    std::uint64_t m_bytes_max;
};

class AskedOfGolden final : public KeyList {
public:
    explicit AskedOfGolden(Questions & questions)
        : m_questions(questions)
    {
    }

    Result<std::vector<std::string>> keys(std::stop_token stop) override
    {
        std::vector<std::string> keys;
        while (!stop.stop_requested()) {
            KETENSYNC_TRY_ASSIGN(auto more, m_questions.next(asked_at_once));
            if (more.empty()) {
                return keys;
            }
            if (!std::all_of(more.begin(), more.end(), is_key)) {
                return fail(Failure::bad_data, "a golden record holds a value that cannot be asked about");
            }
            std::move(more.begin(), more.end(), std::back_inserter(keys));
        }
        return fail(Failure::interrupted, "asked to stop");
    }

private:
    Questions & m_questions;
};

} // namespace

std::unique_ptr<KeyList> key_list_of(Questions & questions)
{
    return std::make_unique<AskedOfGolden>(questions);
}

std::unique_ptr<KeyList> key_list_in_file(std::filesystem::path file, settings::Limits const & limits)
{
    return std::make_unique<FileOfKeys>(std::move(file), limits.page_bytes_max);
}

} // namespace ketensync::connectors
