#include "daemon/monitor/html.hpp"

namespace ketensync::monitor {

std::string escaped(std::string_view text)
{
    std::string result;
    for (char const each : text) {
        switch (each) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        case '\'': result += "&#39;"; break;
        default:
            // Characters that XML does not have at all would make an SVG no picture.
            result += static_cast<unsigned char>(each) < 0x20 && each != '\n' && each != '\t' ? ' ' : each;
        }
    }
    return result;
}

void Html::begin(std::string_view tag, Attributes attributes)
{
    m_bytes += '<';
    m_bytes += tag;
    for (auto const & [name, value] : attributes) {
        m_bytes += ' ';
        m_bytes += name;
        m_bytes += "=\"";
        m_bytes += escaped(value);
        m_bytes += '"';
    }
}

Html & Html::open(std::string_view tag, Attributes attributes)
{
    begin(tag, attributes);
    m_bytes += '>';
    return *this;
}

Html & Html::close(std::string_view tag)
{
    m_bytes += "</";
    m_bytes += tag;
    m_bytes += ">\n";
    return *this;
}

Html & Html::empty(std::string_view tag, Attributes attributes)
{
    begin(tag, attributes);
    m_bytes += "/>\n";
    return *this;
}

Html & Html::text(std::string_view text)
{
    m_bytes += escaped(text);
    return *this;
}

Html & Html::element(std::string_view tag, std::string_view text, Attributes attributes)
{
    return open(tag, attributes).text(text).close(tag);
}

Html & Html::add(Html const & other)
{
    m_bytes += other.m_bytes;
    return *this;
}

} // namespace ketensync::monitor
