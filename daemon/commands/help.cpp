#include "daemon/commands/command.hpp"
#include "daemon/commands/exit_codes.hpp"
#include "daemon/commands/manual.hpp"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionSet.h>
#include <fmt/format.h>

#include <sstream>
#include <string>

namespace ketensync::commands {

namespace {

/// Poco::Util lays out the help text and does nothing else here. Its Application would match options by unambiguous
/// beginnings in any case, answer 78 for a wrong one, and install its own handlers for crashes.
class Layout : public Poco::Util::HelpFormatter {
public:
    explicit Layout(Poco::Util::OptionSet const & options)
        : HelpFormatter(options)
    {
        setUnixStyle(false);
        setWidth(100);
        setAutoIndent();
    }

    void print(std::ostream & out) const
    {
        std::stringstream lines;
        formatOptions(lines);
        for (std::string line; std::getline(lines, line);) {
            out << "  " << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
        }
    }
};

constexpr auto examples = R"(Brings the work and income records of a region together and keeps them in step.

Examples
  ketensync --check --config=/etc/ketensync/ketensync.toml
  ketensync --sync=all --dry-run
  ketensync --sync=uwv-werkzoekenden/werkzoekenden --reason="correction by the source"
  ketensync --status --json
  ketensync --pause=uwv-werkzoekenden --until=2026-12-31 --reason="they migrate"
  ketensync --quarantine=list --source=gemeente-hilversum
  ketensync --dedupe=klanten.csv --rules=kolommen.toml --out=klanten-met-cluster.csv
)";

/// Several to a line, as many as fit.
std::string codes()
{
    std::string text = "\nExit codes\n", line = " ";
    for (auto const & row : exit_codes()) {
        auto const shown = fmt::format(" {} {} ", row.code, row.brief);
        if (line.size() + shown.size() > 100) {
            text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
            line = " ";
        }
        line += shown + ' ';
    }
    return text + line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

} // namespace

int help(Options const & options, Streams const & streams)
{
    if (!options.help_form.empty()) {
        streams.out << (options.help_form == "man" ? man_page() : options.help_form == "bash" ? bash_completion() : exit_code_page());
        return 0;
    }
    streams.out << examples;
    auto const table = option_table();
    for (auto row = table.begin(); row != table.end();) {
        auto const group = row->group;
        Poco::Util::OptionSet set;
        for (; row != table.end() && row->group == group; ++row) {
            Poco::Util::Option option { std::string(row->name), "", std::string(row->help) };
            if (row->takes != OptionRow::Takes::nothing) {
                option.argument(std::string(row->placeholder), row->takes == OptionRow::Takes::value);
            }
            set.addOption(option);
        }
        streams.out << "\n" << group << "\n";
        Layout(set).print(streams.out);
    }
    streams.out << codes();
    return 0;
}

} // namespace ketensync::commands
