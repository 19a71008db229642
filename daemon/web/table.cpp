#include "daemon/web/table.hpp"

#include "daemon/web/page.hpp"

#include <fmt/format.h>

namespace ketensync::web {

std::string table(std::string_view id, std::string_view caption, std::initializer_list<Column> columns, std::string_view rows)
{
    std::string heads;
    for (auto const & column : columns) {
        heads += fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"getal\"" : "", escaped(column.heading));
    }
    return fmt::format("<div class=\"breed\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{0}\">\n<table>\n"
                       "<caption id=\"{0}\">{1}</caption>\n<thead><tr>{2}</tr></thead>\n<tbody>\n{3}</tbody>\n</table>\n</div>\n",
        id, escaped(caption), heads, rows);
}

} // namespace ketensync::web
