#include "daemon/web/api_path.hpp"

#include <Poco/URI.h>

namespace ketensync::web {

std::optional<Values> match(std::string_view path, std::string_view asked)
{
    Values values;
    while (!path.empty() && !asked.empty()) {
        auto const part = path.substr(0, path.find('/', 1));
        auto const given = asked.substr(0, asked.find('/', 1));
        if (part.starts_with("/{")) {
            if (given.size() < 2) {
                return std::nullopt;
            }
            values.emplace(part.substr(2, part.size() - 3), given.substr(1));
        } else if (part != given) {
            return std::nullopt;
        }
        path.remove_prefix(part.size());
        asked.remove_prefix(given.size());
    }
    return path.empty() && asked.empty() ? std::optional(std::move(values)) : std::nullopt;
}

std::string filled(std::string_view path, Values const & values)
{
    std::string result(path);
    for (auto const & [name, value] : values) {
        auto const placeholder = '{' + name + '}';
        std::string coded;
        Poco::URI::encode(value, "/?#[]@!$&'()*+,;=:", coded);
        if (auto const at = result.find(placeholder); at != std::string::npos) {
            result.replace(at, placeholder.size(), coded);
        }
    }
    return result;
}

} // namespace ketensync::web
