#pragma once

#include "daemon/mapping/program.hpp"
#include "daemon/settings/toml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::mapping {

/// Turns the expressions of a mapping into programs. What is wrong goes to the file as a fault, at the very character.
/// Used by one thread while a mapping is read.
///
///   expression  head { | transform }
///   head        path, 'text', or text with {expressions}; {source} and {period} are words
///   path        ["^"] name { "." name }, a name being followed by [name=word] or put in backticks where needed
class Compiler {
public:
    Compiler(settings::TomlFile & file, CodeLists const & codes, Tables & tables)
        : m_file(file)
        , m_codes(codes)
        , m_tables(tables)
    {
    }

    /// `place` is that of the first character of `text`; `inside_each` allows "^".
    Program expression(std::string_view text, settings::Place const & place, bool inside_each);
    /// The text with {expressions} of a key or of a reference.
    Program composed(std::string_view text, settings::Place const & place, bool inside_each);
    /// "role = student and state in associated, pending".
    std::vector<Condition> conditions(std::string_view text, settings::Place const & place, bool inside_each);
    Path path(std::string_view text, settings::Place const & place, bool inside_each);

    /// The code list of the last `code` in the expression compiled last, and null when there was none.
    CodeList const * last_list() const { return m_last_list; }
    std::string const & last_list_name() const { return m_last_list_name; }
    /// Whether the expression compiled last has "lenient" in it.
    bool lenient() const { return m_lenient; }
    /// The names of all lists that were used.
    std::vector<std::string> const & lists_used() const { return m_lists_used; }

private:
    struct Text {
        std::string_view text;
        settings::Place place;
        Text from(std::size_t offset, std::size_t count = std::string_view::npos) const;
        Text trimmed() const;
    };

    void head(Text text, std::vector<Step> & steps);
    void transform(Text text, std::vector<Step> & steps);
    void or_else(Text argument, std::vector<Step> & steps);
    Step when(Text argument);
    Step aged(Text argument);
    Step transform_of(std::string_view name, std::vector<Text> const & arguments, Text text);
    std::uint32_t pairs(std::vector<Text> const & arguments);
    std::uint32_t code_list(Text name);
    std::uint32_t compose(Text text);
    Program expression(Text text);
    Program keep(std::vector<Step> const & steps);
    Path path(Text text);
    void path_part(Text text, Path & path);
    std::vector<Condition> conditions(Text text);
    Condition condition(Text text);
    std::vector<std::string> condition_words(Text text);
    std::string word(Text text);
    std::vector<Text> arguments(Text text);
    std::vector<Text> split(Text text, char separator) const;
    std::uint32_t number(Text text, std::uint32_t min, std::uint32_t max);
    void fault(Text const & text, std::string what);

    settings::TomlFile & m_file;
    CodeLists const & m_codes;
    Tables & m_tables;
    bool m_inside_each = false;
    bool m_lenient = false;
    CodeList const * m_last_list = nullptr;
    std::string m_last_list_name;
    std::vector<std::string> m_lists_used;
};

} // namespace ketensync::mapping
