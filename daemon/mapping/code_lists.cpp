#include "daemon/mapping/code_lists.hpp"

#include "daemon/record/canonical.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char & c : result) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return result;
}

bool holds_on(CodeList::Row const & row, std::string_view date)
{
    return (row.from.empty() || row.from <= date) && (row.until.empty() || date < row.until);
}

/// Without a date, now: what has an end has ended.
bool ended_by(CodeList::Row const & row, std::string_view date)
{
    return !row.until.empty() && (date.empty() || row.until <= date);
}

} // namespace

CodeList::Row const * CodeList::best(
    std::vector<Row> const & rows, std::string_view date, std::string_view source) const
{
    Row const * found = nullptr;
    for (auto const & row : rows) {
        if (row.source != source) {
            continue;
        }
        if (!date.empty() && holds_on(row, date)) {
            return &row;
        }
        bool const longer
            = found == nullptr || (!found->until.empty() && (row.until.empty() || row.until > found->until));
        found = longer ? &row : found;
    }
    return found;
}

std::optional<std::string_view> CodeList::find(
    std::string_view word, std::string_view date, std::string_view source) const
{
    auto const found = m_words.find(lower(word));
    if (found == m_words.end()) {
        return std::nullopt;
    }
    auto const * row = best(found->second, date, source);
    if (row == nullptr) {
        row = best(found->second, date, {});
    }
    if (row == nullptr) {
        return std::nullopt; // a word of other sources only
    }
    constexpr int steps_max = 8; // successors of successors; a circle of them ends here
    for (int i = 0; i < steps_max && !row->successor.empty() && ended_by(*row, date); ++i) {
        auto const next = m_codes.find(row->successor);
        if (next == m_codes.end()) {
            return row->successor; // a code outside the list, such as that of a neighbouring region
        }
        row = best(next->second, date, {});
    }
    return row->code;
}

std::vector<std::string> CodeList::codes() const
{
    std::vector<std::string> codes;
    for (auto const & [code, rows] : m_codes) {
        codes.push_back(code);
    }
    std::sort(codes.begin(), codes.end());
    return codes;
}

CodeList const * CodeLists::list(std::string_view name) const
{
    auto const found = m_lists.find(name);
    return found == m_lists.end() ? nullptr : &found->second;
}

std::vector<std::string> CodeLists::names() const
{
    std::vector<std::string> names;
    for (auto const & [name, list] : m_lists) {
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Reads one file into a CodeList; every fault with its line.
class CodeListReader {
public:
    CodeListReader(std::filesystem::path const & file, settings::Faults & faults)
        : m_file(file)
        , m_faults(faults)
    {
    }

    void read(CodeList & list)
    {
        std::ifstream stream(m_file, std::ios::binary);
        m_text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
        list.m_version = record::fingerprint(m_text);
        formats::Layout layout;
        layout.format = formats::Format::csv;
        layout.separator = ',';
        formats::Parser parser(layout, {});
        std::string header;
        formats::Sink sink;
        sink.context = [&](std::string_view context) {
            header = context;
            check_header(header, list);
        };
        sink.document = [&](std::string_view row) -> Result<void> {
            if (auto const parsed = parser.parse(header, row, m_tree); !parsed) {
                fault(row, parsed.error().what);
            } else if (m_sound) {
                add_row(row, list);
            }
            return {};
        };
        if (auto const cut = formats::split(m_text, layout, {}, sink); !cut) {
            fault(m_text, cut.error().what);
        }
        if (m_sound && list.m_codes.empty()) {
            fault(m_text, "this list holds no codes");
        }
    }

private:
    void fault(std::string_view row, std::string_view what)
    {
        auto const offset = static_cast<std::size_t>(row.data() - m_text.data());
        auto const line = 1 + std::count(m_text.begin(), m_text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
        m_faults.push_back(fmt::format("{}:{}:1: {}", m_file.string(), line, what));
    }

    void check_header(std::string_view header, CodeList & list)
    {
        static constexpr auto shapes = std::to_array<std::string_view>({ "code,omschrijving", "van,naar", "van,naar,bron" });
        static constexpr auto endings
            = std::to_array<std::string_view>({ "", ",geldig_van,geldig_tot", ",geldig_van,geldig_tot,opvolger" });
        for (auto const shape : shapes) {
            for (auto const ending : endings) {
                if (header == std::string(shape) + std::string(ending)) {
                    list.m_translation = shape != shapes.front();
                    m_sound = !list.m_translation || ending != endings.back();
                }
            }
        }
        if (!m_sound) {
            fault(m_text,
                "the first line must be code,omschrijving, van,naar or van,naar,bron, with ,geldig_van,geldig_tot behind it where "
                "codes "
                "come and go (and ,opvolger behind that in a list)");
        }
    }

    std::string value(std::string_view name) const
    {
        auto const node = m_tree.member(formats::Tree::root, name);
        return node == formats::Tree::none ? std::string() : std::string(record::trimmed(m_tree[node].text));
    }

    std::string date(std::string_view row, std::string_view name)
    {
        auto const text = value(name);
        std::string scratch;
        auto const canonical = record::canonical(record::FieldType::date, text, scratch);
        if (!text.empty() && (!canonical || *canonical != text || text.size() != 10)) {
            fault(row, fmt::format("'{}' must be a date as jjjj-mm-dd", name));
        }
        return text;
    }

    void add_row(std::string_view at, CodeList & list)
    {
        auto const word = value(list.m_translation ? "van" : "code");
        CodeList::Row row { value(list.m_translation ? "naar" : "code"), date(at, "geldig_van"), date(at, "geldig_tot"),
            value("opvolger"), value("bron") };
        if (word.empty() || row.code.empty()) {
            fault(at, "this row says no code");
            return;
        }
        if (!row.from.empty() && !row.until.empty() && row.until <= row.from) {
            fault(at, "this row ends before it begins");
        }
        add_word(at, word, row, list);
        list.m_codes[row.code].push_back(row);
        if (!list.m_translation) {
            if (auto const description = value("omschrijving");
                !description.empty() && lower(description) != lower(word)) {
                add_word(at, description, row, list);
            }
        }
    }

    void add_word(std::string_view at, std::string const & word, CodeList::Row const & row, CodeList & list)
    {
        auto & same = list.m_words[lower(word)];
        bool const twice = std::any_of(same.begin(), same.end(), [&](CodeList::Row const & other) {
            return other.source == row.source && (other.until.empty() || row.from < other.until) && (row.until.empty() || other.from < row.until);
        });
        if (twice) {
            fault(at, fmt::format("'{}' is here twice for the same time", word));
        }
        same.push_back(row);
    }

    std::filesystem::path m_file;
    settings::Faults & m_faults;
    std::string m_text;
    formats::Tree m_tree;
    bool m_sound = false;
};

tl::expected<std::shared_ptr<CodeLists const>, settings::Faults> read_code_lists(std::filesystem::path const & folder)
{
    auto lists = std::make_shared<CodeLists>();
    settings::Faults faults;
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".csv") {
            files.push_back(entry.path());
        }
    }
    if (error) {
        faults.push_back(fmt::format("{}:1:1: this folder of code lists cannot be read", folder.string()));
    }
    std::sort(files.begin(), files.end());
    for (auto const & file : files) {
        CodeListReader(file, faults).read(lists->m_lists[file.stem().string()]);
    }
    if (!faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return lists;
}

} // namespace ketensync::mapping
