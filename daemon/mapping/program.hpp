#pragma once

#include "daemon/mapping/code_lists.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::mapping {

/// A way from one value of a document to another: "^context.Gemeentecode", "otherCodes[codeType=x-projectcode].code".
/// A list on the way is gone through by its first element, or by the first that fits the condition.
struct Path {
    struct Part {
        std::string name;
        std::string where; ///< "[where=is]" behind the name; empty for none
        std::string is;
    };
    bool from_document = false; ///< "^": from the document, not from the element that `each` is at
    std::uint32_t usual = 0; ///< the node it leads to in documents whose columns never move; 0 where they may
    std::vector<Part> parts;
};

/// One step of a program: takes the value so far, gives the next. `at` points into the table of that step's kind.
struct Step {
    enum class Do : std::uint8_t {
        take, ///< the value at paths[at]
        say, ///< words[at]
        source, ///< the name of the source
        period, ///< the period of the delivery
        compose, ///< templates[at]
        unless_value, ///< when there is a value, skip the next step
        digits, ///< the digits of it
        number, ///< the digits it begins with
        pad, ///< zeros in front up to (at & 255) digits, of at least at >> 8 digits
        part, ///< from character at >> 8, (at & 255) characters
        date, ///< a date written as words[at]
        dummy, ///< a date on day words[at] ("01-01") is only believed in its year
        year, ///< of a date
        moment, ///< of a timestamp, in seconds since 1970
        translate, ///< maps[at]: words to words
        code, ///< lists[at]: to a code
        nothing, ///< maps[at]: these words are no value
        surname, ///< parts of a surname as typed
        prefix,
        partner,
        partner_prefix,
        family, ///< parts of a whole name as typed
        given,
        given_initials,
        when, ///< nothing unless conditions[at], each of them, hold
        aged, ///< of an age on the date that programs[at] gives: the year of birth, where that is sure
        amount, ///< with a sign and decimals, as at says: the decimals that are implied, or as_written
    };
    static constexpr std::uint32_t as_written = 255; ///< of an amount: its decimals stand behind a comma or point
    Do what = Do::take;
    std::uint32_t at = 0;
};

/// Steps in a row: the compiled form of "bsn | digits | pad 9".
struct Program {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// Text with programs in it: "{source}/{BSN}". Without a value for one of them the whole is no value.
struct Template {
    std::vector<std::pair<std::string, Program>> parts; ///< text, and the program behind it
    std::string end;
};

/// "state in queued, denied": one of the parts of a `when`.
struct Condition {
    Program value;
    std::vector<std::string> words; ///< empty: whether there is a value at all
    bool holds_when = true; ///< among the words, or present
};

/// Everything that compiled expressions refer to. Built by Compiler, then immutable.
struct Tables {
    std::vector<Step> steps;
    std::vector<Path> paths;
    std::vector<std::string> words;
    std::vector<Template> templates;
    std::vector<std::vector<std::pair<std::string, std::string>>> maps;
    std::vector<std::vector<Condition>> conditions;
    std::vector<Program> programs; ///< that steps take more values from
    std::vector<CodeList const *> lists; ///< kept alive by the CodeLists of the mapper
};

} // namespace ketensync::mapping
