#include "daemon/commands/manual.hpp"

#include "daemon/commands/exit_codes.hpp"
#include "daemon/commands/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace ketensync::commands {

namespace {

using Takes = OptionRow::Takes;

/// As roff wants text: a backslash, a hyphen that is typed, an apostrophe or a dot at the begin of a line are no commands.
std::string roff(std::string_view text)
{
    std::string result;
    for (char const letter : text) {
        if (letter == '\\') {
            result += "\\e";
        } else if (letter == '-') {
            result += "\\-";
        } else if ((letter == '.' || letter == '\'') && (result.empty() || result.back() == '\n')) {
            result += "\\&";
            result += letter;
        } else {
            result += letter;
        }
    }
    return result;
}

std::string sentence(std::string_view text)
{
    std::string result(text);
    result.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(result.front())));
    return result + (result.ends_with('.') ? "" : ".");
}

std::string option_of_man(OptionRow const & row)
{
    auto const name = "\\-\\-" + roff(row.name);
    auto const value = "=\\fI" + roff(row.placeholder) + "\\fP";
    auto const shown = row.takes == Takes::nothing ? name : row.takes == Takes::value ? name + value : name + "[" + value + "]";
    return fmt::format(".TP\n\\fB{}\\fP\n{}\n", shown, roff(sentence(row.help)));
}

constexpr auto begin_of_man = R"(.SH NAME
ketensync \- keep the work and income records of a region in step
.SH SYNOPSIS
.B ketensync
.RI [ command ]
.RI [ options ]
.SH DESCRIPTION
.B ketensync
polls the systems of municipalities, UWV and training providers, maps what they deliver into one common schema, finds out
which records are about the same person, and keeps a regional warehouse up to date: every record once, whatever crashes.
.PP
Without a command it is the service, in the foreground; systemd starts it so as
.IR ketensync.service .
Every option is a whole word with two dashes in front; a value follows behind \(lq=\(rq or as the next word. Options match
by their exact name only.
)";

constexpr auto end_of_man = R"(.SH SIGNALS
.TP
.B SIGTERM, SIGINT
Stop: the batch at hand is finished, and nothing is lost.
.TP
.B SIGHUP
Read the configuration anew, as a whole or not at all. A configuration that is wrong leaves the old one in force, and the
journal tells each fault.
.SH FILES
.TP
.I /etc/ketensync/ketensync.toml
The service as a whole, with every default.
.TP
.I /etc/ketensync/sources.d/*.toml
One file a source; examples are in
.IR /usr/share/doc/ketensync/examples/sources.d .
.TP
.I /etc/ketensync/credentials
The credentials, of root only. The unit hands them to the service; the one that seals the state is
.IR state\-key .
.TP
.I /usr/share/ketensync/mappings
The common schema, the layouts, the rules of matching, and the definitions of the Monitor.
.TP
.I /var/lib/ketensync
The state, and the warehouse unless that is PostgreSQL.
.TP
.I /usr/share/doc/ketensync
Guides, alert rules with their runbook, and a dashboard.
.SH ENVIRONMENT
.TP
.B CREDENTIALS_DIRECTORY
Where systemd puts the credentials. No secret is ever taken from the environment or from the command line.
.TP
.B NO_COLOR
Not empty: no colours on a terminal.
.SH EXAMPLES
.EX
ketensync \-\-check
ketensync \-\-sync=all \-\-dry\-run
ketensync \-\-status
ketensync \-\-quarantine=list
.EE
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1),
.BR systemd.exec (5)
.PP
.I /usr/share/doc/ketensync/first\-steps.md
)";

/// "list|retry|drop" is a list to choose from; what is in capitals is a value of one's own.
std::vector<std::string> choices_of(std::string_view placeholder)
{
    std::vector<std::string> choices;
    for (std::size_t begin = 0; begin <= placeholder.size();) {
        auto const end = std::min(placeholder.find('|', begin), placeholder.size());
        auto const choice = placeholder.substr(begin, end - begin);
        if (!choice.empty() && std::islower(static_cast<unsigned char>(choice.front())) != 0) {
            choices.emplace_back(choice);
        }
        begin = end + 1;
    }
    return choices;
}

std::string joined(std::vector<std::string> const & words)
{
    return fmt::format("{}", fmt::join(words, " "));
}

std::string values_of(OptionRow const & row)
{
    auto const choices = choices_of(row.placeholder);
    bool const files = row.placeholder.find("FILE") != std::string_view::npos || row.placeholder.find("FOLDER") != std::string_view::npos
        || row.name == "out";
    bool const sources = row.placeholder.find("NAME") != std::string_view::npos;
    if (files) {
        return fmt::format("    --{}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n", row.name);
    }
    if (sources) {
        return fmt::format("    --{}) mapfile -t COMPREPLY < <(compgen -W \"{} $(_ketensync_sources)\" -- \"$current\") ;;\n", row.name,
            joined(choices));
    }
    return choices.empty()
        ? std::string()
        : fmt::format("    --{}) mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$current\") ;;\n", row.name, joined(choices));
}

} // namespace

std::string man_page()
{
    std::string page = ".TH KETENSYNC 8 \"\" \"ketensync " KETENSYNC_VERSION "\" \"System administration\"\n";
    page += begin_of_man;
    page += ".SH OPTIONS\n";
    std::string_view group;
    for (auto const & row : option_table()) {
        if (row.group != group) {
            group = row.group;
            page += fmt::format(".SS \"{}\"\n", roff(group));
        }
        page += option_of_man(row);
    }
    page += ".SH EXIT STATUS\n";
    for (auto const & row : exit_codes()) {
        page += fmt::format(".TP\n.B {}\n{} {}\n", row.code, roff(row.meaning), roff(row.advice));
    }
    page += end_of_man;
    return page;
}

std::string bash_completion()
{
    std::vector<std::string> names;
    std::string values;
    for (auto const & row : option_table()) {
        names.push_back(fmt::format("--{}{}", row.name, row.takes == Takes::value ? "=" : ""));
        if (row.takes == Takes::maybe_value) {
            names.push_back(fmt::format("--{}=", row.name));
        }
        if (row.takes != Takes::nothing) {
            values += values_of(row);
        }
    }
    return fmt::format(R"(# bash completion for ketensync

_ketensync_sources()
{{
    local file
    for file in /etc/ketensync/sources.d/*.toml; do
        [[ -e $file ]] && basename "$file" .toml
    done
}}

_ketensync()
{{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} option
    COMPREPLY=()
    # Bash makes a word of its own of "=".
    if [[ $current == = ]]; then
        option=$before current=
    elif [[ $before == = ]]; then
        option=${{COMP_WORDS[COMP_CWORD - 2]}}
    else
        option=$before
    fi
    case $option in
{}    esac
    if [[ ${{#COMPREPLY[@]}} -gt 0 || $before == = || ${{COMP_WORDS[COMP_CWORD]}} == = ]]; then
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current")
    if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *= ]]; then
        compopt -o nospace
    fi
}}
complete -F _ketensync ketensync
)",
        values, joined(names));
}

std::string exit_code_page()
{
    std::string page = "# Exit codes, and what to do\n\n"
                       "Made from the program's own table (`ketensync --help=codes`). A code that is not here is a failure too.\n\n"
                       "| code | what it means | what to do |\n|---|---|---|\n";
    for (auto const & row : exit_codes()) {
        page += fmt::format("| {} | {} | {} |\n", row.code, row.meaning, row.advice);
    }
    return page;
}

} // namespace ketensync::commands
