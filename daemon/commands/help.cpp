#include "daemon/commands/command.hpp"

#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/Option.h>
#include <Poco/Util/OptionSet.h>

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
  ketensync --quarantine=list --source=gemeente-hilversum
  ketensync --dedupe=klanten.csv --rules=kolommen.toml --out=klanten-met-cluster.csv
)";

constexpr auto codes = R"(
Exit codes
  0 done   3 done, with records set aside or left to review   64 command line   65 data not sound, or held
  69 source or warehouse does not answer   70 bug   73 cannot write   75 busy   76 answer not sound
  77 no permission   78 configuration   130 interrupted
)";

} // namespace

int help(Options const &, Streams const & streams)
{
    streams.out << examples;
    auto const table = option_table();
    for (auto row = table.begin(); row != table.end();) {
        auto const group = row->group;
        Poco::Util::OptionSet options;
        for (; row != table.end() && row->group == group; ++row) {
            Poco::Util::Option option { std::string(row->name), "", std::string(row->help) };
            if (row->takes != OptionRow::Takes::nothing) {
                option.argument(std::string(row->placeholder), row->takes == OptionRow::Takes::value);
            }
            options.addOption(option);
        }
        streams.out << "\n" << group << "\n";
        Layout(options).print(streams.out);
    }
    streams.out << codes;
    return 0;
}

} // namespace ketensync::commands
